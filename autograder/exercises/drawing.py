"""Random inputs for the exercises' cases: numbers, arrays, matrices, networks, and seeds.

Functions that sample take the generator as their first argument. The numbers in the public cases depend on the order
of all calls to the generator: if a function here samples differently, the public cases of every exercise that uses the
function change.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np

from gradlab.typing import Array, Floats, Integers, Params

T = TypeVar("T")

# --- numbers ---------------------------------------------------------------------------------------------


def uniform(rng: np.random.Generator, low: float, high: float, digits: int = 4) -> float:
    """A number between `low` and `high`, rounded to `digits` decimals."""
    return round(float(rng.uniform(low, high)), digits)


def power_of_ten(rng: np.random.Generator, low: float, high: float) -> float:
    """A number whose base-10 logarithm is uniform between `low` and `high`, rounded to three significant digits."""
    return float(f"{10 ** rng.uniform(low, high):.3g}")


def integer(rng: np.random.Generator, low: int, high: int) -> int:
    """An integer from `low` to `high`, inclusive."""
    return int(rng.integers(low, high + 1))


# --- arrays ----------------------------------------------------------------------------------------------


def signed(rng: np.random.Generator, low: float, high: float, *shape: int) -> Floats:
    """Numbers of magnitude `low` to `high` with random signs."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(low, high, shape)


def away_from_zero(rng: np.random.Generator, *shape: int) -> Floats:
    """Numbers of magnitude 0.5 to 1.5 with random signs."""
    return signed(rng, 0.5, 1.5, *shape)


def large_gradients(rng: np.random.Generator, *shape: int) -> Floats:
    """Gradients of magnitude 1000 to 3000, next to which a small epsilon has no effect, wherever it is added."""
    return signed(rng, 1000, 3000, *shape)


def as_float32(*arrays: Array) -> list[Array]:
    """The arrays in single precision."""
    return [array.astype(np.float32) for array in arrays]


# --- matrices --------------------------------------------------------------------------------------------


def rotated(rng: np.random.Generator, *eigenvalues: float) -> Floats:
    """A symmetric matrix with these eigenvalues and randomly rotated eigenvectors."""
    axes, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues), len(eigenvalues))))
    matrix = (axes * np.array(eigenvalues)) @ axes.T
    return (matrix + matrix.T) / 2


def positive_definite(rng: np.random.Generator, size: int) -> Floats:
    """A symmetric matrix with eigenvalues between 1 and 5."""
    return rotated(rng, *rng.uniform(1, 5, size))


def level(rng: np.random.Generator, *eigenvalues: float) -> Floats:
    """A symmetric matrix with these eigenvalues, random eigenvectors, and the mean eigenvalue all along its diagonal.

    Each rotation, in the plane of two axes with diagonal entries below and above the mean, sets one of them to the mean
    (Bendel & Mickey, "Population correlation matrices for sampling experiments", 1978).
    """
    matrix, mean = rotated(rng, *eigenvalues), float(np.mean(eigenvalues))
    for _ in eigenvalues[1:]:
        low, high = matrix.diagonal().argmin(), matrix.diagonal().argmax()
        a, b, c = matrix[low, low] - mean, matrix[high, high] - mean, matrix[low, high]
        divisor = c + np.copysign(np.sqrt(max(c**2 - a * b, 0.0)), c)
        tangent = a / divisor if divisor else 0.0
        rotation = np.eye(len(matrix))
        cosine = 1 / np.sqrt(1 + tangent**2)
        rotation[[low, high], [low, high]] = cosine
        rotation[low, high], rotation[high, low] = tangent * cosine, -tangent * cosine
        matrix = rotation.T @ matrix @ rotation
    return (matrix + matrix.T) / 2


def hadamard(*eigenvalues: float) -> Floats:
    """A symmetric matrix with these eigenvalues (2 or 4 of them), whose diagonal shows only their mean.

    Its eigenvectors are the columns of a Hadamard matrix.
    """
    signs = np.array([[1.0, 1.0], [1.0, -1.0]])
    axes = (signs if len(eigenvalues) == 2 else np.kron(signs, signs)) / np.sqrt(len(eigenvalues))
    matrix = (axes * np.array(eigenvalues)) @ axes.T
    return (matrix + matrix.T) / 2


# --- networks --------------------------------------------------------------------------------------------


def network_parameters(
    sizes: Sequence[int], weights: Callable[[int, int], Array], biases: Callable[[int], Array]
) -> Params:
    """W1, b1, W2, b2, ... of a fully connected network, made layer by layer.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs, then the number of units in each layer.
    weights, biases : callable
        ``weights(fan_in, fan_out)`` and ``biases(fan_out)``, which return the arrays of one layer.
    """
    params: Params = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{i}"] = weights(fan_in, fan_out)
        params[f"b{i}"] = biases(fan_out)
    return params


def he_parameters(rng: np.random.Generator, *sizes: int) -> Params:
    """The parameters of a fully connected network with He initialization and zero biases."""
    return network_parameters(
        sizes, lambda fan_in, fan_out: rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in), np.zeros
    )


# --- seeds and order -------------------------------------------------------------------------------------


def seed(rng: np.random.Generator, below: int = 1_000_000) -> int:
    """A seed for the generator that a student's function is given."""
    return int(rng.integers(below))


def repeated_seeds(rng: np.random.Generator, distinct: int = 3) -> Integers:
    """Seeds of which only the first two are equal."""
    first, *others = (seed(rng) for _ in range(distinct))
    return np.array([first, first, *others])


def equal_and_distinct_seeds(rng: np.random.Generator, equal: int, distinct: int) -> Integers:
    """The same seed `equal` times, then `distinct` different seeds."""
    numbers = rng.choice(1 << 30, size=1 + distinct, replace=False)
    return np.concatenate([np.full(equal, numbers[0]), numbers[1:]])


def shuffled(rng: np.random.Generator, *items: T) -> list[T]:
    """The items in a random order, so that their positions reveal nothing."""
    return [items[i] for i in rng.permutation(len(items))]


def sample_until(draw: Callable[[], T], accepted: Callable[[T], bool]) -> T:
    """The first sample from `draw` for which `accepted` is true."""
    while not accepted(sample := draw()):
        pass
    return sample
