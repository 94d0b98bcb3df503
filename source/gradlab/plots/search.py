"""Hyperparameter search: where the samples lie, what each axis sees of them, and which did best."""

import numpy as np
from matplotlib.patches import Rectangle

from ._arguments import named, numbers
from .style import COLOR_MAP, COLORS, STAR, one_panel, panels


def projections(samples, *, profiles=None, xlabel="important parameter", ylabel="unimportant parameter", columns=3):
    """Samples of two parameters, and their projections on each axis: why random search beats a grid.

    Parameters
    ----------
    samples : dict of str to ndarray (N, 2)
        A panel each.
    profiles : tuple of two tuples (positions (T,), scores (T,)), optional
        How good each value of the first parameter is, and of the second; positions rise. The projections are
        then drawn as high as the score that they find.
    xlabel, ylabel : str
    columns : int
        Panels in a row.

    Returns
    -------
    matplotlib Figure
        Each panel holds two more: the projections on x above it, on y on its right.

    Raises
    ------
    TypeError, ValueError
        If the samples are not points in the plane.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> grid = np.array([[x, y] for x in (0.2, 0.5, 0.8) for y in (0.2, 0.5, 0.8)])
    >>> figure = plots.projections({"grid": grid, "random": np.random.default_rng(0).random((9, 2))})
    >>> len(figure.axes)
    2
    """
    named(samples, "samples", "points (N, 2)")
    samples = {name: numbers(points, f"the samples {name!r}", "(N, 2)") for name, points in samples.items()}
    figure, axes = panels(len(samples), columns=columns, size=(3.2, 3.0))
    for number, (ax, (name, points)) in enumerate(zip(axes, samples.items(), strict=True)):
        x, y = points.T
        ax.plot(x, y, "o", color=COLORS[number % len(COLORS)], markeredgecolor="black", markersize=7)
        above = ax.inset_axes([0, 1.03, 1, 0.28], sharex=ax)
        right = ax.inset_axes([1.03, 0, 0.28, 1], sharey=ax)
        _margin(above, x, profiles and profiles[0], upright=True)
        _margin(right, y, profiles and profiles[1], upright=False)
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
    x, y, scores, *, bounds=None, xlabel="learning rate", ylabel="regularization", label="score", ax=None
):
    """The score of every trial over two parameters, both on a log scale, the best one starred.

    Parameters
    ----------
    x, y : ndarray (N,)
        The parameters, above zero.
    scores : ndarray (N,)
        The higher the better; NaN for a trial that failed, which is drawn as a cross.
    bounds : tuple of float, optional
        (x least, x greatest, y least, y greatest): the border of what was searched, drawn as a frame.
    xlabel, ylabel, label : str
        `label` says what the scores are.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the arrays are not of the same length, a parameter is not above zero, or all trials failed.
    """
    x = numbers(x, "x", "(N,)")
    y, scores = numbers(y, "y", f"({len(x)},)"), numbers(scores, "scores", f"({len(x)},)")
    if min(x.min(), y.min()) <= 0:
        raise ValueError(f"x and y must be above zero, for a log scale. Got {x.min():.3g} and {y.min():.3g}.")
    done = np.isfinite(scores)
    if not done.any():
        raise ValueError("scores must hold a finite number. Got none: every trial failed.")
    ax = one_panel(ax, size=(6.8, 4.2))
    low, high = scores[done].min(), scores[done].max()
    # Larger is better, too: colors alone would be lost in print.
    sizes = 25 + 120 * (scores[done] - low) / max(high - low, np.finfo(float).tiny)
    drawn = ax.scatter(x[done], y[done], c=scores[done], s=sizes, cmap=COLOR_MAP, edgecolors="black", linewidths=0.6)
    ax.figure.colorbar(drawn, ax=ax, label=label)
    if not done.all():
        ax.plot(x[~done], y[~done], "x", color="black", markersize=6, label="failed")
    best = np.nanargmax(np.where(done, scores, np.nan))
    star = {"color": "black", "markerfacecolor": STAR, "markersize": 18, "linestyle": "none"}
    ax.plot(x[best], y[best], "*", label=f"the best, {scores[best]:.3g}", **star)
    if bounds is not None:
        left, right, bottom, top = bounds
        frame = {"fill": False, "edgecolor": COLORS[1], "linestyle": "--", "linewidth": 1.8}
        ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, label="border of the search", **frame))
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log", yscale="log")
    ax.grid(alpha=0.3)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, fontsize="small", frameon=False)
    return ax


def _margin(ax, values, profile, upright):
    """The projections as stems, under the curve of the scores where there is one."""
    heights = np.ones(len(values))
    draw, ends = (ax.vlines, "set_ylim") if upright else (ax.hlines, "set_xlim")
    if profile is not None:
        positions = numbers(profile[0], "the positions of a profile", "(T,)")
        scores = numbers(profile[1], "the scores of a profile", f"({len(positions)},)")
        heights = np.interp(values, positions, scores)
        line = (positions, scores) if upright else (scores, positions)
        ax.plot(*line, color="0.4", linewidth=1)
        ax.plot(*((values, heights) if upright else (heights, values)), "o", color="black", markersize=4)
    draw(values, 0, heights, color="black", linewidth=1.5)
    getattr(ax, ends)(0, None)
    ax.tick_params(labelbottom=False, labelleft=False, left=False, bottom=False)
