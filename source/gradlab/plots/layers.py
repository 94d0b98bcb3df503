"""Histograms of the values in each layer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..typing import Array
from ._arguments import check_array, check_named, finite_range
from .style import COLORS, WIDTH, panels


def histograms(
    layers: Mapping[str, npt.ArrayLike] | Mapping[str, Mapping[str, npt.ArrayLike]],
    *,
    xlabel: str = "activation",
    title: str = "",
    limits: tuple[float, float] | None = None,
    bins: int = 41,
    columns: int = 5,
) -> Figure:
    """Draw histograms of the values in each layer: one panel per layer, and optionally one row per initialization.

    The height of a bar is the fraction of the layer's values that are in its bin. Because the panels have different
    scales, each panel states the height of its highest bar ("top") and the fraction of values that are outside the
    limits or not finite ("out").

    Parameters
    ----------
    layers : dict of str to ndarray, or dict of str to such dicts
        Activations or gradients of any shape, keyed by layer. In the nested form, the outer keys are rows, and each row
        must have the same layers.
    xlabel, title : str
    limits : tuple of float, optional
        The range of values shown, which is the same in all panels. The default range includes all finite values.
    bins : int
        The number of bins. If it is odd and the limits are symmetric, one bin is centered at zero.
    columns : int
        The number of panels per row, if the layers are not already arranged in rows.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If a layer is empty or does not hold real numbers, or if the rows have different layers.

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
    low, high = finite_range(everything, "layers") if limits is None else limits
    edges = np.linspace(low, high, bins + 1)
    size = (min(2.2, WIDTH / columns), 1.5)
    figure, axes = panels(len(rows) * len(names), columns=columns, size=size, sharey=False)
    remaining = iter(axes)
    for number, (row, arrays) in enumerate(rows.items()):
        for name, values in arrays.items():
            ax = next(remaining)
            _bars(ax, values, edges, COLORS[number % len(COLORS)])
            if number == 0:
                ax.set_title(name, fontsize="medium")
            if several and name == names[0]:
                ax.set_ylabel(row)
    figure.suptitle(title)
    figure.supxlabel(xlabel, fontsize="medium")
    figure.supylabel("fraction of all values", fontsize="medium")
    return figure


def _in_rows(layers: Mapping[str, Any]) -> dict[str, dict[str, Array]]:
    """Return flat arrays, keyed by row and then by layer. A single row has the name ""."""
    check_named(layers, "layers", "arrays, or dicts mapping layers to arrays")
    rows = layers if isinstance(next(iter(layers.values())), Mapping) else {"": layers}
    names = list(next(iter(rows.values())))
    for row, arrays in rows.items():
        check_named(arrays, f"the row {row!r}", "arrays")
        if list(arrays) != names:
            raise ValueError(f"Every row must have the layers {names}. Got {list(arrays)} in the row {row!r}.")
    return {
        row: {name: check_array(values, f"the layer {name!r}", "(...)").ravel() for name, values in arrays.items()}
        for row, arrays in rows.items()
    }


def _bars(ax: Axes, values: Array, edges: Array, color: str) -> None:
    shown = values[(values >= edges[0]) & (values <= edges[-1])]
    fractions = np.histogram(shown, edges)[0] / values.size
    ax.stairs(fractions, edges, fill=True, facecolor=color, edgecolor=color, linewidth=0.6)
    top, missing = fractions.max(), 1 - shown.size / values.size
    text = f"top {_percent(top)}" + (f"\nout {_percent(missing)}" if missing else "")
    ax.text(0.97, 0.96, text, transform=ax.transAxes, ha="right", va="top", fontsize="x-small")
    ax.set(ylim=(0, 1.4 * top or 1), yticks=[])


def _percent(fraction: float) -> str:
    return "<1%" if 0 < fraction < 0.005 else f"{fraction:.0%}"
