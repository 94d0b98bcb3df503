"""What the exercises on ensembles share: drawing scores of several networks, and the softmax."""

from itertools import pairwise

import numpy as np


def softmax(scores, axis=-1):
    """Probabilities from scores."""
    p = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return p / p.sum(axis=axis, keepdims=True)


def apart(rng, *shape):
    """Scores of about -3 to 3; those of one row lie at least 0.1 apart, so that the largest is never in doubt."""
    classes = shape[-1]
    places = rng.permuted(np.broadcast_to(np.linspace(-3, 3, classes), shape), axis=-1)
    return places + rng.uniform(-1, 1, shape) * (3 / (classes - 1) - 0.05)


def number(rng, low, high):
    """A setting between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), 3)


def fully_connected(rng, *sizes):
    """First parameters of a fully connected network: He's weights, and biases of zero."""
    params = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{i}"] = rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in)
        params[f"b{i}"] = np.zeros(fan_out)
    return params
