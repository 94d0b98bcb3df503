"""What the cases and mistakes of several exercises share: how inputs are drawn."""

import itertools

import numpy as np


def number(rng, low, high):
    """A number between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), 4)


def away_from_zero(rng, *shape):
    """Numbers of magnitude 1 to 3 and either sign."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(1, 3, shape)


def network(rng, *sizes, biases=True):
    """The parameters of a fully connected network, W1, b1, W2, ...; biases of magnitude 0.5 to 1.5, or zero.

    For inputs above zero five units in six are active: enough to be heard, and few enough to miss the rectifier.
    """
    params = {}
    for i, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes), start=1):
        params[f"W{i}"] = rng.normal(1 / np.sqrt(fan_in), 1, (fan_in, fan_out)) / np.sqrt(fan_in)
        params[f"b{i}"] = away_from_zero(rng, fan_out) / 2 if biases else np.zeros(fan_out)
    return params


def seed(rng):
    """A seed, as a plain Python int."""
    return int(rng.integers(10**6))


def repeated_seeds(rng, different=3):
    """So many seeds, and the first of them once more."""
    first, *others = (seed(rng) for _ in range(different))
    return np.array([first, first, *others])


def coded_images(rng, *shape, dtype=np.float64):
    """Images (N, C, H, W) in which no two pixels of one image are alike, so that each tells where it came from."""
    count, *rest = shape
    pixels = np.prod(rest)
    return rng.permuted(np.tile(np.arange(1, pixels + 1), (count, 1)), axis=1).reshape(shape).astype(dtype)
