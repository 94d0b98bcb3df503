"""Scores and probabilities for the exercises on ensembles."""

import numpy as np

from gradlab.typing import Array, Floats


def softmax(scores: Array) -> Array:
    """Probabilities from scores."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def separated_scores(rng: np.random.Generator, *shape: int) -> Floats:
    """Scores (..., classes) between -6 and 6; those in one row differ by at least 0.1, so there is a clear winner."""
    classes = shape[-1]
    places = rng.permuted(np.broadcast_to(np.linspace(-3, 3, classes), shape), axis=-1)
    return places + rng.uniform(-1, 1, shape) * (3 / (classes - 1) - 0.05)
