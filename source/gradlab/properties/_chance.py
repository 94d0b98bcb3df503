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


def pairs_apart(values, distance, axis=0, odd=False):
    """Entries of `values` that stand so far apart along an axis: two arrays of one shape.

    No entry is in two of the pairs, so that all are independent where the entries are. The pairs that are left out
    come with `odd`.
    """
    along = np.moveaxis(values, axis, 0)
    first = np.arange(len(along) - distance)
    first = first[first // distance % 2 == odd]
    return along[first], along[first + distance]


def each_by_itself(values, chance, axis=0):
    """Whether entries at any distance along an axis are equal as often as independent ones, with that chance.

    Parameters
    ----------
    values : ndarray
    chance : float
        Of two independent entries to be equal.
    axis : int

    Returns
    -------
    bool
    """
    distances = range(1, values.shape[axis])
    same = [np.equal(*pairs_apart(values, distance, axis, odd)) for distance in distances for odd in (False, True)]
    counts, sizes = (np.array([count(s) for s in same if s.size]) for count in (np.count_nonzero, np.size))
    return agrees(counts, sizes, chance)


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


def is_too_even(values, low, high):
    """Whether `values` are spread over low..high more evenly than independent uniform draws, as a shuffled grid is.

    As in `gradlab.properties.sampling`: √N times the largest distance of the shares is below 0.2 less than once in
    10¹² for such draws.
    """
    wanted = (np.sort(values) - low) / (high - low)
    steps = np.arange(len(values) + 1) / len(values)
    return bool(np.sqrt(len(values)) * max(np.abs(steps[1:] - wanted).max(), np.abs(wanted - steps[:-1]).max()) < 0.2)
