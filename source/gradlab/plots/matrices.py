"""Matrices as colors with a number in each cell, and dropout masks with the fractions they keep."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ._arguments import check_array, check_named
from .style import COLOR_MAP, COLORS, one_panel, panels


def heatmap(
    matrix: npt.ArrayLike,
    *,
    rows: Sequence[object],
    columns: Sequence[object],
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    label: str = "",
    number_format: str = ".2f",
    limits: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a matrix as colors, with a number in each cell, for example to show how much ensemble members differ.

    Parameters
    ----------
    matrix : ndarray (R, C)
    rows, columns : sequence of str or int
        R names and C names for the ticks.
    xlabel, ylabel, title : str
    label : str
        The meaning of the colors.
    number_format : str
        A format specification, as in an f-string. Matrices with more than 15 rows or columns are drawn without numbers,
        which would be too small to read.
    limits : tuple of float, optional
        The numbers at the two ends of the color scale. Pass the same limits to compare several matrices. The defaults
        are the matrix's minimum and maximum.
    ax : matplotlib Axes, optional
        The axes to draw into. By default, a new figure is created.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the number of row names or column names does not match the matrix.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> ax = plots.heatmap(np.array([[0.0, 0.25], [0.25, 0.0]]), rows=["a", "b"], columns=["a", "b"])
    >>> [text.get_text() for text in ax.texts]
    ['0.00', '0.25', '0.25', '0.00']
    """
    values = check_array(matrix, "matrix", f"({len(rows)}, {len(columns)})")
    size = 0.62 * values.shape[1] + 2.2, 0.45 * values.shape[0] + 1.2
    ax = one_panel(ax, size=(min(max(size[0], 4), 9.6), min(max(size[1], 2.4), 7)))
    low, high = limits or (None, None)
    image = ax.imshow(values, cmap=COLOR_MAP, aspect="auto", vmin=low, vmax=high)
    ax.figure.colorbar(image, ax=ax, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.set_xticks(range(len(columns)), [str(name) for name in columns])
    ax.set_yticks(range(len(rows)), [str(name) for name in rows])
    if max(values.shape) <= 15:
        # The color map goes from dark to light, so choose a text color that is readable on each background.
        dark = np.asarray(image.norm(values)) < 0.5
        for (row, column), value in np.ndenumerate(values):
            color = "white" if dark[row, column] else "black"
            ax.text(column, row, f"{value:{number_format}}", color=color, ha="center", va="center", fontsize="small")
    return ax


def masks(
    masks: Mapping[str, npt.ArrayLike], *, xlabel: str = "unit", ylabel: str = "example", columns: int = 3
) -> Figure:
    """Draw dropout masks with kept units in white. Bars show the fraction that each row and each column keeps.

    Parameters
    ----------
    masks : dict of str to ndarray (N, H)
        Zero where a unit is dropped, and any other number where it is kept. Rows are examples, and columns are units.
    xlabel, ylabel : str
    columns : int
        The number of panels per row.

    Returns
    -------
    matplotlib Figure
        Each panel has two smaller panels: one above it with the fraction kept in each column, and one on its right
        with the fraction kept in each row.

    Raises
    ------
    TypeError, ValueError
        If a mask is not a matrix.
    """
    check_named(masks, "masks", "arrays (N, H)")
    figure, axes = panels(len(masks), columns=columns, size=(3.1, 2.9), sharex=False, sharey=False)
    for ax, (name, mask) in zip(axes, masks.items(), strict=True):
        kept = check_array(mask, f"the mask {name!r}", "(N, H)") != 0
        ax.imshow(kept, cmap="gray", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        bars: dict[str, Any] = {"color": COLORS[0], "edgecolor": "black", "linewidth": 0.3, "width": 1}
        above = ax.inset_axes((0, 1.04, 1, 0.2), sharex=ax)
        above.bar(np.arange(kept.shape[1]), kept.mean(axis=0), **bars)
        above.set(ylim=(0, 1), yticks=[0, 1])
        bars["height"] = bars.pop("width")
        right = ax.inset_axes((1.04, 0, 0.2, 1), sharey=ax)
        right.barh(np.arange(kept.shape[0]), kept.mean(axis=1), **bars)
        right.set(xlim=(0, 1), xticks=[0, 1])
        above.tick_params(labelbottom=False)
        right.tick_params(labelleft=False)
        above.set_title(f"{name}: {kept.mean():.0%} kept", fontsize="medium")
    figure.supxlabel(xlabel, fontsize="medium")
    figure.supylabel(ylabel, fontsize="medium")
    return figure
