"""Made-up loss curves, each a clear example of one kind."""

from collections.abc import Callable

import numpy as np

from ..typing import Array
from .mixing import mixed

CURVES = ("diverges", "rate too high", "rate too low", "batch too small", "right")
POINTS = 100  # losses per curve, for runs of any length
TIME = np.arange(POINTS) / POINTS

Shape = tuple[Array, Array | float]


def loss_curves(count: int, *, rng: int | np.random.Generator | None) -> tuple[Array, Array]:
    """Return loss curves in random order, with a diagnosis of each.

    The curves are made up, but shaped like those of real runs of any length, with any number of classes.

    Parameters
    ----------
    count : int
    rng : int, numpy.random.Generator or None
        The seed or generator. The same seed gives the same curves.

    Returns
    -------
    curves : ndarray (count, 100)
        For each run, 100 losses of single minibatches, evenly spaced. The first loss is the one before the first
        update. A run that diverges may end in inf and NaN.
    labels : ndarray (count,) of str
        "diverges", "rate too high", "rate too low", "batch too small", or "right".

    Examples
    --------
    >>> curves, labels = loss_curves(10, rng=0)
    >>> curves.shape, sorted(set(labels.tolist()))
    ((10, 100), ['batch too small', 'diverges', 'rate too high', 'rate too low', 'right'])
    """
    return mixed(loss_curve, CURVES, count, rng=np.random.default_rng(rng))


def loss_curve(rng: np.random.Generator, kind: str, nth: int) -> Array:
    """Return the losses (100,) of run number `nth` of one kind; see `mixed`."""
    level, wiggle = _SHAPES[kind](rng, nth)
    start = np.exp(rng.uniform(np.log(0.6), np.log(9)))
    # Losses are positive and scatter in proportion to their size: a gamma distribution with mean 1 and standard
    # deviation `wiggle`.
    shape = 1 / np.maximum(wiggle, 1e-3) ** 2
    return start * (level * rng.gamma(shape, 1 / shape, POINTS))


def _diverging(rng: np.random.Generator, nth: int) -> Shape:
    """A loss that grows until it overflows or, in every other curve, jumps up and stays high."""
    onset = rng.uniform(0.01, 0.3)
    after = np.maximum(TIME - onset, 0)
    if nth % 2:
        level = 1 + rng.uniform(3, 50) * (1 - np.exp(-after / rng.uniform(0.01, 0.05)))
        return level, np.where(after > 0, rng.uniform(0.1, 0.4), 0.05)
    level = np.exp(after * rng.uniform(20, 60))
    # A few overflow only near the end, so most of their late losses are still numbers.
    earliest, latest = (0.82, 0.95) if nth % 6 == 4 else (onset + 0.1, 0.75)
    overflow = round(POINTS * rng.uniform(earliest, latest))
    level[overflow:] = np.nan
    level[overflow] = np.inf if rng.random() < 0.5 else np.nan
    return level, 0.05


def _too_high(rng: np.random.Generator, nth: int) -> Shape:
    """A loss that drops at once or, in every other curve, after a jump up, and then levels off far too high."""
    end, pace = rng.uniform(0.6, 0.8), rng.uniform(0.005, 0.03)
    level = end + (1 - end) * np.exp(-TIME / pace)
    if nth % 2:
        jump = rng.integers(3, 7)
        level[1 : 1 + jump] *= rng.uniform(1.5, 4, jump)
    return level, _after_the_start(rng.uniform(0.05, 0.35) * (1 - end))


def _too_low(rng: np.random.Generator, nth: int) -> Shape:
    """A loss that falls along an almost straight line."""
    fall, bend = rng.uniform(0.2, 0.4), rng.uniform(-0.25, 0.25)
    return 1 - fall * ((1 + bend) * TIME - bend * TIME**2), rng.uniform(0.01, 0.02)


def _healthy(rng: np.random.Generator, nth: int) -> Shape:
    """A loss that falls fast, then slower and slower; in every other curve, it falls after a slow start."""
    wait = rng.uniform(0.02, 0.06) if nth % 2 else 0.0
    pace, end = rng.uniform(0.04, 0.08), rng.uniform(0.03, 0.1)
    after = np.maximum(TIME - wait, 0) / pace
    return end * (1.3 - 0.6 * TIME) + (1 - 1.3 * end) * np.exp(-after), _after_the_start(rng.uniform(0.05, 0.2))


def _scattered(rng: np.random.Generator, nth: int) -> Shape:
    """A loss that falls as in a healthy run but jumps wildly, because every minibatch has only a few examples."""
    return _healthy(rng, nth)[0], _after_the_start(rng.uniform(0.8, 1.3))


def _after_the_start(wiggle: float) -> Array:
    """The standard deviation over time: small at first, before any example is learned, and `wiggle` soon after."""
    return np.minimum(0.02 + wiggle * TIME / 0.1, wiggle)


_SHAPES: dict[str, Callable[[np.random.Generator, int], Shape]] = dict(
    zip(CURVES, (_diverging, _too_high, _too_low, _scattered, _healthy), strict=True)
)
