"""Functions that take a shape."""

from .calls import call


def with_image_shape(function, image_shape, **inputs):
    """One call, as `call` makes it, of a function that takes the shape of an image.

    Parameters
    ----------
    image_shape : ndarray (2,) or (3,) of int
        Arrives as a tuple of int.
    **inputs
        The other arguments, as they are.

    Returns
    -------
    dict
        ``{"result": value}``
    """
    return call(function, image_shape=tuple(image_shape.tolist()), **inputs)
