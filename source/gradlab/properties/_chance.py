"""Statistical tests of random results, whose bounds a correct answer practically never exceeds."""

import functools
from typing import Any

import numpy as np

from ..typing import Array, Floats, Integers

# The surprise of a correct answer exceeds RARE with probability at most 2 exp(-35) < 2e-15. The limit is this high
# because thousands of tests are run.
RARE = 35.0
UNLIKELY = 12.0
SIGMAS = 7.0  # a normal variable is more than this many standard deviations from its mean with probability 3e-12
TOO_EVEN = 0.2  # with probability 5e-13, √n times the Kolmogorov-Smirnov distance of random numbers is below this


def surprise(count: Any, total: Any, probability: float) -> Floats:
    """Measure how surprising `count` successes are in `total` trials, each with this probability of success.

    The surprise is `total` times the relative entropy between the observed fraction and the expected one. By
    the Chernoff bound, the surprise of independent trials exceeds s with probability at most 2 exp(-s).

    Parameters
    ----------
    count, total : ndarray or number
    probability : float

    Returns
    -------
    ndarray of float
        The surprise at each count, shaped like `count`; infinite for an impossible count.
    """
    found = np.asarray(count, dtype=np.float64) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        heads = np.where(found > 0, found * np.log(found / probability), 0.0)
        tails = np.where(found < 1, (1 - found) * np.log((1 - found) / (1 - probability)), 0.0)
    return total * (heads + tails)


def is_plausible(count: Any, total: Any, probability: float, limit: float = RARE) -> bool:
    """Return whether `count` successes in `total` trials are plausible; for arrays, whether all counts are."""
    return bool((surprise(count, total, probability) <= limit).all())


def is_likely(count: Any, total: float, probability: float) -> bool:
    """Return whether this probability likely explains `count` successes in `total` trials.

    Use this function to name a fault, not to detect one.
    """
    return is_plausible(count, total, probability, limit=UNLIKELY)


def agreement(p: float) -> float:
    """Return the probability that, of two independent events with probability `p` each, both happen or neither does."""
    return p**2 + (1 - p) ** 2


def pairs_at_distance(values: Array, distance: int, axis: int = 0, odd: bool = False) -> tuple[Array, Array]:
    """Return pairs of entries of `values` at this distance along an axis, as two arrays of the same shape.

    No entry belongs to more than one pair, so the pairs are independent if the entries are. With `odd=True`, the
    function returns the pairs that it leaves out with `odd=False`.
    """
    first, second = _places_at_distance(values.shape[axis], distance, odd)
    return values.take(first, axis), values.take(second, axis)


@functools.lru_cache(maxsize=2048)  # properties look at all pairs of thousands of arrays with the same few lengths
def _places_at_distance(length: int, distance: int, odd: bool) -> tuple[Integers, Integers]:
    first = np.arange(length - distance)
    first = first[first // distance % 2 == odd]
    return first, first + distance


def all_pairs(values: Array, axis: int = 0) -> list[tuple[Array, Array]]:
    """Return the pairs at every distance along an axis, as in `pairs_at_distance`. Some of the arrays may be empty."""
    distances = range(1, values.shape[axis])
    return [pairs_at_distance(values, distance, axis, odd) for distance in distances for odd in (False, True)]


def are_independent(values: Array, probability: float, axis: int = 0) -> bool:
    """Return whether entries at every distance along an axis are equal as often as independent entries would be.

    Parameters
    ----------
    values : ndarray
    probability : float
        The probability that two independent entries are equal.
    axis : int

    Returns
    -------
    bool
    """
    same = [np.equal(*pair) for pair in all_pairs(values, axis)]
    counts, sizes = (np.array([count(s) for s in same if s.size]) for count in (np.count_nonzero, np.size))
    return is_plausible(counts, sizes, probability)


def are_correlated(a: Array, b: Array) -> bool:
    """Return whether the correlation of two arrays of the same size is far stronger than for independent numbers."""
    # np.corrcoef does the same, but takes five times as long, and some properties test thousands of pairs.
    x, y = (each.ravel() - each.mean() for each in (a, b))
    return bool(abs(x @ y) > SIGMAS * np.sqrt((x @ x) * (y @ y) / a.size))


def autocorrelations(values: Floats) -> Floats:
    """Return the correlation of `values` (n,) with the same values shifted by 0, 1, ..., n - 1 places.

    The unit is the standard deviation of the correlation of independent numbers, which depends on the shift.
    """
    n, centered = len(values), values - values.mean()
    products = np.correlate(centered, centered, "full")[n - 1 :]
    return products / products[0] * n / np.sqrt(n - np.arange(n))


def do_products_stray(a: Array, b: Array, deviation: float, least: int) -> bool:
    """Return whether the mean of a · b is too far from 0 for independent numbers.

    `deviation` is the standard deviation of a product of two independent numbers. With fewer than `least` products,
    the mean may have any value, so the result is False.
    """
    return a.size >= least and bool(abs((a * b).mean()) > SIGMAS * deviation / np.sqrt(a.size))


def ks_distance(positions: Floats) -> float:
    """Return √n times the Kolmogorov-Smirnov distance between `positions` (n,) and the uniform distribution on 0..1."""
    n, positions = len(positions), np.sort(positions)
    steps = np.arange(n + 1) / n
    return float(np.sqrt(n) * max(np.abs(positions - steps[:-1]).max(), np.abs(positions - steps[1:]).max()))


def is_uniform(values: Floats, low: float, high: float) -> bool:
    """Return whether `values` are plausible as independent uniform samples from low..high.

    By the Dvoretzky-Kiefer-Wolfowitz inequality, the fraction of values below each number is within t of its
    expected value for all numbers at once, with probability at least 1 - 2 exp(-2 N t²).

    Parameters
    ----------
    values : ndarray (N,)
    low, high : float

    Returns
    -------
    bool
    """
    return 2 * ks_distance(np.clip((values - low) / (high - low), 0, 1)) ** 2 <= RARE


def is_too_even(positions: Floats) -> bool:
    """Return whether `positions` cover 0..1 more evenly than independent uniform samples would."""
    return ks_distance(positions) < TOO_EVEN
