"""Losses of an array of weights, of any shape, computed in the precision of the weights."""

import numpy as np


def quadratic_loss(w, A, b):
    """½ wᵀA w - bᵀw, with the entries of w in one row.

    Parameters
    ----------
    w : ndarray (...)
        D entries in any shape.
    A : ndarray (D, D)
        Symmetric.
    b : ndarray (D,)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `w` has another number of entries.
    """
    w, A, b = _in_one_row(w, A, b)
    return float(w @ A @ w / 2 - b @ w)


def logistic_loss(w, X, y):
    """The mean over examples of log(1 + exp(-y x·w)), which is smooth.

    Parameters
    ----------
    w : ndarray (...)
        D entries in any shape.
    X : ndarray (N, D)
    y : ndarray (N,)
        Classes, -1 or 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `w` has another number of entries.
    """
    w, X, y = _in_one_row(w, X, y)
    return float(np.logaddexp(0, -y * (X @ w)).mean())


def hinge_loss(w, X, y):
    """The mean over examples of max(0, 1 - y x·w), which has a kink wherever y x·w = 1.

    Parameters
    ----------
    w : ndarray (...)
        D entries in any shape.
    X : ndarray (N, D)
    y : ndarray (N,)
        Classes, -1 or 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `w` has another number of entries.
    """
    w, X, y = _in_one_row(w, X, y)
    return float(np.maximum(0, 1 - y * (X @ w)).mean())


def layer_output(x, w, b, squash):
    """One layer's output, tanh(x w + b) with `squash` and x w + b without.

    Parameters
    ----------
    x : ndarray (N, D)
    w : ndarray (D, M)
    b : ndarray (M,)
    squash : bool

    Returns
    -------
    ndarray (N, M)

    Raises
    ------
    ValueError
        If `x` has not D columns.
    """
    x = np.asarray(x)
    if x.ndim != 2 or x.shape[1] != len(w):
        raise ValueError(f"x must have shape (N, {len(w)}). Got {x.shape}.")
    out = x @ w + b
    return np.tanh(out) if squash else out


def _in_one_row(w, data, more):
    """The weights as a vector and the data in their precision; whole numbers become float64."""
    w = np.asarray(w)
    if w.size != data.shape[1]:
        raise ValueError(f"the weights must be {data.shape[1]}. Got an array of shape {w.shape}.")
    dtype = w.dtype if w.dtype.kind == "f" else np.float64
    return w.ravel().astype(dtype), data.astype(dtype), more.astype(dtype)
