"""What the update rules' cases and mistakes share: drawing inputs, and reading a config with its defaults."""

from types import SimpleNamespace

import numpy as np


def number(rng, low, high):
    """A hyperparameter between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), 4)


def large(rng, *shape):
    """Gradients of magnitude 1000 to 3000 and either sign: beside them, epsilon's place cannot be seen."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(1000, 3000, shape)


def weights(rng, *shape):
    """Weights of magnitude 3 to 5 and either sign: no steps take them near 0, where relative errors grow."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(3, 5, shape)


def tiny(rng, *shape):
    """Gradients of magnitude 1e-10: beside an epsilon of 1 their squares vanish, wherever it stands."""
    return 1e-13 * large(rng, *shape)


def some_zero(gradients):
    """The same gradients, with none at all for the last weight."""
    gradients[..., -1] = 0.0
    return gradients


def single(*arrays):
    """The arrays as float32."""
    return [array.astype(np.float32) for array in arrays]


def bowl(rng, size):
    """A symmetric positive definite matrix with eigenvalues between 1 and 5."""
    return with_eigenvalues(rng, *rng.uniform(1, 5, size))


def with_eigenvalues(rng, *eigenvalues):
    """A symmetric matrix with these eigenvalues, along axes that nothing lines up with."""
    axes, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues), len(eigenvalues))))
    matrix = (axes * np.array(eigenvalues)) @ axes.T
    return (matrix + matrix.T) / 2


def mixed(*axes):
    """A symmetric matrix with these eigenvalues (2 or 4 of them), whose diagonal shows only their mean."""
    signs = np.array([[1.0, 1.0], [1.0, -1.0]])
    turn = signs if len(axes) == 2 else np.kron(signs, signs)
    turn = turn / np.sqrt(len(axes))
    return turn * np.array(axes) @ turn.T


def with_defaults(config, **defaults):
    """`config` with its defaults filled in, to be read by attribute."""
    return SimpleNamespace(**{**defaults, **(config or {})})


def updated(config, **state):
    """`config` with the new `state` in it."""
    return {**(config or {}), **state}


def scaled_step(w, dw, g, cache):
    """The weights after the step of Adagrad and RMSprop, once their cache is what it is."""
    return w - g.learning_rate * dw / (np.sqrt(cache) + g.epsilon)
