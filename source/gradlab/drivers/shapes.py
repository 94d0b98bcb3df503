"""Functions that take a shape."""

from ..typing import Integers
from ._outputs import Function, Outputs
from .calls import call


def with_image_shape(function: Function, image_shape: Integers, **inputs: object) -> Outputs:
    """Make one call, as `call` does, of a function that takes the shape of an image.

    Parameters
    ----------
    image_shape : ndarray (2,) or (3,) of int
        Arrives as a tuple of int.
    **inputs
        The other arguments, passed unchanged.

    Returns
    -------
    dict
        ``{"result": value}``
    """
    return call(function, image_shape=tuple(image_shape.tolist()), **inputs)
