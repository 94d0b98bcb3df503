"""The fully connected layer."""

import math
from typing import NamedTuple

from ..typing import Floats
from . import _arguments


class AffineCache(NamedTuple):
    """The values from the forward pass that the backward pass needs."""

    x: Floats
    w: Floats


def affine_forward(x: Floats, w: Floats, b: Floats) -> tuple[Floats, AffineCache]:
    """Apply a fully connected layer: out = x w + b, with every example flattened into a row.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        N examples with D = d_1 · ... · d_k features each, float32 or float64.
    w : ndarray (D, M)
    b : ndarray (M,)
        w and b must have the same dtype as x.

    Returns
    -------
    out : ndarray (N, M)
    cache : AffineCache
        The values that `affine_backward` needs: x and w.

    Raises
    ------
    TypeError
        If an argument is not a float32 or float64 array, or the arguments' dtypes differ.
    ValueError
        If the shapes do not match, or the batch is empty.

    References
    ----------
    Goodfellow, Bengio, and Courville, Deep Learning, 2016, section 6.1.

    Examples
    --------
    >>> import numpy as np
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
    _arguments.check_floats(x=x, w=w, b=b)
    _arguments.check_examples(x)
    features = math.prod(x.shape[1:])
    if w.ndim != 2 or w.shape[0] != features:
        raise ValueError(
            f"w must have shape ({features}, M) for x of shape {x.shape}. "
            f"Got shape {w.shape}: w needs one row per feature of an example."
        )
    if b.shape != w.shape[1:]:
        raise ValueError(f"b must have shape {w.shape[1:]} for w of shape {w.shape}. Got shape {b.shape}.")
    out = x.reshape(len(x), features) @ w
    out += b
    return out, AffineCache(x, w)


def affine_backward(dout: Floats, cache: AffineCache, *, needs_dx: bool = True) -> tuple[Floats | None, Floats, Floats]:
    """Return the gradients of a fully connected layer: dx = dout wᵀ, dw = xᵀ dout, db = Σ dout over examples.

    Parameters
    ----------
    dout : ndarray (N, M)
        Gradient of the loss with respect to the layer's output.
    cache : AffineCache
        The cache from `affine_forward`.
    needs_dx : bool
        Whether to compute dx. A network's first layer does not need dx, and omitting it saves half the work.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k) or None
    dw : ndarray (D, M)
    db : ndarray (M,)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, AffineCache)
    x, w = cache
    _arguments.check_dout(dout, (len(x), w.shape[1]), x.dtype)
    # These are only two matrix products and a sum. BLAS accepts transposed views, so nothing is copied.
    dx = (dout @ w.T).reshape(x.shape) if needs_dx else None
    return dx, x.reshape(len(x), len(w)).T @ dout, dout.sum(axis=0)
