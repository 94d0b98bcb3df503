"""How rare is that? Bounds that hold exactly, for any number of draws."""

import numpy as np

# Twice the chance that one right answer goes beyond it is 10⁻¹⁵; thousands of such questions are asked at once.
RARE = 35.0
UNLIKELY = 12.0


def surprise(count, total, share):
    """How far `count` successes in `total` are from a chance of `share` each, in units of rarity.

    By Chernoff's bound independent draws go beyond s with a probability of at most 2 exp(-s); s is `total` times the
    relative entropy of the share found to the share expected.

    Parameters
    ----------
    count : ndarray or number
    total, share : number

    Returns
    -------
    ndarray of float, same shape
        Infinite where what is found cannot be.
    """
    found = np.asarray(count, dtype=np.float64) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        heads = np.where(found > 0, found * np.log(found / share), 0.0)
        tails = np.where(found < 1, (1 - found) * np.log((1 - found) / (1 - share)), 0.0)
    return total * (heads + tails)


def agrees(count, total, share, limit=RARE):
    """Whether `count` of `total` is what a chance of `share` may well give; for arrays, whether all are."""
    return bool((surprise(count, total, share) <= limit).all())


def explains(count, total, share):
    """Whether `share` is likely to be behind `count` of `total`: to name a fault, not to find one."""
    return agrees(count, total, share, limit=UNLIKELY)


def is_uniform(values, low, high):
    """Whether `values` may well be independent uniform draws from low..high.

    By the inequality of Dvoretzky, Kiefer and Wolfowitz: the shares below any number stray by more than t from
    what they should be with a probability of at most 2 exp(-2 N t²), wherever that number is.

    Parameters
    ----------
    values : ndarray (N,)
    low, high : float

    Returns
    -------
    bool
    """
    wanted = np.clip((np.sort(values) - low) / (high - low), 0, 1)
    steps = np.arange(len(values) + 1) / len(values)
    stray = np.maximum(steps[1:] - wanted, wanted - steps[:-1]).max()
    return bool(2 * len(values) * stray**2 <= RARE)
