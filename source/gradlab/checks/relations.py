"""Say in plain words how a wrong array is related to the expected one, such as "twice as large" or "transposed".

Each phrase is checked against the numbers, so a student can rely on it. It is used only if the numbers are too many or
too particular to be related by chance. No phrase contains a number from the case, because feedback on hidden cases
shows these phrases too.
"""

import numpy as np

from ..typing import Array, Floats
from .closeness import EXACT_SINGLE, FLOOR, equal, exactness

MULTIPLES = {
    -1.0: "has the opposite sign",
    2.0: "is twice as large",
    0.5: "is half as large",
    -2.0: "is twice as large, with the opposite sign",
    -0.5: "is half as large, with the opposite sign",
    3.0: "is three times as large",
    4.0: "is four times as large",
    0.25: "is a quarter as large",
    10.0: "is ten times as large",
    0.1: "is a tenth as large",
    100.0: "is a hundred times as large",
    0.01: "is a hundredth as large",
}

# A relation that rests on fewer than LEAST_MAGNITUDES distinct magnitudes in `want` may be a coincidence: any two
# numbers have some ratio and some difference. A simple multiple of real numbers is the exception: two distinct
# magnitudes are enough, or one with many digits.
LEAST_MAGNITUDES = 3
FEW_DIGITS = 3

# "Too large by the same factor" is said only if the factor differs from 1 by at least this many rounding errors.
CLEARLY = 100


def shape_relation(want: Array, got: Array) -> str:
    """Say how an array of the wrong shape is related to the expected one, or return "" if nothing simple applies.

    Parameters
    ----------
    want, got : ndarray, of different shapes
    """
    if np.squeeze(got).shape == np.squeeze(want).shape and got.ndim != want.ndim:
        right = "; the numbers in it are right" if equal(want.ravel(), got.ravel()) else ""
        return f"has an extra axis of length 1{right}" if got.ndim > want.ndim else f"lacks an axis of length 1{right}"
    if got.ndim == want.ndim and got.T.shape == want.shape and equal(want, got.T):
        return "is transposed"
    if got.ndim == want.ndim == 1 and abs(got.size - want.size) == 1:
        return _one_more_or_less(want, got)
    if 0 < got.ndim == want.ndim - 1 and got.shape in (want.shape[1:], want.shape[:-1]):
        return "lacks an axis"
    return ""


def _one_more_or_less(want: Array, got: Array) -> str:
    longer, shorter, verb = (
        (got, want, "has one entry too many") if got.size > want.size else (want, got, "lacks one entry")
    )
    at_the_end, at_the_start = equal(shorter, longer[:-1]), equal(shorter, longer[1:])
    if not shorter.size or not (at_the_end or at_the_start):
        return verb
    if at_the_end and at_the_start:
        return f"{verb}; the others are right"
    return f"{verb} at the {'end' if at_the_end else 'start'}; the others are right"


def number_relation(want: Array, got: Array) -> str:
    """Say how wrong numbers are related to the expected ones, or return "" if nothing simple applies.

    Parameters
    ----------
    want, got : ndarray, same shape
        Finite numbers.

    Returns
    -------
    str
        A phrase with a verb, such as "is twice as large".
    """
    if want.size == 0 or not want.any() or equal(want, got):
        return ""
    if not got.any() and got.size > 1:
        return "is zero everywhere"
    magnitudes = _magnitudes(want)
    if magnitudes.size < LEAST_MAGNITUDES:
        return _few_related(want, got, magnitudes) if want.dtype.kind == "f" else ""
    return _multiple(want, got) or _rearranged(want, got) or _mapped(want, got) or _shifted(want, got)


def _magnitudes(want: Array) -> Floats:
    """Return the different magnitudes in `want`, up to rounding. Zero is left out: any multiple of zero is zero."""
    sizes: Floats = np.sort(np.abs(want[want != 0]).astype(np.float64), axis=None)
    return sizes[np.diff(sizes, prepend=0.0) > exactness(want) * sizes]


def _few_related(want: Array, got: Array, magnitudes: Floats) -> str:
    if not got.any():
        return "is zero"
    if magnitudes.size == 1 and _near(float(f"{magnitudes[0]:.{FEW_DIGITS}g}"), magnitudes[0], exactness(want)):
        return ""
    return _simple_multiple(want, got, _factor(want, got))


def _factor(want: Array, got: Array) -> float:
    large = np.abs(want) > FLOOR * np.abs(want).max()
    return float(np.median(got[large] / want[large]))


def _simple_multiple(want: Array, got: Array, factor: float) -> str:
    for simple, phrase in MULTIPLES.items():
        if _near(factor, simple) and equal(_like(want, simple * want), got):
            return phrase
    return ""


def _multiple(want: Array, got: Array) -> str:
    """Say that `got` is a multiple of `want`, and name a simple factor. Return "" if `got` is not a multiple."""
    factor = _factor(want, got)
    if simple := _simple_multiple(want, got, factor):
        return simple
    if abs(factor - 1) < CLEARLY * exactness(want, got) or not equal(_like(want, factor * want), got):
        return ""
    phrase = f"is too {'large' if abs(factor) > 1 else 'small'} by the same factor everywhere"
    for axis, length in enumerate(want.shape):
        if length > 1 and _near(abs(factor), length):
            phrase = f"is too large by a factor equal to the length of axis {axis}"
        if length > 1 and _near(abs(factor), 1 / length):
            phrase = f"is too small by a factor equal to the length of axis {axis}"
    return phrase + (", and has the opposite sign" if factor < 0 else "")


def _rearranged(want: Array, got: Array) -> str:
    if want.ndim == 2 and want.shape[0] == want.shape[1] and equal(want.T, got):
        return "is transposed"
    if equal(want[::-1], got):
        return "is in reverse order"
    if equal(np.abs(want), np.abs(got)):
        return "has the wrong sign in some places"
    if equal(np.sort(want, axis=None), np.sort(got, axis=None)):
        return "has the right numbers in a different order"
    return ""


def _mapped(want: Array, got: Array) -> str:
    with np.errstate(all="ignore"):
        if equal(_like(want, want**2), got):
            return "is the square of what it should be"
        if equal(_like(want, np.sqrt(np.abs(want))), got):
            return "is the square root of what it should be"
        if want.all() and equal(_like(want, 1 / want), got):
            return "is the reciprocal of what it should be"
    return ""


def _shifted(want: Array, got: Array) -> str:
    offset = float(np.median(got - want))
    if abs(offset) > CLEARLY * exactness(want, got) * np.abs(want).max() and equal(_like(want, want + offset), got):
        return f"is too {'large' if offset > 0 else 'small'} by the same amount everywhere"
    return ""


def _like(want: Array, values: Array) -> Array:
    """Return `values` in the precision of `want`; integers become real numbers, because a factor may be a fraction."""
    return values.astype(want.dtype) if want.dtype.kind == "f" else np.asarray(values, dtype=np.float64)


def _near(value: float, target: float, tolerance: float = EXACT_SINGLE) -> bool:
    return abs(value - target) <= tolerance * abs(target)
