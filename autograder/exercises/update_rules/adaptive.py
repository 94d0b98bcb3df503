"""Inputs for the cases of Adagrad, RMSprop, Adam, and AdamW."""

import numpy as np

from autograder.exercises.drawing import large_gradients, signed
from gradlab.typing import Floats


def distant_weights(rng: np.random.Generator, *shape: int) -> Floats:
    """Weights of magnitude 3 to 5, so that no step takes them near 0, where relative errors grow."""
    return signed(rng, 3, 5, *shape)


def huge_and_tiny_gradients(rng: np.random.Generator, *shape: int, tiny: float = 1e-7) -> Floats:
    """Gradients of magnitude 1e10, but `tiny` for the last weight.

    An epsilon of 1 vanishes next to the large ones, and the small ones vanish next to it, wherever it is added.
    """
    gradients = 1e7 * large_gradients(rng, *shape)
    gradients[..., -1] *= 1e-10 * tiny
    return gradients


def without_last_weight(gradients: Floats) -> Floats:
    """The same gradients, but always zero for the last weight."""
    gradients[..., -1] = 0.0
    return gradients
