"""An expected image, the returned one, and the pixels where they differ."""

import numpy as np

from ...typing import Array, Floats
from .svg import LARGEST_CELL, WIDTH, YOURS, cells, fill, panel, picture, text

TOP, GAP = 18, 24  # pixels: the space above a panel, for its title, and the space between panels
LEVELS = 15  # levels of each color, in addition to black


def draw_image(want: Floats, got: Floats, wrong: Array) -> str:
    """Return the picture, or "" if the images are too wide.

    Parameters
    ----------
    want, got : ndarray (H, W) or (H, W, 3)
        Values below 0 are drawn as 0, and values above 1 as 1; pixels that are not finite are left empty.
    wrong : bool ndarray of the same shape
    """
    wrong = np.asarray(wrong.any(axis=2)) if wrong.ndim == 3 else wrong
    rows, columns = wrong.shape
    size = min(LARGEST_CELL, (WIDTH - 2 * GAP) // (3 * columns))
    if not size:
        return ""
    panels = {"expected": _pixels(want), "yours": _pixels(got), "wrong pixels": fill(cells(wrong), YOURS)}
    elements = [
        panel(i * (size * columns + GAP), TOP, size, wrong.shape, title, marks)
        for i, (title, marks) in enumerate(panels.items())
    ]
    bottom, key = TOP + size * rows, _key(got)
    elements.append(text(0, bottom + 18, key))
    sentence = (
        f"The expected image, yours, and where they differ: in {wrong.sum()} of {wrong.size} pixels{_extent(wrong)}."
    )
    return picture(bottom + 24, f"{sentence} {key}", elements)


def _pixels(image: Floats) -> str:
    """Return the pixels with sixteen levels of gray or of each color."""
    image = image if image.ndim == 3 else np.repeat(image[:, :, None], 3, axis=2)
    finite: Array = np.asarray(np.isfinite(image).all(axis=2))
    levels = np.round(np.clip(np.where(finite[:, :, None], image, 0), 0, 1) * LEVELS).astype(int)
    colors = np.unique(levels[finite], axis=0)
    return "".join(
        fill(cells(finite & (levels == color).all(axis=2)), "#" + "".join(f"{level:x}" for level in color))
        for color in colors
    )


def _key(got: Floats) -> str:
    """Say which values black and white stand for, and how far the returned values go beyond them."""
    key, finite = "Black is 0, white is 1.", got[np.isfinite(got)]
    if finite.size and (finite.min() < 0 or finite.max() > 1):
        key += f" Your values go from {finite.min() + 0.0:.3g} to {finite.max() + 0.0:.3g}."
    return key if finite.size == got.size else f"{key} Your empty pixels are not finite."


def _extent(wrong: Array) -> str:
    """Say which rows and columns the wrong pixels span, or return "" if they span the whole image."""
    rows, columns = (np.flatnonzero(wrong.any(axis=axis)) for axis in (1, 0))
    if not len(rows) or (np.ptp(rows) + 1, np.ptp(columns) + 1) == wrong.shape:
        return ""
    return f", in rows {rows[0]} to {rows[-1]} and columns {columns[0]} to {columns[-1]}"
