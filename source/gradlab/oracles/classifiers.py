"""Classifiers that return probabilities."""

import math

import numpy as np

from ..typing import Array, Floats


def predicted_probabilities(x: Array, W: Floats, b: Floats) -> Floats:
    """Return the class probabilities of a linear classifier with a softmax.

    Parameters
    ----------
    x : ndarray (N, ...)
        Images, flattened to D features each.
    W : ndarray (D, C)
    b : ndarray (C,)

    Returns
    -------
    ndarray (N, C)
        Each row sums to 1.

    Raises
    ------
    ValueError
        If an image does not have D features.
    """
    x = np.asarray(x)
    if x.ndim < 2 or math.prod(x.shape[1:]) != len(W):
        raise ValueError(f"images must have shape (N, ...) with {len(W)} numbers per image. Got shape {x.shape}.")
    scores = x.reshape(len(x), -1) @ W + b
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
