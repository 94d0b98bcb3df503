"""The fully connected layer."""

import math
from typing import NamedTuple

import numpy as np

from . import _arguments


class AffineCache(NamedTuple):
    """What the backward pass needs of the forward pass."""

    x: np.ndarray
    w: np.ndarray


def affine_forward(x, w, b):
    """A fully connected layer: out = x w + b, with every example flattened to a row.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        N examples of D = d_1 · ... · d_k features, float32 or float64.
    w : ndarray (D, M)
    b : ndarray (M,)
        Both of x's dtype.

    Returns
    -------
    out : ndarray (N, M)
    cache : AffineCache
        x and w, for `affine_backward`.

    Raises
    ------
    TypeError
        If something is not an array of float32 or float64, or not all have the same dtype.
    ValueError
        If the shapes do not fit, or the batch is empty.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, 2016, section 6.1.

    Examples
    --------
    >>> x, w, b = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 4.0]]), np.array([0.5, 0.0, 0.0])
    >>> out, cache = affine_forward(x, w, b)
    >>> out
    array([[ 1.5,  2. , 11. ]])
    >>> dx, dw, db = affine_backward(np.ones((1, 3)), cache)
    >>> dx
    array([[4., 5.]])
    >>> dw
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    _arguments.floats(x=x, w=w, b=b)
    _arguments.examples(x)
    features = math.prod(x.shape[1:])
    if w.ndim != 2 or w.shape[0] != features:
        raise ValueError(
            f"w must have shape ({features}, M) for x of shape {x.shape}. "
            f"Got {w.shape}: its rows are the features of one example."
        )
    if b.shape != w.shape[1:]:
        raise ValueError(f"b must have shape {w.shape[1:]} for w of shape {w.shape}. Got {b.shape}.")
    out = x.reshape(len(x), features) @ w
    out += b
    return out, AffineCache(x, w)


def affine_backward(dout, cache, *, needs_dx=True):
    """The gradients of a fully connected layer: dx = dout wᵀ, dw = xᵀ dout, db = Σ dout over examples.

    Parameters
    ----------
    dout : ndarray (N, M)
        The gradient of the loss in the layer's output.
    cache : AffineCache
        From `affine_forward`.
    needs_dx : bool
        A network's first layer can do without the gradient in its input, half of the work: dx is then None.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k) or None
    dw : ndarray (D, M)
    db : ndarray (M,)

    Raises
    ------
    TypeError, ValueError
        If the cache is another layer's, or `dout` does not have the output's dtype and shape.
    """
    _arguments.own_cache(cache, AffineCache)
    x, w = cache
    _arguments.gradient(dout, (len(x), w.shape[1]), x.dtype)
    # As fast as the processor multiplies matrices: three products and nothing beside them, no copy and no transpose
    # (the transposed views go to BLAS as they are).
    dx = (dout @ w.T).reshape(x.shape) if needs_dx else None
    return dx, x.reshape(len(x), len(w)).T @ dout, dout.sum(axis=0)
