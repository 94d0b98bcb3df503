"""A student's curve, dashed, over the expected curve, with a sentence that says where the two differ."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from ...typing import Array, Floats
from ..words import series
from .svg import EXPECTED, LETTER, WIDTH, YOURS, fill, line, picture, rule, text, ticks

HEIGHT, TOP, BOTTOM, RIGHT = 190, 26, 36, 12
MARKED = 40  # curves of at most this many points have markers
VISIBLE = 1.5  # pixels; curves that are closer than this everywhere are not drawn
WIDEST = 6  # both curves are shown in full if they span at most this many times the expected curve's range
EDGE = 4  # pixels; room for half a marker
FAR = 1000  # pixels; points farther outside are drawn at this distance, which is also out of sight


@dataclass(frozen=True)
class Curves:
    """Two curves over the same positions.

    Attributes
    ----------
    x, want, got : ndarray (T,)
        The positions in increasing order, and the expected and the returned values.
    wrong : bool ndarray (T,)
    across, name : str
        The names of the positions and of the values.
    """

    x: Floats
    want: Floats
    got: Floats
    wrong: Array
    across: str
    name: str

    def from_start(self, value: float) -> Self:
        """Return the curves with one more point, at position 0, where both have this value."""
        return replace(
            self,
            x=np.append(0.0, self.x),
            want=np.append(value, self.want),
            got=np.append(value, self.got),
            wrong=np.append(False, self.wrong),
        )


@dataclass
class Axes:
    """The ranges that a picture shows, from `begin` to `end` and from `low` to `high`, and their labels."""

    begin: float
    end: float
    low: float
    high: float

    @cached_property
    def ticks(self) -> tuple[list[float], list[str]]:
        """The labels of the vertical axis, as numbers and as text."""
        return ticks(self.low, self.high, 5)

    @cached_property
    def left(self) -> float:
        """The position of the vertical axis, which leaves room for its labels."""
        return 12 + LETTER * max(map(len, self.ticks[1]), default=0)

    def across(self, x: Floats) -> Floats:
        """Return the distances of positions from the left edge of the picture, in pixels."""
        return self.left + (x - self.begin) / (self.end - self.begin) * (WIDTH - RIGHT - self.left)

    def down(self, y: Floats) -> Floats:
        """Return the distances of values from the upper edge of the picture, in pixels."""
        below = (self.high - y) / (self.high - self.low) * (HEIGHT - BOTTOM - TOP)
        return np.asarray(TOP + np.clip(below, -FAR, FAR))


def draw_curves(curves: Curves) -> str:
    """Return the picture, or "" if no difference would be visible or the numbers cannot be drawn."""
    if np.isfinite(curves.got).sum() < 2:
        return ""
    axes = Axes(curves.x[0], curves.x[-1], *window(curves.want, curves.got))
    if not (np.isfinite([axes.low, axes.high]).all() and axes.high > axes.low and axes.end > axes.begin):
        return ""
    apart = np.abs(axes.down(curves.got) - axes.down(curves.want))
    if np.isfinite(apart).all() and apart.max() < VISIBLE:
        return ""
    remark = _remark(curves, axes)
    elements = [*_ruled(axes), *_legend(axes, curves), _clipped(axes, _lines(axes, curves))]
    if remark:
        elements.append(text(axes.left, HEIGHT - 4, remark))
    sentence = f"{curves.name} by {curves.across}: {_where(curves)}." + (f" {remark}." if remark else "")
    return picture(HEIGHT, sentence, elements)


def window(want: Floats, got: Floats) -> tuple[float, float]:
    """Return the smallest and the largest value to show.

    A few values that are far away would flatten both curves, so they are left out.
    """
    low, high = want.min(), want.max()
    finite = got[np.isfinite(got)]
    if finite.size:
        size = high - low if high - low > 1e-9 * np.abs(want).max() else max(np.abs(want).max(), 1e-12)
        near = (finite >= low - size) & (finite <= high + size)
        full = min(low, finite.min()), max(high, finite.max())
        if near.mean() > 0.5 and full[1] - full[0] > WIDEST * size:
            low, high = max(full[0], low - size), min(full[1], high + size)
        else:
            low, high = full
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def _where(curves: Curves) -> str:
    """Say where the finite wrong values are, and on which side of the expected curve."""
    wrong = curves.wrong & np.isfinite(curves.got)
    if not wrong.any():
        return "your curve, dashed, lies on the expected one, solid, where it is finite"
    sides = {bool(side) for side in (curves.got > curves.want)[wrong]}
    side = "leaves" if len(sides) > 1 else "is above" if True in sides else "is below"
    return f"your curve, dashed, {side} the expected one, solid, {_places(curves, wrong)}"


def _places(curves: Curves, where: Array) -> str:
    first = int(where.argmax())
    name = f"{curves.across} {curves.x[first]:g}"
    if where.all():
        return "everywhere"
    if where.sum() == 1:
        return f"only at {name}"
    return f"from {name} onward" if where[first:].all() else f"at {where.sum()} of {len(where)} points, first at {name}"


def _remark(curves: Curves, axes: Axes) -> str:
    """Say which returned values are not in the picture."""
    finite = np.isfinite(curves.got)
    outside = curves.got[finite & ((curves.got < axes.low) | (curves.got > axes.high))]
    remarks = [f"nonfinite {_places(curves, ~finite)}"] if not finite.all() else []
    remarks += [f"off the scale, as far as {outside[np.abs(outside).argmax()]:.3g}"] if outside.size else []
    return f"Yours is {series(remarks)}" if remarks else ""


def _lines(axes: Axes, curves: Curves) -> Iterable[str]:
    """Yield both curves, with markers if there is room."""
    expected, yours = (np.stack([axes.across(curves.x), axes.down(y)], axis=1) for y in (curves.want, curves.got))
    yield line(expected, EXPECTED)
    yield line(yours, YOURS, dashed=True)
    if len(curves.x) <= MARKED:
        yield _markers(expected, EXPECTED, "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0")
        yield _markers(yours, YOURS, "m-2.5 -2.5h5v5h-5z")


def _markers(points: Floats, color: str, shape: str) -> str:
    """Return a small shape at every finite point (T, 2)."""
    finite = points[np.isfinite(points).all(axis=1)]
    return fill("".join(f"M{x:.1f} {y:.1f}{shape}" for x, y in finite), color)


def _clipped(axes: Axes, lines: Iterable[str]) -> str:
    """Return the curves, clipped to the plot area plus room for half a marker at its left and right edges."""
    x, width, height = axes.left - EDGE, WIDTH - RIGHT - axes.left + 2 * EDGE, HEIGHT - BOTTOM - TOP
    return (
        f'<svg x="{x:g}" y="{TOP}" width="{width:g}" height="{height}" viewBox="{x:g} {TOP} {width:g} {height}" '
        f'style="overflow:hidden">{"".join(lines)}</svg>'
    )


def _ruled(axes: Axes) -> Iterable[str]:
    """Yield the axes with their labels, and horizontal grid lines."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    yield rule(axes.left, TOP, axes.left, bottom, 0.6) + rule(axes.left, bottom, right, bottom, 0.6)
    numbers, labels = axes.ticks
    for y, label in zip(np.round(axes.down(np.array(numbers)), 1), labels, strict=True):
        yield rule(axes.left, y, right, y, 0.15) + text(axes.left - 6, y + 4, label, "end")
    numbers, labels = ticks(axes.begin, axes.end, 8)
    for x, label in zip(np.round(axes.across(np.array(numbers)), 1), labels, strict=True):
        yield rule(x, bottom, x, bottom + 4, 0.6) + text(x, bottom + 16, label, "middle")


def _legend(axes: Axes, curves: Curves) -> Iterable[str]:
    y = 12
    yield text(axes.left, y + 4, curves.name) + text(WIDTH - RIGHT, HEIGHT - 4, curves.across, "end")
    for x, name, color, dashed in ((WIDTH - 170, "expected", EXPECTED, False), (WIDTH - 72, "yours", YOURS, True)):
        yield line(np.array([[x, y], [x + 28, y]]), color, dashed) + text(x + 34, y + 4, name)
