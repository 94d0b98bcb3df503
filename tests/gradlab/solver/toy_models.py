"""Helpers for the solver's tests: a model that records its batches, small datasets, and default settings."""

import numpy as np

from gradlab.solver import Solver


class Mean:
    """A model that fits `w` to the mean of its examples and records every batch. The gradient of `b` is always 1."""

    def __init__(self):
        self.params = {"w": np.zeros(1), "b": np.zeros(2)}
        self.batches = []

    def loss(self, X, y=None):
        if y is None:
            return np.stack([np.zeros(len(X)), np.full(len(X), self.params["w"][0])], axis=1)
        self.batches.append(X[:, 0])
        error = self.params["w"] - X[:, :1].mean()
        return 0.5 * error.item() ** 2, {"w": error, "b": np.ones(2)}


def data(n=10, labels=1):
    X = np.arange(n, dtype=float)[:, None]
    return {"X_train": X, "y_train": np.full(n, labels), "X_val": X, "y_val": np.full(n, labels)}


def solver(model=None, dataset=None, **settings):
    defaults = {"num_epochs": 2, "batch_size": 4, "verbose": False, "rng": 0}
    return Solver(model or Mean(), dataset or data(), **{**defaults, **settings})


def blobs(n=200):
    """Generate data with two linearly separable classes."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=n)
    X = rng.normal(size=(n, 3)) + 4.0 * y[:, None]
    return {"X_train": X[50:], "y_train": y[50:], "X_val": X[:50], "y_val": y[:50]}


def noise_forward(x, dropout_param):
    """Add noise in training mode. The tests use it in place of dropout, because the noise depends on the seed too."""
    if dropout_param["mode"] == "test":
        return x, None
    return x + 0.1 * np.random.default_rng(dropout_param["seed"]).normal(size=x.shape), None


def noise_backward(dout, cache):
    return dout


NOISE = noise_forward, noise_backward
