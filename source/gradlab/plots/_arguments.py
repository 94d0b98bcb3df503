"""What a picture is given: checked, with an error that says what was expected and what came."""

from collections.abc import Mapping

import numpy as np


def named(things, what, contents):
    """Refuse anything but a dict with something in it.

    Raises
    ------
    TypeError, ValueError
        If `things` is no dict, or an empty one; `what` and `contents` stand in the message.
    """
    if not isinstance(things, Mapping):
        raise TypeError(f"{what} must be a dict of names to {contents}. Got {type(things).__name__}.")
    if not things:
        raise ValueError(f"{what} must hold at least one name with {contents}. Got an empty dict.")


def numbers(values, what, shape):
    """`values` as an array of real numbers, of as many axes as `shape` names.

    Parameters
    ----------
    values : array_like
    what : str
        What it is, as the message says it.
    shape : str or tuple of str
        The shape or the shapes it may have, such as "(N, 2)": a digit must be met, a letter may be anything
        from 1; "(...)" is any shape.

    Raises
    ------
    TypeError, ValueError
        If it holds anything but real numbers, or has another shape.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{what} must be one array. Got rows of different lengths.") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{what} must hold real numbers. Got {array.dtype}.")
    shapes = (shape,) if isinstance(shape, str) else shape
    if not any(_fits(array.shape, allowed) for allowed in shapes):
        raise ValueError(f"{what} must have shape {' or '.join(shapes)}. Got {array.shape}.")
    return array


def curve(given, what):
    """A curve's x (T,) and its heights (T,), or a band (Q, T) of an odd number of rows, the lowest first.

    Parameters
    ----------
    given : array_like, or a tuple of two
        Heights over 0, 1, ..., T - 1, or (x, heights).
    what : str

    Raises
    ------
    TypeError, ValueError
        If it is neither, or a band's rows cross.
    """
    x, heights = given if isinstance(given, tuple) and len(given) == 2 else (None, given)
    heights = numbers(heights, what, ("(T,)", "(Q, T)"))
    count = heights.shape[-1]
    if x is None:
        x = np.arange(count)
    else:
        x = numbers(x, f"the x of {what}", f"({count},)")
    if heights.ndim == 2:
        if len(heights) % 2 == 0 or len(heights) == 1:
            raise ValueError(
                f"A band must have an odd number of rows, 3 or more, with its middle in the middle one. Got shape "
                f"{heights.shape} for {what}: to draw heights over x give the tuple (x, heights)."
            )
        if (np.diff(heights, axis=0) < 0).any():
            raise ValueError(f"The rows of a band must go from the lowest to the highest. Those of {what} cross.")
    return x, heights


def finite_range(arrays, what):
    """The least and the greatest finite number of all arrays, half a unit wider on each side if they are equal.

    Raises
    ------
    ValueError
        If none is finite; `what` stands in the message.
    """
    parts = [array[np.isfinite(array)] for array in arrays]
    finite = np.concatenate([part.astype(np.float64) for part in parts])
    if not finite.size:
        raise ValueError(f"{what} must hold a finite number. Got none: look at the loss and the weights first.")
    low, high = finite.min(), finite.max()
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _fits(shape, allowed):
    if allowed == "(...)":
        return 0 not in shape
    sizes = [size for size in allowed.strip("()").replace(" ", "").split(",") if size]
    return len(shape) == len(sizes) and all(
        length == int(size) if size.isdigit() else length > 0 for length, size in zip(shape, sizes, strict=True)
    )
