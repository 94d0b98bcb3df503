"""Quadratics, whose gradients are linear."""

import numpy as np


def quadratic_gradient(x, A, b):
    """The gradient A x - b of the quadratic ½ xᵀA x - bᵀx, for symmetric A.

    Parameters
    ----------
    x : ndarray (D,)
    A : ndarray (D, D)
    b : ndarray (D,)

    Returns
    -------
    ndarray (D,)

    Raises
    ------
    ValueError
        If `x` has another shape than `b`.
    """
    x = np.asarray(x)
    if x.shape != b.shape:
        raise ValueError(f"x must have shape {b.shape}. Got {x.shape}.")
    return A @ x - b
