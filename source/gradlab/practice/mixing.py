"""Mixes records of several kinds, as an exam would."""

from collections.abc import Callable, Sequence

import numpy as np

from ..typing import Array

Make = Callable[[np.random.Generator, str, int], Array]


def mixed(make: Make, kinds: Sequence[str], count: int, *, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return `count` records in random order, the same number of each kind, with their labels.

    Parameters
    ----------
    make : callable
        ``make(rng, kind, nth) -> ndarray``: record number `nth` of a kind, counting from 0. A kind with
        several forms alternates between them, so that all of its forms occur.
    kinds : sequence of str
    count : int
        If it is not a multiple of the number of kinds, the first kinds get one more record each.
    rng : numpy.random.Generator

    Returns
    -------
    records : ndarray (count, ...)
    labels : ndarray (count,) of str

    Raises
    ------
    ValueError
        If `count` is less than 1.

    Examples
    --------
    >>> def make(rng, kind, nth):
    ...     return np.array([nth])
    >>> records, labels = mixed(make, ["a", "b"], 4, rng=np.random.default_rng(0))
    >>> sorted(zip(labels.tolist(), records.ravel().tolist()))
    [('a', 0), ('a', 1), ('b', 0), ('b', 1)]
    """
    if count < 1:
        raise ValueError(f"count must be at least 1. Got {count}.")
    made = [(kinds[i % len(kinds)], make(rng, kinds[i % len(kinds)], i // len(kinds))) for i in range(count)]
    order = rng.permutation(count)
    return np.stack([made[i][1] for i in order]), np.array([made[i][0] for i in order])
