"""The elements of a picture as SVG text. Rules and letters take the color of the text around the picture."""

from collections.abc import Iterable
from html import escape

import numpy as np

from ...typing import Array, Floats

# Okabe and Ito's blue and vermilion, as in `gradlab.plots`: distinct for every kind of color vision, and legible on
# white and on black.
EXPECTED, YOURS = "#0072B2", "#D55E00"
WIDTH = 440  # pixels
LETTER = 6.2  # the width of a letter in pixels, on average
LARGEST_CELL = 14  # pixels


def picture(height: float, sentence: str, elements: Iterable[str]) -> str:
    """Return a picture of width `WIDTH`. Screen readers read `sentence` instead of the elements."""
    style = "display:block;margin:0.6em 0;max-width:100%;font:11px sans-serif"
    return (
        f'<svg role="img" aria-label="{escape(sentence)}" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'height="{height:g}" style="{style}" fill="currentColor">{"".join(elements)}</svg>'
    )


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    """Return words at a point, which is their start, middle, or end.

    A notebook that is not trusted shows only the words of a picture, so a line break keeps them apart.
    """
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}"{place}>{escape(words)}</text>\n'


def line(points: Floats, color: str, dashed: bool = False) -> str:
    """Return a curve through the points (T, 2), with a gap where a coordinate is not finite."""
    finite: Array = np.asarray(np.isfinite(points).all(axis=1))
    moves = np.where(np.concatenate([[True], ~finite[:-1]]), "M", "L")
    path = "".join(f"{move}{x:.1f} {y:.1f}" for move, (x, y), drawn in zip(moves, points, finite, strict=True) if drawn)
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="2"{dash}/>'


def rule(x1: float, y1: float, x2: float, y2: float, opacity: float) -> str:
    """Return a thin straight line, for axes and grids."""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="currentColor" stroke-opacity="{opacity:g}"/>'


def cells(where: Array, side: float = 1.0) -> str:
    """Return the outlines of the true cells in `where` (H, W), in units of one cell, with width `side` (at most 1)."""
    margin = (1 - side) / 2
    path = []
    for i, row in enumerate(where):
        if side == 1:
            edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(int)))
            path += [f"M{start} {i}h{end - start}v1h{start - end}z" for start, end in edges.reshape(-1, 2)]
        else:
            path += [f"M{j + margin:g} {i + margin:g}h{side:g}v{side:g}h-{side:g}z" for j in np.flatnonzero(row)]
    return "".join(path)


def fill(path: str, color: str, opacity: float = 1.0) -> str:
    """Return a filled path."""
    faint = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
    return f'<path d="{path}" fill="{color}"{faint}/>' if path else ""


def panel(x: float, y: float, size: int, shape: tuple[int, ...], title: str, marks: str) -> str:
    """Return marks in units of cells of `size` pixels, in a frame around all cells, with a title above."""
    rows, columns = shape
    frame = f'<path d="M0 0h{columns}v{rows}h-{columns}z" fill="none" stroke="currentColor" stroke-opacity="0.5" '
    frame += 'vector-effect="non-scaling-stroke"/>'
    inside = f'<g transform="translate({x:g} {y:g})scale({size})" shape-rendering="crispEdges">{marks}{frame}</g>'
    return (text(x, y - 6, title) if title else "") + inside


def ticks(low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """Return up to `most` round numbers between `low` and `high`, and their labels."""
    size = (high - low) / (most - 1)
    power = 10.0 ** np.floor(np.log10(size))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= size * (1 - 1e-9))
    values = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step
    place, largest = int(np.floor(np.log10(step) + 1e-9)), max(abs(low), abs(high))
    digits = max(1, int(np.floor(np.log10(largest))) - place + 1)
    form = f".{max(0, -place)}f" if step >= 1e-4 and largest < 1e5 else f".{digits}g"
    return values.tolist(), [f"{value:{form}}" for value in values + 0.0]
