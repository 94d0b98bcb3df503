"""Quadratic functions, whose gradients are linear."""

from ..typing import Array, Floats
from ._arguments import as_array


def quadratic_gradient(x: Array, A: Floats, b: Floats) -> Floats:
    """Return the gradient A x - b of the quadratic ½ xᵀA x - bᵀx, for symmetric A.

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
        If `x` does not have the shape of `b`.
    """
    return A @ as_array("x", x, b.shape) - b
