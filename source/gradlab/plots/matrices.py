"""Matrices: numbers on a colored ground, and dropout masks with what they keep."""

import numpy as np

from ._arguments import named, numbers
from .style import COLOR_MAP, COLORS, one_panel, panels


def heatmap(matrix, *, rows, columns, xlabel="", ylabel="", title="", label="", number_format=".2f", ax=None):
    """A matrix in colors, with its numbers written in: how much the members of an ensemble differ.

    Parameters
    ----------
    matrix : ndarray (R, C)
    rows, columns : sequence of str or int
        R and C names, for the ticks.
    xlabel, ylabel, title : str
    label : str
        What the colors mean.
    number_format : str
        As in an f-string. From 16 rows or columns on, no numbers are written: they would be too small to read.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the names do not fit the matrix.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> ax = plots.heatmap(np.array([[0.0, 0.25], [0.25, 0.0]]), rows=["a", "b"], columns=["a", "b"])
    >>> [text.get_text() for text in ax.texts]
    ['0.00', '0.25', '0.25', '0.00']
    """
    matrix = numbers(matrix, "matrix", f"({len(rows)}, {len(columns)})")
    size = 0.62 * matrix.shape[1] + 2.2, 0.45 * matrix.shape[0] + 1.2
    ax = one_panel(ax, size=(min(max(size[0], 4), 9.6), min(max(size[1], 2.4), 7)))
    drawn = ax.imshow(matrix, cmap=COLOR_MAP, aspect="auto")
    ax.figure.colorbar(drawn, ax=ax, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    if max(matrix.shape) <= 15:
        for (row, column), value in np.ndenumerate(matrix):
            # Ink that can be read on this ground: the color map goes from dark to light.
            ink = "white" if drawn.norm(value) < 0.5 else "black"
            ax.text(column, row, f"{value:{number_format}}", color=ink, ha="center", va="center", fontsize="small")
    return ax


def masks(masks, *, xlabel="unit", ylabel="example", columns=3):
    """Dropout masks, kept units white, with the share that each row and each column keeps along the sides.

    Parameters
    ----------
    masks : dict of str to ndarray (N, H)
        Zero where a unit is dropped, anything else where it is kept. Rows are examples, columns are units.
    xlabel, ylabel : str
    columns : int
        Panels in a row.

    Returns
    -------
    matplotlib Figure
        Each panel holds two more: the shares by column above it, by row on its right.

    Raises
    ------
    TypeError, ValueError
        If a mask is no matrix.
    """
    named(masks, "masks", "arrays (N, H)")
    figure, axes = panels(len(masks), columns=columns, size=(3.1, 2.9), sharex=False, sharey=False)
    for ax, (name, mask) in zip(axes, masks.items(), strict=True):
        kept = numbers(mask, f"the mask {name!r}", "(N, H)") != 0
        ax.imshow(kept, cmap="gray", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        bars = {"color": COLORS[0], "edgecolor": "black", "linewidth": 0.3, "width": 1}
        above = ax.inset_axes([0, 1.04, 1, 0.2], sharex=ax)
        above.bar(np.arange(kept.shape[1]), kept.mean(axis=0), **bars)
        above.set(ylim=(0, 1), yticks=[0, 1])
        bars["height"] = bars.pop("width")
        right = ax.inset_axes([1.04, 0, 0.2, 1], sharey=ax)
        right.barh(np.arange(kept.shape[0]), kept.mean(axis=1), **bars)
        right.set(xlim=(0, 1), xticks=[0, 1])
        above.tick_params(labelbottom=False)
        right.tick_params(labelleft=False)
        above.set_title(f"{name}: {kept.mean():.0%} kept", fontsize="medium")
    figure.supxlabel(xlabel, fontsize="medium")
    figure.supylabel(ylabel, fontsize="medium")
    return figure
