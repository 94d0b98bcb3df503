"""Helpers for Adagrad, RMSprop and Adam: inputs for their cases, and the step of the first two with its mistakes.

In the signatures, `g` holds the settings by attribute: ``g.learning_rate``, ``g.epsilon`` and so on.
"""

from types import SimpleNamespace

import numpy as np

from autograder.exercises.drawing import large_gradients, signed
from gradlab.typing import Array, Floats


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


def scaled_step(w: Array, dw: Array, g: SimpleNamespace, cache: Array) -> Array:
    """The weights after a step of Adagrad or RMSprop with the new `cache`."""
    return w - g.learning_rate * dw / (np.sqrt(cache) + g.epsilon)


def uphill_step(w: Array, dw: Array, g: SimpleNamespace, cache: Array) -> Array:
    return scaled_step(w, -dw, g, cache)


def old_cache_step(w: Array, dw: Array, g: SimpleNamespace, cache: Array) -> Array:
    return scaled_step(w, dw, g, g.cache)


def step_without_root(w: Array, dw: Array, g: SimpleNamespace, cache: Array) -> Array:
    return scaled_step(w, dw, g, cache**2)


def step_without_epsilon(w: Array, dw: Array, g: SimpleNamespace, cache: Array) -> Array:
    return w - g.learning_rate * dw / np.sqrt(cache)


def step_times_epsilon(w: Array, dw: Array, g: SimpleNamespace, cache: Array) -> Array:
    return w - g.learning_rate * dw / (np.sqrt(cache) * g.epsilon)


def step_plus_epsilon(w: Array, dw: Array, g: SimpleNamespace, cache: Array) -> Array:
    return w - g.learning_rate * dw / np.sqrt(cache) + g.epsilon
