"""Layers as pairs of functions: ``x_forward`` gives an output and a cache, which ``x_backward`` takes.

Each half can be called, checked and timed on its own. Outputs have the inputs' dtype, and no argument is ever
changed.
"""

import math

import numpy as np


def affine_forward(x, w, b):
    """A fully connected layer: out = x w + b, with every example flattened to a row.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        N examples of D = d_1 · ... · d_k features.
    w : ndarray (D, M)
    b : ndarray (M,)

    Returns
    -------
    out : ndarray (N, M)
    cache : tuple
        (x, w), for `affine_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    features = math.prod(x.shape[1:])
    if w.ndim != 2 or w.shape[0] != features:
        raise ValueError(
            f"w must have shape ({features}, M) for x of shape {x.shape}. "
            f"Got {w.shape}: its rows are the features of one example."
        )
    if b.shape != w.shape[1:]:
        raise ValueError(f"b must have shape {w.shape[1:]} for w of shape {w.shape}. Got {b.shape}.")
    return x.reshape(len(x), features) @ w + b, (x, w)


def affine_backward(dout, cache):
    """The gradients of a fully connected layer: dx = dout wᵀ, dw = xᵀ dout, db = Σ dout over examples.

    Parameters
    ----------
    dout : ndarray (N, M)
        The gradient of the loss in the layer's output.
    cache : tuple
        From `affine_forward`.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
    dw : ndarray (D, M)
    db : ndarray (M,)

    Raises
    ------
    ValueError
        If `dout` does not have the output's shape.
    """
    x, w = cache
    _same_shape(dout, (len(x), w.shape[1]))
    rows = x.reshape(len(x), w.shape[0])
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=0)


def relu_forward(x):
    """The rectifier: out = max(0, x).

    Parameters
    ----------
    x : ndarray (...)

    Returns
    -------
    out : ndarray (...)
    cache : ndarray (...)
        x, for `relu_backward`.
    """
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    """The gradient of the rectifier: dout where x > 0, else 0. At the kink itself we take 0.

    Parameters
    ----------
    dout : ndarray (...)
        The gradient of the loss in the layer's output.
    cache : ndarray (...)
        From `relu_forward`.

    Returns
    -------
    dx : ndarray (...)

    Raises
    ------
    ValueError
        If `dout` does not have the output's shape.
    """
    _same_shape(dout, cache.shape)
    return np.where(cache > 0, dout, dout.dtype.type(0))


def _same_shape(dout, shape):
    if dout.shape != shape:
        raise ValueError(f"dout must have shape {shape}, that of the layer's output. Got {dout.shape}.")
