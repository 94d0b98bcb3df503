"""Plots of hyperparameter searches: the samples, their projections onto each axis, and the best trial."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..typing import Array
from ._arguments import check_array, check_named
from .style import COLOR_MAP, COLORS, STAR, one_panel, panels

Profile = tuple[npt.ArrayLike, npt.ArrayLike]


def projections(
    samples: Mapping[str, npt.ArrayLike],
    *,
    profiles: tuple[Profile, Profile] | None = None,
    xlabel: str = "important parameter",
    ylabel: str = "unimportant parameter",
    columns: int = 3,
) -> Figure:
    """Draw samples of two parameters, and their projections onto each axis, to show why random search beats a grid.

    Parameters
    ----------
    samples : dict of str to ndarray (N, 2)
        The samples for each panel.
    profiles : tuple of two tuples (positions (T,), scores (T,)), optional
        Scores as a function of the first parameter, and as a function of the second one, with positions in increasing
        order. The height of each projection is then the score at its position.
    xlabel, ylabel : str
    columns : int
        The number of panels per row.

    Returns
    -------
    matplotlib Figure
        Each panel has two smaller panels: one above it with the projections onto x, and one on its right with the
        projections onto y.

    Raises
    ------
    TypeError, ValueError
        If the samples are not two-dimensional points.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> grid = np.array([[x, y] for x in (0.2, 0.5, 0.8) for y in (0.2, 0.5, 0.8)])
    >>> figure = plots.projections({"grid": grid, "random": np.random.default_rng(0).random((9, 2))})
    >>> len(figure.axes)
    2
    """
    check_named(samples, "samples", "points (N, 2)")
    arrays = {name: check_array(points, f"the samples {name!r}", "(N, 2)") for name, points in samples.items()}
    figure, axes = panels(len(arrays), columns=columns, size=(3.2, 3.0))
    # The layout does not leave room for the titles of the small panels.
    figure.set_layout_engine("constrained", rect=(0, 0, 1, 0.94))
    for number, (ax, (name, points)) in enumerate(zip(axes, arrays.items(), strict=True)):
        x, y = points.T
        ax.plot(x, y, "o", color=COLORS[number % len(COLORS)], markeredgecolor="black", markersize=7)
        above = ax.inset_axes((0, 1.03, 1, 0.28), sharex=ax)
        right = ax.inset_axes((1.03, 0, 0.28, 1), sharey=ax)
        _draw_margin(above, x, profiles and profiles[0], vertical=True)
        _draw_margin(right, y, profiles and profiles[1], vertical=False)
        for value in x:
            ax.axvline(value, color="0.75", linewidth=0.7, zorder=0)
        for value in y:
            ax.axhline(value, color="0.75", linewidth=0.7, zorder=0)
        above.set_title(name, fontsize="medium")
        if profiles and number == 0:
            above.set_ylabel("score", fontsize="small")
    figure.supxlabel(xlabel, fontsize="medium")
    figure.supylabel(ylabel, fontsize="medium")
    return figure


def search_results(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    bounds: tuple[float, float, float, float] | None = None,
    xlabel: str = "learning rate",
    ylabel: str = "regularization",
    label: str = "score",
    ax: Axes | None = None,
) -> Axes:
    """Draw each trial's score as a function of two parameters on log scales. A star marks the best trial.

    Parameters
    ----------
    x, y : ndarray (N,)
        The parameters, which must be positive.
    scores : ndarray (N,)
        The score of each trial. Higher is better. A trial whose score is not finite has failed and is drawn as a cross.
    bounds : tuple of float, optional
        The bounds of the search space, (x min, x max, y min, y max), which are drawn as a frame.
    xlabel, ylabel : str
    label : str
        The meaning of the scores.
    ax : matplotlib Axes, optional
        The axes to draw into. By default, a new figure is created.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the arrays have different lengths, a parameter is not positive, or all trials failed.
    """
    x = check_array(x, "x", "(N,)")
    y, scores = check_array(y, "y", f"({len(x)},)"), check_array(scores, "scores", f"({len(x)},)")
    if min(x.min(), y.min()) <= 0:
        raise ValueError(f"x and y must be positive, for a log scale. Got minimums of {x.min():.3g} and {y.min():.3g}.")
    done = np.isfinite(scores)
    if not done.any():
        raise ValueError("scores must hold at least one finite number. Got none: every trial failed.")
    ax = one_panel(ax, size=(6.8, 4.2))
    low, high = scores[done].min(), scores[done].max()
    # Better trials are also drawn larger, because colors would be lost in black-and-white print.
    sizes = 25 + 120 * (scores[done] - low) / max(high - low, np.finfo(float).tiny)
    points = ax.scatter(x[done], y[done], c=scores[done], s=sizes, cmap=COLOR_MAP, edgecolors="black", linewidths=0.6)
    ax.figure.colorbar(points, ax=ax, label=label)
    if not done.all():
        ax.plot(x[~done], y[~done], "x", color="black", markersize=6, label="failed")
    best = np.nanargmax(np.where(done, scores, np.nan))
    star: dict[str, Any] = {"color": "black", "markerfacecolor": STAR, "markersize": 18, "linestyle": "none"}
    ax.plot(x[best], y[best], "*", label=f"the best, {scores[best]:.3g}", **star)
    if bounds is not None:
        left, right, bottom, top = bounds
        frame = Rectangle((left, bottom), right - left, top - bottom, label="border of the search")
        frame.set(fill=False, edgecolor=COLORS[1], linestyle="--", linewidth=1.8)
        ax.add_patch(frame)
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log", yscale="log")
    ax.grid(alpha=0.3)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, fontsize="small", frameon=False)
    return ax


def _draw_margin(ax: Axes, values: Array, profile: Profile | None, vertical: bool) -> None:
    """Draw the projections as stems. If there is a profile, each stem ends on the curve of the scores."""
    heights = np.ones(len(values))
    if profile is not None:
        positions = check_array(profile[0], "the positions of a profile", "(T,)")
        scores = check_array(profile[1], "the scores of a profile", f"({len(positions)},)")
        heights = np.interp(values, positions, scores)
        line = (positions, scores) if vertical else (scores, positions)
        ax.plot(*line, color="0.4", linewidth=1)
        ax.plot(*((values, heights) if vertical else (heights, values)), "o", color="black", markersize=4)
    if vertical:
        ax.vlines(values, 0, heights, color="black", linewidth=1.5)
        ax.set_ylim(0, None)
    else:
        ax.hlines(values, 0, heights, color="black", linewidth=1.5)
        ax.set_xlim(0, None)
    ax.tick_params(labelbottom=False, labelleft=False, left=False, bottom=False)
