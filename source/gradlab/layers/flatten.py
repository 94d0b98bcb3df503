"""Images into rows."""

import math
from typing import NamedTuple

import numpy as np

from . import _arguments


class FlattenCache(NamedTuple):
    """The shape and dtype of x."""

    shape: tuple
    dtype: np.dtype


def flatten_forward(x):
    """Every example as a row: out[n] = x[n] read in order.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        N examples of D = d_1 · ... · d_k features, float32 or float64.

    Returns
    -------
    out : ndarray (N, D)
        A view of x where its memory allows, and a copy otherwise.
    cache : FlattenCache
        For `flatten_backward`.

    Raises
    ------
    TypeError, ValueError
        If x is not an array of float32 or float64, or is empty, or has no axis of examples.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998, section II.B
    (layer C5).

    Examples
    --------
    >>> out, cache = flatten_forward(np.zeros((2, 3, 4, 4)))
    >>> out.shape
    (2, 48)
    >>> flatten_backward(out, cache).shape
    (2, 3, 4, 4)
    """
    _arguments.floats(x=x)
    _arguments.examples(x)
    return x.reshape(len(x), -1), FlattenCache(x.shape, x.dtype)


def flatten_backward(dout, cache):
    """The gradient in the shape of x.

    Parameters
    ----------
    dout : ndarray (N, D)
        The gradient of the loss in the layer's output.
    cache : FlattenCache
        From `flatten_forward`.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
        A view of dout where its memory allows, and a copy otherwise.

    Raises
    ------
    TypeError, ValueError
        If the cache is another layer's, or `dout` does not have the output's dtype and shape.
    """
    _arguments.own_cache(cache, FlattenCache)
    _arguments.gradient(dout, (cache.shape[0], math.prod(cache.shape[1:])), cache.dtype)
    return dout.reshape(cache.shape)
