"""Numerical gradients, correct or with a part replaced, and their relative errors."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from gradlab.typing import Array, Floats


class Shifted(Protocol):
    """A function ``shifted(h)`` that returns an array with one entry moved by `h`."""

    def __call__(self, step: float, /) -> Floats: ...


def centered(f: Callable[[Floats], float], x: Array, h: float) -> Floats:
    """The numerical gradient of `f` at `x`, entry by entry."""
    x = np.array(x, dtype=np.float64)
    return each_entry(x, lambda shifted: (f(shifted(h)) - f(shifted(-h))) / (2 * h))


def in_place(
    f: Callable[[Array], Any], x: Array, h: float, slope: Callable[[Any, Any, Any], float], set_back: bool = True
) -> Array:
    """Compute a numerical gradient by moving the entries of `x` in place, in the dtype of `x`.

    Parameters
    ----------
    slope : callable
        ``slope(above, below, here)``, the slope from the values of `f` at the three places.
    set_back : bool
        Whether each entry gets its old value back.
    """
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        here, old = f(x), x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        grad[i] = slope(above, f(x), here)
        if set_back:
            x[i] = old
    return grad


def each_entry(x: Floats, difference: Callable[[Shifted], float]) -> Floats:
    """An array of ``difference(shifted)`` for each entry, where ``shifted(h)`` is `x` with this entry moved by `h`."""
    grad = np.zeros(x.shape)
    for i in range(x.size):

        def shifted(step: float, i: int = i) -> Floats:
            moved = x.copy()
            moved.flat[i] += step
            return moved

        grad.flat[i] = difference(shifted)
    return grad


def relative_errors(numeric: Array, analytic: Array) -> Array:
    """The error of each entry relative to the sum of the two magnitudes, which counts as at least 1e-8."""
    return np.abs(numeric - analytic) / np.maximum(1e-8, np.abs(numeric) + np.abs(analytic))
