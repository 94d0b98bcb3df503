"""What this assignment's cases share: drawing inputs, and instances to diagnose with their labels."""

import numpy as np

from autograder.exercise import Case

SHARE = 0.9  # of the instances of a case, to be labeled right


def number(rng, low, high):
    """A setting between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), 4)


def whole(rng, low, high):
    """A size from `low` to `high`, both included, as a plain Python int."""
    return int(rng.integers(low, high + 1))


def signed(rng, low, high, *shape):
    """Numbers of either sign and of magnitude `low` to `high`, away from zero."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(low, high, shape)


def diagnoses(label, rng, make, kinds, *, allowed, count, over, **fixed):
    """A case of `count` instances in random order, as many of each kind as of any other.

    Parameters
    ----------
    make : callable
        ``make(rng, kind, nth) -> ndarray``: the `nth` instance of a kind, from 0. A kind that has several forms
        takes them in turn, so that every case has all of them.
    kinds, allowed : sequence of str
        The labels that occur, and the list that students are given.
    over : str
        The argument that takes an instance.
    """
    made = [(kind, make(rng, kind, i // len(kinds))) for i, kind in zip(range(count), kinds * count, strict=False)]
    order = rng.permutation(count)
    truth = {
        "labels": np.array([made[i][0] for i in order]),
        "allowed": np.array(allowed),
        "share": SHARE,
    }
    return Case(label, over=over, values=np.stack([made[i][1] for i in order]), truth=truth, **fixed)
