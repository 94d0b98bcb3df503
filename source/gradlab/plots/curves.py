"""Named curves and bands, in one panel or in a gallery of small ones."""

from collections.abc import Mapping
from itertools import chain

import numpy as np

from ._arguments import curve, named
from .style import label_outside, legend_below, one_panel, panels, style, whole_numbers

KINDS = "heights (T,), bands (Q, T) or tuples (x, either)"


def lines(curves, *, xlabel, ylabel, title="", xscale="linear", yscale="linear", ax=None):
    """Named curves and bands in one panel, with a legend beside it.

    Parameters
    ----------
    curves : dict of str to ndarray, or to a pair of them
        Heights (T,) over 0, 1, ..., T - 1; or a band (Q, T) about its middle row, Q odd, the lowest row first,
        such as ``np.stack([mean - std, mean, mean + std])`` or five quantiles; or (x, one of these).
    xlabel, ylabel, title : str
    xscale, yscale : str
        "linear" or "log". What is zero or below has no place on a log scale and leaves a gap.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If a curve is none of these.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> losses = {"too high": np.array([2.3, 4.0, 9.0]), "right": np.array([2.3, 1.1, 0.6])}
    >>> ax = plots.lines(losses, xlabel="epoch", ylabel="loss", yscale="log")
    >>> ax.lines[1].get_xydata().tolist()
    [[0.0, 2.3], [1.0, 1.1], [2.0, 0.6]]
    """
    named(curves, "curves", KINDS)
    ax = one_panel(ax)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
    _draw(ax, curves, list(curves))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", handlelength=3)
    return ax


def gallery(contents, *, xlabel, ylabel, title="", xscale="linear", yscale="linear", columns=3, sharey=False):
    """A panel for each name: loss curves of sick and healthy runs, the activations of each layer over training.

    Parameters
    ----------
    contents : dict of str to a curve, or to a dict of curves
        What stands over each panel, and what is in it; a curve is anything that `lines` draws. A name looks the
        same in every panel.
    xlabel, ylabel, title : str
    xscale, yscale : str
        "linear" or "log".
    columns : int
        Panels in a row.
    sharey : bool
        Whether heights are the same in all panels, to be compared; else each is filled.

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
    named(contents, "contents", f"{KINDS}, or dicts of names to these")
    inside = {name: given if isinstance(given, Mapping) else {"": given} for name, given in contents.items()}
    names = list(dict.fromkeys(chain.from_iterable(inside.values())))
    figure, axes = panels(len(inside), columns=columns, size=(3.1, 2.2), sharey=sharey)
    for ax, (name, curves) in zip(axes, inside.items(), strict=True):
        named(curves, f"the panel {name!r}", KINDS)
        ax.set(xscale=xscale, yscale=yscale)
        ax.set_title(name, fontsize="medium")
        _draw(ax, curves, names, panel=name)
    figure.suptitle(title)
    label_outside(axes, xlabel, ylabel)
    legend_below(figure, axes)
    return figure


def _draw(ax, curves, names, panel=""):
    """Each curve in the look of its place among `names`; one without a name is called as the panel in errors."""
    whole = True
    for name, given in curves.items():
        number = names.index(name)
        x, heights = curve(given, f"the curve {name or panel!r}")
        middle = heights if heights.ndim == 1 else heights[len(heights) // 2]
        if ax.get_yscale() == "log":
            middle = np.where(middle > 0, middle, np.nan)
        look = style(number) | {"linewidth": 1.8 if len(x) <= 200 else 1.2}
        # A lone curve needs no markers, and the legend leaves out what begins with an underscore.
        marked = _marked(ax, x, middle, number) if name else []
        ax.plot(x, middle, label=name or "_", markevery=marked, markersize=5, **look)
        if heights.ndim == 2:
            _band(ax, x, heights, look)
        whole = whole and x.dtype.kind in "iu"
    if whole and ax.get_xscale() == "linear":
        ax.xaxis.set_major_locator(whole_numbers())
    ax.grid(alpha=0.3)


def _band(ax, x, heights, look):
    """Each pair of rows as a shade, the outermost between two thin lines."""
    pairs = len(heights) // 2
    for low, high in zip(heights[:pairs], heights[: -pairs - 1 : -1], strict=True):
        ax.fill_between(x, low, high, color=look["color"], alpha=0.18, linewidth=0)
    for edge in (heights[0], heights[-1]):
        ax.plot(x, edge, label="_", **(look | {"marker": "", "linewidth": 0.9}))


def _marked(ax, x, heights, number):
    """Which points get a marker: of many only five, spread along the axis, on each curve at other places."""
    if len(x) <= 12:
        return None
    log = ax.get_xscale() == "log"
    shown = np.flatnonzero(np.isfinite(heights) & (x > 0 if log else np.isfinite(x)))
    if not shown.size:
        return []
    along = np.log(x[shown]) if log else x[shown]
    places = along.min() + np.ptp(along) * (np.arange(5) + (0.1 + 0.17 * number) % 1) / 5
    return sorted({int(shown[abs(along - place).argmin()]) for place in places})
