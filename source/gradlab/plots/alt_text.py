"""Describes a figure in words, from the data in it, for people who cannot see it."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import StepPatch

from ..typing import Array

MOST_PANELS = 9  # descriptions that go on for minutes help nobody
MOST_CURVES = 10
MOST_BARS = 12
MOST_PICTURES = 4  # if there are more, they are described together


def describe(figure: Figure) -> str:
    """Return a description of a figure: its panels, their axes, and where each named curve starts and ends.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> ax = plots.lines({"right": np.array([2.3, 1.1, 0.6])}, xlabel="epoch", ylabel="loss", yscale="log")
    >>> describe(ax.figure)
    'loss (log scale) against epoch. right: from 2.3 down to 0.6.'
    """
    panels = [ax for ax in figure.axes if ax.get_visible() and not _is_color_bar(ax)]
    pictures = [ax for ax in panels if ax.images]
    if len(pictures) > MOST_PICTURES and len(pictures) == len(panels):
        described = [_many_pictures(pictures)]
    else:
        described = [text for ax in panels if (text := _panel(ax))]
    if len(described) > 1:
        described = [f"Panel {number}: {text}" for number, text in enumerate(described, 1)]
    more = len(described) - MOST_PANELS
    if more > 0:
        described = [*described[:MOST_PANELS], f"Panels not described: {more}."]
    title = _sentence(figure.get_suptitle())
    return " ".join(filter(None, [title, *described])) or "A figure without labels."


def _panel(ax: Axes) -> str:
    axes = " against ".join(filter(None, [_axis(ax, "y"), _axis(ax, "x")]))
    contents = chain.from_iterable(describe(ax) for describe in (_images, _curves, _points, _bars, _histograms))
    return " ".join(filter(None, [_sentence(ax.get_title()), _sentence(axes), *contents]))


def _many_pictures(panels: Sequence[Axes]) -> str:
    sizes = {np.asarray(ax.images[0].get_array()).shape[:2] for ax in panels}
    size = f" of {' by '.join(map(str, sizes.pop()))} pixels" if len(sizes) == 1 else ""
    titles = [text for ax in panels for text in (ax.get_ylabel(), ax.get_title()) if text]
    return _sentence(f"{len(panels)} images{size}" + (f": {', '.join(titles)}" if titles else ""))


def _axis(ax: Axes, which: str) -> str:
    label, scale = (ax.get_xlabel(), ax.get_xscale()) if which == "x" else (ax.get_ylabel(), ax.get_yscale())
    return f"{label} (log scale)" if label and scale == "log" else label


def _curves(ax: Axes) -> Iterable[str]:
    named = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    lines = named or [line for line in ax.lines if np.size(line.get_xdata()) > 2][:1]
    for line in lines[:MOST_CURVES]:
        name = f"{line.get_label()}: " if named else "A curve "
        path = _path(line)
        if path:
            yield _sentence(f"{name}{path}")
    if len(lines) > MOST_CURVES:
        yield f"Curves not described: {len(lines) - MOST_CURVES}."


def _path(line: Line2D) -> str:
    """Return where a curve starts and ends, and its lowest and highest points if clearly outside that range."""
    x, y = (np.asarray(values, dtype=np.float64) for values in line.get_data())
    shown = np.isfinite(x) & np.isfinite(y)
    x, y = x[shown], y[shown]
    if not len(y):
        return ""
    if len(y) == 1:
        return f"a point at {x[0]:.3g}, {y[0]:.3g}"
    if y.min() == y.max():
        return f"level at {y[0]:.3g}"
    first, last, margin = y[0], y[-1], 0.1 * np.ptp(y)
    direction = "up to" if last - first > margin else "down to" if first - last > margin else "to"
    text = f"from {first:.3g} {direction} {last:.3g}"
    if y.min() < min(first, last) - margin:
        text += f", lowest {y.min():.3g} at {x[y.argmin()]:.3g}"
    if y.max() > max(first, last) + margin:
        text += f", highest {y.max():.3g} at {x[y.argmax()]:.3g}"
    return text


def _points(ax: Axes) -> Iterable[str]:
    for group in ax.collections:
        if isinstance(group, PathCollection):
            count = len(np.asarray(group.get_offsets()))
            points = "1 point." if count == 1 else f"{count} points."
            label = str(group.get_label())
            yield points if label.startswith("_") else f"{label}: {points}"


def _bars(ax: Axes) -> Iterable[str]:
    # Rectangles that are not in a container are shaded bands, as `axvspan` draws them.
    bars = [bar for group in ax.containers if isinstance(group, BarContainer) for bar in group]
    lengths: Array = np.array([bar.get_height() for bar in bars])
    if not len(lengths):
        return
    names = [label.get_text() for label in ax.get_xticklabels()]
    if len(names) == len(bars) <= MOST_BARS:
        yield "Bars: " + ", ".join(f"{name} {length:.3g}" for name, length in zip(names, lengths, strict=True)) + "."
    else:
        yield f"{len(bars)} bars, from {lengths.min():.3g} to {lengths.max():.3g}."


def _histograms(ax: Axes) -> Iterable[str]:
    for patch in ax.patches:
        if isinstance(patch, StepPatch):
            heights, edges, _ = patch.get_data()
            below = np.cumsum(heights) / np.sum(heights)
            low, high = edges[np.searchsorted(below, 0.05, side="right")], edges[np.searchsorted(below, 0.95) + 1]
            yield f"A histogram: nine tenths of the values are between {low:.3g} and {high:.3g}."


def _images(ax: Axes) -> Iterable[str]:
    for picture in ax.images:
        values: Array = np.ma.masked_invalid(np.ma.asarray(picture.get_array()))
        rows, columns = values.shape[:2]
        spread = f", with values from {values.min():.3g} to {values.max():.3g}" if values.ndim == 2 else " in color"
        yield f"An image of {rows} by {columns} pixels{spread}."


def _is_color_bar(ax: Axes) -> bool:
    return ax.get_label() == "<colorbar>"


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text[-1] in ".!?" else f"{text}."
