"""Flatten each example into a row."""

import math
from typing import Any, NamedTuple

import numpy as np

from ..typing import Floats
from . import _arguments


class FlattenCache(NamedTuple):
    """The shape and dtype of x."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def flatten_forward(x: Floats) -> tuple[Floats, FlattenCache]:
    """Flatten each example into a row: out[n] = x[n].ravel().

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        N examples with D = d_1 · ... · d_k features each, float32 or float64.

    Returns
    -------
    out : ndarray (N, D)
        A view of x if its memory layout allows one, otherwise a copy.
    cache : FlattenCache
        The values that `flatten_backward` needs.

    Raises
    ------
    TypeError, ValueError
        If x is not a float32 or float64 array, is empty, or has no axes.

    References
    ----------
    LeCun, Bottou, Bengio, and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998, section II.B
    (layer C5).

    Examples
    --------
    >>> out, cache = flatten_forward(np.zeros((2, 3, 4, 4)))
    >>> out.shape
    (2, 48)
    >>> flatten_backward(out, cache).shape
    (2, 3, 4, 4)
    """
    _arguments.check_floats(x=x)
    _arguments.check_examples(x)
    return x.reshape(len(x), -1), FlattenCache(x.shape, x.dtype)


def flatten_backward(dout: Floats, cache: FlattenCache) -> Floats:
    """Return the gradient of flattening: dout, reshaped to the shape of x.

    Parameters
    ----------
    dout : ndarray (N, D)
        Gradient of the loss with respect to the layer's output.
    cache : FlattenCache
        The cache from `flatten_forward`.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
        A view of dout if its memory layout allows one, otherwise a copy.

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, FlattenCache)
    _arguments.check_dout(dout, (cache.shape[0], math.prod(cache.shape[1:])), cache.dtype)
    return dout.reshape(cache.shape)
