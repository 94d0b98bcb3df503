"""Histograms of what goes through each layer."""

from collections.abc import Mapping

import numpy as np

from ._arguments import finite_range, named, numbers
from .style import COLORS, WIDTH, panels


def histograms(layers, *, xlabel="activation", title="", limits=None, bins=41, columns=5):
    """How the numbers in each layer are spread, a panel a layer; a row an initialization, if there are several.

    The bars are shares of all numbers in the layer. In every panel stands the share of its highest bar, "top", as
    the panels are not equally high; and the share of what is out of the limits or not finite, "out".

    Parameters
    ----------
    layers : dict of str to ndarray, or dict of str to such dicts
        By layer, activations or gradients of any shape; or by row, and then by layer, the same layers in each.
    xlabel, title : str
    limits : tuple of float, optional
        The least and the greatest number shown, the same in all panels; all finite numbers without it.
    bins : int
        Odd, so that one is centered at zero when the limits are symmetric.
    columns : int
        Panels in a row, where the layers are not in rows already.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If a layer holds no numbers, or the rows have different layers.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> x = np.random.default_rng(0).standard_normal((100, 50))
    >>> figure = plots.histograms({"layer 1": np.tanh(x), "layer 2": np.tanh(0.1 * x)}, limits=(-1, 1))
    >>> [ax.get_title() for ax in figure.axes]
    ['layer 1', 'layer 2']
    """
    rows = _in_rows(layers)
    several = len(rows) > 1
    names = list(next(iter(rows.values())))
    columns = len(names) if several else min(columns, len(names))
    everything = [values for arrays in rows.values() for values in arrays.values()]
    edges = np.linspace(*(finite_range(everything, "layers") if limits is None else limits), bins + 1)
    size = (min(2.2, WIDTH / columns), 1.5)
    figure, axes = panels(len(rows) * len(names), columns=columns, size=size, sharey=False)
    places = iter(axes)
    for number, (row, arrays) in enumerate(rows.items()):
        for name, values in arrays.items():
            ax = next(places)
            _bars(ax, values, edges, COLORS[number % len(COLORS)])
            if number == 0:
                ax.set_title(name, fontsize="medium")
            if several and name == names[0]:
                ax.set_ylabel(row)
    figure.suptitle(title)
    figure.supxlabel(xlabel, fontsize="medium")
    figure.supylabel("share of all numbers", fontsize="medium")
    return figure


def _in_rows(layers):
    """By row and layer, flat arrays; a single row is called ""."""
    named(layers, "layers", "arrays, or dicts of layers to arrays")
    rows = layers if isinstance(next(iter(layers.values())), Mapping) else {"": layers}
    names = list(next(iter(rows.values())))
    for row, arrays in rows.items():
        named(arrays, f"the row {row!r}", "arrays")
        if list(arrays) != names:
            raise ValueError(f"Every row must have the layers {names}. Got {list(arrays)} in {row!r}.")
    return {
        row: {name: numbers(values, f"the layer {name!r}", "(...)").ravel() for name, values in arrays.items()}
        for row, arrays in rows.items()
    }


def _bars(ax, values, edges, color):
    shown = values[(values >= edges[0]) & (values <= edges[-1])]
    shares = np.histogram(shown, edges)[0] / values.size
    ax.stairs(shares, edges, fill=True, facecolor=color, edgecolor=color, linewidth=0.6)
    top, missing = shares.max(), 1 - shown.size / values.size
    text = f"top {_percent(top)}" + (f"\nout {_percent(missing)}" if missing else "")
    ax.text(0.97, 0.96, text, transform=ax.transAxes, ha="right", va="top", fontsize="x-small")
    ax.set(ylim=(0, 1.4 * top or 1), yticks=[])


def _percent(share):
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"
