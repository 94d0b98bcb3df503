"""A driver for functions that take the shape of an image."""

from ..typing import Integers
from ._outputs import Function, Outputs
from .calls import call


def with_image_shape(function: Function, image_shape: Integers, **inputs: object) -> Outputs:
    """Make one call, as `call` does, and pass the shape of an image as a tuple.

    Parameters
    ----------
    function : callable
    image_shape : ndarray (2,) or (3,) of int
        The shape, passed as a tuple of int.
    **inputs
        The other arguments, passed unchanged.

    Returns
    -------
    dict
        ``{"result": value}``
    """
    return call(function, image_shape=tuple(image_shape.tolist()), **inputs)
