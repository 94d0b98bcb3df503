"""Matrices with few distinct values, such as dropout masks with their scale, next to each other."""

from collections.abc import Iterable, Mapping

import numpy as np

from ...typing import Floats
from .svg import EXPECTED, LARGEST_CELL, LETTER, WIDTH, YOURS, cells, fill, panel, picture, text

TOP, GAP = 18, 24  # pixels: the space above a panel, for its title, and the space between panels
STYLES = ((EXPECTED, 1.0), (YOURS, 0.6), ("#009E73", 0.35))  # the color and the size of each value, except 0
ROWS, COLUMNS = 24, 36  # the largest part of a matrix that is shown

Styles = Mapping[float, tuple[str, float]]


def draw_masks(masks: Mapping[str, Floats]) -> str:
    """Return the picture, or "" if a value is not finite or there are too many distinct values.

    Parameters
    ----------
    masks : dict of str to ndarray (N, M)
        One or two matrices of the same shape, keyed by their titles. Only the upper left corner of a large matrix is
        shown.
    """
    values = dict.fromkeys(value for mask in masks.values() for value in np.unique(_rounded(mask)).tolist() if value)
    if not np.isfinite(list(values)).all() or len(values) > len(STYLES):
        return ""
    styles = dict(zip(values, STYLES, strict=False))
    shape = next(iter(masks.values())).shape
    rows, columns = min(ROWS, shape[0]), min(COLUMNS, shape[1])
    size = min(LARGEST_CELL, (WIDTH // 2 - GAP) // columns)
    bottom = TOP + size * rows
    elements, said = [], []
    for i, (name, mask) in enumerate(masks.items()):
        corner, x = _rounded(mask[:rows, :columns]), i * (size * columns + GAP)
        marks = "".join(fill(cells(corner == value, side), color) for value, (color, side) in styles.items())
        elements += [panel(x, TOP, size, (rows, columns), name, marks), *_key(x, bottom + 18, mask, styles)]
        said.append(f"{name} is {', '.join(_fractions(mask).values())} of the entries{_repeats(mask)}.")
    if len(masks) > 1:
        said.append(_comparison(*masks.values()))
    if (rows, columns) != shape:
        elements.append(text(0, bottom + 36, f"The first {rows} of {shape[0]} rows, {columns} of {shape[1]} columns"))
        bottom += 18
    return picture(bottom + 24, " ".join(said), elements)


def _key(x: float, y: float, mask: Floats, styles: Styles) -> Iterable[str]:
    """Yield a mark for each value in a mask, and the fraction of the entries that have this value."""
    for value, words in _fractions(mask).items():
        color, side = styles.get(value, ("none", 1.0))
        mark = panel(x, y - 9, 10, (1, 1), "", fill(cells(np.array([[True]]), side), color))
        yield mark + text(x + 15, y, words)
        x += 15 + LETTER * len(words) + 12


def _rounded(mask: Floats) -> Floats:
    return np.round(mask, 4) + 0.0  # turns -0 into 0


def _fractions(mask: Floats) -> dict[float, str]:
    """Say for each value in a mask what fraction of the entries have it."""
    values, counts = np.unique(_rounded(mask), return_counts=True)
    return {v: f"{v:.3g} in {count / mask.size:.0%}" for v, count in zip(values.tolist(), counts, strict=True)}


def _repeats(mask: Floats) -> str:
    if len(mask) > 1 and (mask == mask[0]).all() and np.ptp(mask[0]):
        return ", and all rows are the same"
    if mask.shape[1] > 1 and (mask == mask[:, :1]).all() and np.ptp(mask[:, 0]):
        return ", and all columns are the same"
    return ""


def _comparison(one: Floats, other: Floats) -> str:
    differ = np.mean(~np.isclose(one, other, rtol=1e-4))
    return f"They differ in {differ:.0%} of the entries." if differ else "They are the same."
