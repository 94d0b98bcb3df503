"""Inputs for the cases of Adagrad, RMSprop and Adam."""

import numpy as np

from autograder.exercises.drawing import large_gradients, signed
from gradlab.typing import Floats


def distant_weights(rng: np.random.Generator, *shape: int) -> Floats:
    """Weights of magnitude 3 to 5, so that no step takes them near 0, where relative errors grow."""
    return signed(rng, 3, 5, *shape)


def tiny_gradients(rng: np.random.Generator, *shape: int) -> Floats:
    """Gradients of magnitude 1e-10, whose squares vanish next to an epsilon of 1, wherever it is added."""
    return 1e-13 * large_gradients(rng, *shape)


def without_last_weight(gradients: Floats) -> Floats:
    """The same gradients, but always zero for the last weight."""
    gradients[..., -1] = 0.0
    return gradients
