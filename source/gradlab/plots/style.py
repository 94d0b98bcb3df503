"""How everything looks: colors, dashes and markers, and figures of several panels.

Colors are Okabe and Ito's, which people with any kind of color vision tell apart; every curve also
has a line style and a marker of its own, for print. The n-th curve looks the same in every picture.

References
----------
M. Okabe and K. Ito, Color Universal Design: how to make figures and presentations that are friendly to
colorblind people, 2008.
"""

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":", (0, (9, 2)), (0, (4, 1, 1, 1, 1, 1)), (0, (2, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STAR = "#F0E442"
# From dark to light for any eye and any printer.
COLOR_MAP = "cividis"
WIDTH = 9.6  # of the widest figure in inches: a notebook's column


def style(number):
    """How curve `number` looks in every picture: keyword arguments for `Axes.plot`.

    Two of the first 49 curves never share both dash and marker.

    Examples
    --------
    >>> style(0)
    {'color': '#0072B2', 'linestyle': '-', 'marker': 'o', 'linewidth': 1.8}
    """
    again, n = divmod(number, len(COLORS))
    return {
        "color": COLORS[n],
        "linestyle": DASHES[(n + again) % len(DASHES)],
        "marker": MARKERS[(n + 3 * again) % len(MARKERS)],
        "linewidth": 1.8,
    }


def one_panel(ax=None, size=(8, 3.6)):
    """`ax`, or that of a new figure."""
    return plt.subplots(figsize=size, layout="constrained")[1] if ax is None else ax


def panels(count, *, columns, size, sharex=True, sharey=True):
    """A figure and `count` axes, filled in row by row; `size` is that of one panel in inches."""
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
    return figure, axes.flat[:count]


def whole_numbers():
    """Ticks at whole numbers, such as epochs."""
    return MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10])


def label_outside(axes, xlabel, ylabel):
    """Labels where no panel stands between them and the edge: below the last row, left of the first column."""
    columns = axes[0].get_gridspec().ncols
    for ax in axes[-columns:]:
        ax.set_xlabel(xlabel)
    for ax in axes[::columns]:
        ax.set_ylabel(ylabel)


def legend_below(figure, axes):
    """One legend for all panels under them, each name once."""
    handles = {}
    for ax in axes:
        for handle, name in zip(*ax.get_legend_handles_labels(), strict=True):
            handles.setdefault(name, handle)
        if ax.get_legend() is not None:
            ax.get_legend().remove()
    if handles:
        # An entry is a line, some room, and letters of 0.08 inches at the most.
        entry = 0.8 + 0.08 * max(map(len, handles))
        columns = int(min(len(handles), 5, max(1, figure.get_figwidth() // entry)))
        figure.legend(handles.values(), handles, loc="outside lower center", ncols=columns, handlelength=3)
