"""What the searches' cases and mistakes share: drawing ranges and seeds, and places on a scale."""

import numpy as np


def number(rng, low, high, digits=4):
    """A number between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), digits)


def power(rng, low, high):
    """A number between 10 to the power of `low` and of `high`, even on a log scale."""
    return float(f"{10 ** rng.uniform(low, high):.3g}")


def seed(rng):
    """A seed for the generator that an answer is given."""
    return int(rng.integers(1_000_000))


def log_place(value, low, high):
    """Where `value` lies on a log scale from `low`, which is 0, to `high`, which is 1."""
    return np.log(value / low) / np.log(high / low)


def at_place(share, low, high):
    """The value at that place."""
    return float(low * (high / low) ** share)
