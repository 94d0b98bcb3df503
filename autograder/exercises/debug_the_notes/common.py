"""What the cases of several exercises share: how inputs are drawn."""

import functools

import numpy as np

from autograder.exercise import Oracle
from gradlab import oracles


def number(rng, low, high):
    """A number between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), 4)


def signed(rng, low, high, *shape):
    """Numbers of a magnitude between `low` and `high` and either sign."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(low, high, shape)


def large(rng, *shape):
    """Gradients beside which a small epsilon cannot be seen, wherever it stands."""
    return signed(rng, 1000, 3000, *shape)


def single(*arrays):
    """The arrays as float32."""
    return [array.astype(np.float32) for array in arrays]


def turned(rng, *eigenvalues):
    """A symmetric matrix with these eigenvalues, along axes that nothing lines up with."""
    axes, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues), len(eigenvalues))))
    matrix = (axes * np.array(eigenvalues)) @ axes.T
    return (matrix + matrix.T) / 2


def bowl(rng, size, scale=1.0):
    """The gradient of a quadratic with a minimum, curvatures between `scale` and five times that, as an oracle."""
    matrix = turned(rng, *(scale * rng.uniform(1, 5, size)))
    return Oracle(functools.partial(oracles.quadratic_gradient, A=matrix, b=scale * rng.normal(size=size)))


def mixed(rng, *eigenvalues):
    """A symmetric matrix with these eigenvalues, in any order, whose diagonal shows only their mean.

    In two and four dimensions; in others it is `turned`.
    """
    size = len(eigenvalues)
    if size not in (2, 4):
        return turned(rng, *eigenvalues)
    signs = np.array([[1.0, 1.0], [1.0, -1.0]])
    axes = (signs if size == 2 else np.kron(signs, signs)) / np.sqrt(size)
    matrix = (axes * rng.permutation(eigenvalues)) @ axes.T
    return (matrix + matrix.T) / 2
