"""The elementwise maximum of several arrays, for maxout and max pooling."""

from collections.abc import Iterator

import numpy as np

from ..typing import Floats, Integers


def first_maximum(candidates: Iterator[Floats], count: int) -> tuple[Floats, Integers]:
    """The elementwise maximum of `count` arrays, and which array each value came from.

    Parameters
    ----------
    candidates : iterator of ndarray (...)
        Consumed one at a time, so that only one of them needs to exist at any moment.
    count : int

    Returns
    -------
    largest : ndarray (...)
    winner : ndarray (...) of int
        The index of the winning candidate, from 0; the first one wins a tie. One byte each for up to 256 candidates.
    """
    largest = next(candidates).copy()
    winner = np.zeros(largest.shape, np.min_scalar_type(count - 1))
    for index, candidate in enumerate(candidates, start=1):
        # Three times as fast as assigning through a boolean mask: there are no branches (a later winner simply has the
        # larger index), and a strided view is made contiguous once before three operations read it.
        candidate = np.ascontiguousarray(candidate)
        np.maximum(winner, (candidate > largest) * winner.dtype.type(index), out=winner)
        np.maximum(largest, candidate, out=largest)
    return largest, winner
