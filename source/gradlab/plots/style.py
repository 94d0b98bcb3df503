"""The style of all plots: colors, dashes, and markers, and figures with several panels.

The colors are Okabe and Ito's, which people with any kind of color vision can tell apart. For black-and-white print,
every curve also has a distinct line style and marker. The n-th curve looks the same in every plot.

References
----------
M. Okabe and K. Ito, Color Universal Design: how to make figures and presentations that are friendly to
colorblind people, 2008.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatterSciNotation, MaxNLocator

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":", (0, (9, 2)), (0, (4, 1, 1, 1, 1, 1)), (0, (2, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STAR = "#F0E442"
COLOR_MAP = "cividis"  # goes from dark to light for every kind of color vision, and in print
WIDTH = 9.6  # inches; the width of a notebook's column, and of the widest figure


def style(number: int) -> dict[str, Any]:
    """Return the style of curve `number` in every plot, as keyword arguments for `Axes.plot`.

    No two of the first 49 curves have both the same line style and the same marker.

    Examples
    --------
    >>> style(0)
    {'color': '#0072B2', 'linestyle': '-', 'marker': 'o', 'linewidth': 1.8}
    """
    cycle, n = divmod(number, len(COLORS))
    return {
        "color": COLORS[n],
        "linestyle": DASHES[(n + cycle) % len(DASHES)],
        "marker": MARKERS[(n + 3 * cycle) % len(MARKERS)],
        "linewidth": 1.8,
    }


def one_panel(ax: Axes | None = None, size: tuple[float, float] = (8, 3.6)) -> Axes:
    """Return `ax`, or the axes of a new figure if `ax` is None."""
    return plt.subplots(figsize=size, layout="constrained")[1] if ax is None else ax


def panels(
    count: int, *, columns: int, size: tuple[float, float], sharex: bool = True, sharey: bool = True
) -> tuple[Figure, Sequence[Axes]]:
    """Create a figure with `count` axes, listed row by row. `size` is the size of one panel in inches."""
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    width = min(size[0] * columns + 0.4, max(size[0], WIDTH))
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(width, size[1] * rows + 0.5),
        sharex=sharex,
        sharey=sharey,
        squeeze=False,
        layout="constrained",
    )
    for ax in axes.flat[count:]:
        ax.set_visible(False)
    for ax in axes.flat[max(0, count - columns) : count]:
        ax.xaxis.set_tick_params(labelbottom=True)
    return figure, list(axes.flat[:count])


def integer_ticks() -> MaxNLocator:
    """Return a locator for ticks at integers, such as epochs."""
    return MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10])


class LogLabels(LogFormatterSciNotation):
    """Labels ticks on a logarithmic axis: 0.03 if the axis spans less than two powers of ten, otherwise 10⁻²."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        text = super().__call__(x, pos)
        assert self.axis is not None, "matplotlib sets the axis of a formatter"
        low, high = sorted(self.axis.get_view_interval())
        return f"{x:g}" if text and high < 100 * low else text


def label_outside(axes: Sequence[Axes], xlabel: str, ylabel: str) -> None:
    """Label only the outer axes: the x-axes below the last row, and the y-axes to the left of the first column."""
    grid = axes[0].get_gridspec()
    assert grid is not None, "these axes come from panels()"
    columns = grid.ncols
    for ax in axes[-columns:]:
        ax.set_xlabel(xlabel)
    for ax in axes[::columns]:
        ax.set_ylabel(ylabel)


def legend_below(figure: Figure, axes: Sequence[Axes]) -> None:
    """Put one legend, in which each name appears once, below all panels."""
    handles: dict[str, Any] = {}
    for ax in axes:
        for handle, name in zip(*ax.get_legend_handles_labels(), strict=True):
            handles.setdefault(name, handle)
        legend = ax.get_legend()
        if legend is not None:
            legend.remove()
    if handles:
        # The width of an entry in inches: 0.8 for the line and some space, and at most 0.08 per letter.
        entry = 0.8 + 0.08 * max(map(len, handles))
        columns = int(min(len(handles), 5, max(1, figure.get_figwidth() // entry)))
        figure.legend(handles.values(), handles, loc="outside lower center", ncols=columns, handlelength=3)
