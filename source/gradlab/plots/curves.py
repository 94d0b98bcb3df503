"""Named curves and bands, in one panel or in a gallery of small panels."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..typing import Array
from ._arguments import Curve, check_curve, check_named
from .style import LogLabels, integer_ticks, label_outside, legend_below, one_panel, panels, style

CURVE_FORMS = "heights (T,), bands (Q, T), or tuples (x, heights or band)"


def lines(
    curves: Mapping[str, Curve],
    *,
    xlabel: str,
    ylabel: str,
    title: str = "",
    xscale: str = "linear",
    yscale: str = "linear",
    ax: Axes | None = None,
) -> Axes:
    """Draw named curves and bands in one panel, with the legend on its right.

    Parameters
    ----------
    curves : dict of str to ndarray, or to a pair of ndarray
        Each curve has one of three forms: heights (T,) over 0, 1, ..., T - 1; a band (Q, T) around its middle row, with
        Q odd and the lowest row first, such as ``np.stack([mean - std, mean, mean + std])`` or five quantiles; or a
        tuple (x, heights or band).
    xlabel, ylabel, title : str
    xscale, yscale : str
        "linear" or "log". On a log scale, values that are not positive leave a gap.
    ax : matplotlib Axes, optional
        The axes to draw into. By default, a new figure is created.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If a curve has none of these forms.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> losses = {"too high": np.array([2.3, 4.0, 9.0]), "right": np.array([2.3, 1.1, 0.6])}
    >>> ax = plots.lines(losses, xlabel="epoch", ylabel="loss", yscale="log")
    >>> ax.lines[1].get_xydata().tolist()
    [[0.0, 2.3], [1.0, 1.1], [2.0, 0.6]]
    """
    check_named(curves, "curves", CURVE_FORMS)
    ax = one_panel(ax)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
    _draw(ax, curves, list(curves))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", handlelength=3)
    return ax


def gallery(
    contents: Mapping[str, Curve | Mapping[str, Curve]],
    *,
    xlabel: str,
    ylabel: str,
    title: str = "",
    xscale: str = "linear",
    yscale: str = "linear",
    columns: int = 3,
    sharey: bool = False,
) -> Figure:
    """Draw one panel per name, for example the loss curves of good and bad runs, or each layer's activations over time.

    Parameters
    ----------
    contents : dict of str to a curve, or to a dict of curves
        The title and the contents of each panel. A curve has any of the forms that `lines` draws. Curves with the same
        name look the same in every panel.
    xlabel, ylabel, title : str
    xscale, yscale : str
        "linear" or "log".
    columns : int
        The number of panels per row.
    sharey : bool
        Whether all panels have the same y-axis, so that you can compare them. Otherwise, each panel has its own scale.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If a curve cannot be drawn.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> epochs = np.arange(10)
    >>> runs = {"too low": 2.3 - 0.02 * epochs, "right": 2.3 * np.exp(-epochs / 2)}
    >>> figure = plots.gallery(runs, xlabel="epoch", ylabel="loss")
    >>> [ax.get_title() for ax in figure.axes]
    ['too low', 'right']
    """
    check_named(contents, "contents", f"{CURVE_FORMS}, or dicts mapping names to these")
    curves_in = {name: given if isinstance(given, Mapping) else {"": given} for name, given in contents.items()}
    names = list(dict.fromkeys(chain.from_iterable(curves_in.values())))
    figure, axes = panels(len(curves_in), columns=columns, size=(3.1, 2.2), sharey=sharey)
    for ax, (name, curves) in zip(axes, curves_in.items(), strict=True):
        check_named(curves, f"the panel {name!r}", CURVE_FORMS)
        ax.set(xscale=xscale, yscale=yscale)
        ax.set_title(name, fontsize="medium")
        _draw(ax, curves, names, panel=name)
    figure.suptitle(title)
    label_outside(axes, xlabel, ylabel)
    legend_below(figure, axes)
    return figure


def _draw(ax: Axes, curves: Mapping[str, Curve], names: Sequence[str], panel: str = "") -> None:
    """Draw each curve in the style of its index in `names`. Errors refer to an unnamed curve by its panel's name."""
    integers_only = True
    for name, given in curves.items():
        number = names.index(name)
        x, heights = check_curve(given, f"the curve {name or panel!r}")
        middle = heights if heights.ndim == 1 else heights[len(heights) // 2]
        if ax.get_yscale() == "log":
            middle = np.where(middle > 0, middle, np.nan)
        curve_style = style(number) | {"linewidth": 1.8 if len(x) <= 200 else 1.2}
        # A single curve needs no markers, and the legend omits labels that start with an underscore.
        marked = _marked_points(ax, x, middle, number) if name else []
        ax.plot(x, middle, label=name or "_", markevery=marked, markersize=5, **curve_style)
        if heights.ndim == 2:
            _shade_band(ax, x, heights, curve_style)
        integers_only = integers_only and x.dtype.kind in "iu"
    for axis, scale in ((ax.xaxis, ax.get_xscale()), (ax.yaxis, ax.get_yscale())):
        if scale == "log":
            axis.set_major_formatter(LogLabels())
            axis.set_minor_formatter(LogLabels())
    if integers_only and ax.get_xscale() == "linear":
        ax.xaxis.set_major_locator(integer_ticks())
    ax.grid(alpha=0.3)


def _shade_band(ax: Axes, x: Array, heights: Array, curve_style: dict[str, Any]) -> None:
    """Shade between the first and the last row, the second and the second to last, and so on.

    The first and the last row are also drawn as thin lines.
    """
    pairs = len(heights) // 2
    for low, high in zip(heights[:pairs], heights[: -pairs - 1 : -1], strict=True):
        ax.fill_between(x, low, high, color=curve_style["color"], alpha=0.18, linewidth=0)
    for edge in (heights[0], heights[-1]):
        ax.plot(x, edge, label="_", **(curve_style | {"marker": "", "linewidth": 0.9}))


def _marked_points(ax: Axes, x: Array, heights: Array, number: int) -> list[int] | None:
    """Return the indices of the points with markers: five points, spread along the axis.

    If there are few points, the result is None, which means that all of them have markers. Different curves have their
    markers in different places.
    """
    if len(x) <= 12:
        return None
    log = ax.get_xscale() == "log"
    shown = np.flatnonzero(np.isfinite(heights) & (x > 0 if log else np.isfinite(x)))
    if not shown.size:
        return []
    along = np.log(x[shown]) if log else x[shown]
    positions = along.min() + np.ptp(along) * (np.arange(5) + (0.1 + 0.17 * number) % 1) / 5
    return sorted({int(shown[abs(along - position).argmin()]) for position in positions})
