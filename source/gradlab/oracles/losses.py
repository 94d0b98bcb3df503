"""Losses as functions of a weight array of any shape, computed in its precision, and the output of a layer."""

import numpy as np

from ..typing import Array, Floats
from ._arguments import as_array


def quadratic_loss(w: Array, A: Floats, b: Floats) -> float:
    """Return ½ wᵀA w - bᵀw, with w flattened.

    Parameters
    ----------
    w : ndarray (...)
        The weights: D entries in any shape.
    A : ndarray (D, D)
        A symmetric matrix.
    b : ndarray (D,)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `w` does not have D entries.
    """
    w, A, b = _flattened(w, A, b)
    return float(w @ A @ w / 2 - b @ w)


def logistic_loss(w: Array, X: Floats, y: Floats) -> float:
    """Return the mean over examples of log(1 + exp(-y x·w)), which is smooth in w.

    Parameters
    ----------
    w : ndarray (...)
        The weights: D entries in any shape.
    X : ndarray (N, D)
    y : ndarray (N,)
        The class of each example, -1 or 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `w` does not have D entries.
    """
    w, X, y = _flattened(w, X, y)
    return float(np.logaddexp(0, -y * (X @ w)).mean())


def hinge_loss(w: Array, X: Floats, y: Floats) -> float:
    """Return the mean over examples of max(0, 1 - y x·w), which has a kink wherever y x·w = 1.

    Parameters
    ----------
    w : ndarray (...)
        The weights: D entries in any shape.
    X : ndarray (N, D)
    y : ndarray (N,)
        The class of each example, -1 or 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `w` does not have D entries.
    """
    w, X, y = _flattened(w, X, y)
    return float(np.maximum(0, 1 - y * (X @ w)).mean())


def layer_output(x: Array, w: Floats, b: Floats, squash: bool) -> Floats:
    """Return the output of one layer: tanh(x w + b) if `squash`, otherwise x w + b.

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
        If `x` does not have D columns.
    """
    out: Floats = as_array("x", x, ("N", len(w))) @ w + b
    return np.tanh(out) if squash else out


def _flattened(w: Array, data: Floats, more: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the weights as a vector, and the data in the precision of the weights; integers become float64."""
    w = np.asarray(w)
    if w.size != data.shape[1]:
        raise ValueError(f"w must have {data.shape[1]} entries. Got {w.size} in an array of shape {w.shape}.")
    dtype = w.dtype if w.dtype.kind == "f" else np.dtype(np.float64)
    return w.ravel().astype(dtype), data.astype(dtype), more.astype(dtype)
