"""Quadratic losses for the exercises on gradient descent."""

import functools

import numpy as np

from autograder.exercise import Oracle
from autograder.exercises.drawing import rotated
from gradlab import oracles


def quadratic_gradient(rng: np.random.Generator, size: int, scale: float = 1.0) -> Oracle:
    """The gradient of a quadratic with a minimum, as an oracle; its curvatures are `scale` to `5 * scale`."""
    matrix = rotated(rng, *(scale * rng.uniform(1, 5, size)))
    return Oracle(functools.partial(oracles.quadratic_gradient, A=matrix, b=scale * rng.normal(size=size)))
