"""Measure how close two arrays are, by the relative error that determines whether an answer passes."""

import numpy as np
import numpy.typing as npt

from ..typing import Array, Floats
from .outcome import Outcome

# If |x| + |y| is less than a hundredth of the largest |y|, the error is measured relative to that hundredth. Rounding
# leaves an error of about the same absolute size in every entry, which must not fail an entry that happens to be close
# to zero.
FLOOR = 1e-2
TINY = 1e-8

# A relation between two arrays, such as "twice as large", has to hold only up to this relative error. Rounding in
# float32 is coarser.
EXACT, EXACT_SINGLE = 1e-6, 1e-4


def compare_numbers(returned: npt.ArrayLike, expected: npt.ArrayLike, tolerance: float) -> Outcome:
    """Compare two arrays of the same shape by the largest relative error of their entries.

    The relative error of an entry is |x - y| / max(|x| + |y|, FLOOR * max |y|, TINY), where x is the returned entry
    and y the expected one.

    Parameters
    ----------
    returned, expected : array_like, same shape
    tolerance : float
        The largest relative error that passes.

    Returns
    -------
    Outcome
        Its error is between 0 (equal arrays) and about 1 (unrelated arrays), and 0 for empty arrays. The function
        does not return the error itself, because one exercise asks students to write a function that does.
    """
    difference, scale = _difference_and_scale(returned, expected)
    error = float((difference / scale).max()) if difference.size else 0.0
    return Outcome(error <= tolerance, error, tolerance)


def wrong_entries(returned: npt.ArrayLike, expected: npt.ArrayLike, tolerance: float) -> Array:
    """Return an array of the same shape that says for each entry whether its relative error exceeds `tolerance`."""
    difference, scale = _difference_and_scale(returned, expected)
    wrong: Array = np.asarray(~(difference <= tolerance * scale))
    return wrong


def equal(want: Array, got: Array) -> bool:
    """Return whether two arrays have the same shape and hold the same numbers, words, or booleans, up to rounding."""
    if want.shape != got.shape:
        return False
    if want.dtype.kind not in "fiub" or got.dtype.kind not in "fiub":
        return want.dtype.kind == got.dtype.kind and bool((want == got).all())
    if not (np.isfinite(want).all() and np.isfinite(got).all()):
        return False
    return compare_numbers(got, want, exactness(want, got)).passed


def exactness(*arrays: Array) -> float:
    """Return the relative error up to which a relation between these arrays must hold."""
    return EXACT_SINGLE if any(array.dtype == np.float32 for array in arrays) else EXACT


def _difference_and_scale(returned: npt.ArrayLike, expected: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the numerator and the denominator of the relative error of each entry, both halved."""
    x, y = np.asarray(returned, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if not y.size:
        return np.zeros(y.shape), np.ones(y.shape)
    # Halve first, so that the sum of numbers near the largest double does not overflow.
    x, y = x / 2, y / 2
    return np.abs(x - y), np.maximum(np.abs(x) + np.abs(y), max(FLOOR * np.abs(y).max(), TINY / 2))
