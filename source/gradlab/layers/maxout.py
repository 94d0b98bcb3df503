"""The maxout layer: the largest of several affine functions."""

import math
from typing import NamedTuple

import numpy as np

from ..typing import Floats, Integers
from . import _arguments
from ._maximum import first_maximum


class MaxoutCache(NamedTuple):
    """The values from the forward pass that the backward pass needs."""

    x: Floats
    w: Floats
    winner: Integers


def maxout_forward(x: Floats, w: Floats, b: Floats) -> tuple[Floats, MaxoutCache]:
    """Return the largest of K affine functions: max over k of x w_k + b_k, with every example flattened into a row.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        N examples with D = d_1 · ... · d_k features each, float32 or float64.
    w : ndarray (K, D, M)
    b : ndarray (K, M)
        w and b must have the same dtype as x.

    Returns
    -------
    out : ndarray (N, M)
    cache : MaxoutCache
        The values that `maxout_backward` needs: x, w, and the index of the function that gave each output.

    Raises
    ------
    TypeError
        If an argument is not a float32 or float64 array, or the arguments' dtypes differ.
    ValueError
        If the shapes do not match, or the batch is empty.

    References
    ----------
    Goodfellow, Warde-Farley, Mirza, Courville, and Bengio, Maxout Networks, 2013, section 3.

    Examples
    --------
    Two pieces with slopes -1 and 1 give the absolute value:

    >>> out, cache = maxout_forward(np.array([[-2.0], [3.0]]), np.array([[[-1.0]], [[1.0]]]), np.zeros((2, 1)))
    >>> out
    array([[2.],
           [3.]])
    >>> dx, dw, db = maxout_backward(np.ones((2, 1)), cache)
    >>> dx
    array([[-1.],
           [ 1.]])
    """
    _arguments.check_floats(x=x, w=w, b=b)
    _arguments.check_examples(x)
    features = math.prod(x.shape[1:])
    if w.ndim != 3 or w.shape[1] != features:
        raise ValueError(
            f"w must have shape (K, {features}, M) for x of shape {x.shape}. "
            f"Got shape {w.shape}: each affine function needs one row per feature of an example."
        )
    if b.shape != (len(w), w.shape[2]):
        raise ValueError(f"b must have shape {(len(w), w.shape[2])} for w of shape {w.shape}. Got shape {b.shape}.")
    rows = x.reshape(len(x), features)
    out, winner = first_maximum((rows @ w_k + b_k for w_k, b_k in zip(w, b, strict=True)), len(w))
    return out, MaxoutCache(x, w, winner)


def maxout_backward(dout: Floats, cache: MaxoutCache) -> tuple[Floats, Floats, Floats]:
    """Return the gradients of a maxout layer.

    Each number in `dout` goes entirely to the affine function with the largest value, or to the first one if several
    tie.

    Parameters
    ----------
    dout : ndarray (N, M)
        Gradient of the loss with respect to the layer's output.
    cache : MaxoutCache
        The cache from `maxout_forward`.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
    dw : ndarray (K, D, M)
    db : ndarray (K, M)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, MaxoutCache)
    x, w, winner = cache
    _arguments.check_dout(dout, winner.shape, x.dtype)
    rows = x.reshape(len(x), w.shape[1])
    dx, dw, db = np.zeros_like(rows), np.empty_like(w), np.empty_like(w[:, 0])
    for k, w_k in enumerate(w):
        dpiece = dout * (winner == k)
        dx += dpiece @ w_k.T
        dw[k], db[k] = rows.T @ dpiece, dpiece.sum(axis=0)
    return dx.reshape(x.shape), dw, db
