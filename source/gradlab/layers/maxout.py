"""The maxout layer: the largest of several affine functions."""

import math
from typing import NamedTuple

import numpy as np

from . import _arguments
from ._maximum import first_maximum


class MaxoutCache(NamedTuple):
    """What the backward pass needs of the forward pass."""

    x: np.ndarray
    w: np.ndarray
    winner: np.ndarray


def maxout_forward(x, w, b):
    """The largest of K affine functions: out = max over k of x w_k + b_k, with every example flattened to a row.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        N examples of D = d_1 · ... · d_k features, float32 or float64.
    w : ndarray (K, D, M)
    b : ndarray (K, M)
        Both of x's dtype.

    Returns
    -------
    out : ndarray (N, M)
    cache : MaxoutCache
        x, w and which of the K won, for `maxout_backward`.

    Raises
    ------
    TypeError
        If something is not an array of float32 or float64, or not all have the same dtype.
    ValueError
        If the shapes do not fit, or the batch is empty.

    References
    ----------
    Goodfellow, Warde-Farley, Mirza, Courville and Bengio, Maxout Networks, 2013, section 2.

    Examples
    --------
    Two pieces of slope -1 and 1 make the absolute value:

    >>> out, cache = maxout_forward(np.array([[-2.0], [3.0]]), np.array([[[-1.0]], [[1.0]]]), np.zeros((2, 1)))
    >>> out
    array([[2.],
           [3.]])
    >>> dx, dw, db = maxout_backward(np.ones((2, 1)), cache)
    >>> dx
    array([[-1.],
           [ 1.]])
    """
    _arguments.floats(x=x, w=w, b=b)
    _arguments.examples(x)
    features = math.prod(x.shape[1:])
    if w.ndim != 3 or w.shape[1] != features:
        raise ValueError(
            f"w must have shape (K, {features}, M) for x of shape {x.shape}. "
            f"Got {w.shape}: K affine functions of the features of one example."
        )
    if b.shape != (len(w), w.shape[2]):
        raise ValueError(f"b must have shape {(len(w), w.shape[2])} for w of shape {w.shape}. Got {b.shape}.")
    rows = x.reshape(len(x), features)
    out, winner = first_maximum((rows @ w_k + b_k for w_k, b_k in zip(w, b, strict=True)), len(w))
    return out, MaxoutCache(x, w, winner)


def maxout_backward(dout, cache):
    """The gradients of a maxout layer: those of the affine function that won, the first one's at a tie.

    Parameters
    ----------
    dout : ndarray (N, M)
        The gradient of the loss in the layer's output.
    cache : MaxoutCache
        From `maxout_forward`.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
    dw : ndarray (K, D, M)
    db : ndarray (K, M)

    Raises
    ------
    TypeError, ValueError
        If the cache is another layer's, or `dout` does not have the output's dtype and shape.
    """
    _arguments.own_cache(cache, MaxoutCache)
    x, w, winner = cache
    _arguments.gradient(dout, winner.shape, x.dtype)
    rows = x.reshape(len(x), w.shape[1])
    dx, dw, db = np.zeros_like(rows), np.empty_like(w), np.empty_like(w[:, 0])
    for k, w_k in enumerate(w):
        dpiece = dout * (winner == k)
        dx += dpiece @ w_k.T
        dw[k], db[k] = rows.T @ dpiece, dpiece.sum(axis=0)
    return dx.reshape(x.shape), dw, db
