"""Argument checks shared by the plots. Errors say what was expected and what was passed."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..typing import Array

# A curve is an array of heights, or a tuple (x, heights).
Curve = npt.ArrayLike | tuple[npt.ArrayLike, npt.ArrayLike]


def check_named(things: object, what: str, contents: str) -> None:
    """Raise an error unless `things` is a dict with at least one entry.

    Raises
    ------
    TypeError, ValueError
        If `things` is not a dict, or is empty. `what` and `contents` are used in the message.
    """
    if not isinstance(things, Mapping):
        raise TypeError(f"{what} must be a dict mapping names to {contents}. Got {type(things).__name__}.")
    if not things:
        raise ValueError(f"{what} must have at least one entry. Got an empty dict.")


def check_array(values: Any, what: str, shape: str | tuple[str, ...]) -> Array:
    """Return `values` as an array, after checking that it holds real numbers and has an allowed shape.

    Parameters
    ----------
    values : array_like
    what : str
        A description of the values, for the error message.
    shape : str or tuple of str
        The allowed shape or shapes, such as "(N, 2)": a number must match exactly, and a letter matches any length
        of at least 1. "(...)" allows any shape that is not empty.

    Raises
    ------
    TypeError, ValueError
        If `values` holds anything but real numbers, or has a different shape.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{what} must be a single array. Got rows of different lengths.") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{what} must hold real numbers. Got dtype {array.dtype}.")
    shapes = (shape,) if isinstance(shape, str) else shape
    if not any(_fits(array.shape, allowed) for allowed in shapes):
        raise ValueError(f"{what} must have shape {' or '.join(shapes)}. Got shape {array.shape}.")
    return array


def check_curve(given: Curve, what: str) -> tuple[Array, Array]:
    """Return the x values and the heights of a curve.

    Parameters
    ----------
    given : array_like, or a tuple of two array_like
        The heights over 0, 1, ..., T - 1, or a tuple (x, heights).
    what : str
        A description of the curve, for the error message.

    Returns
    -------
    x : ndarray (T,)
    heights : ndarray (T,) or (Q, T)
        A curve, or a band with an odd number of rows Q, from lowest to highest.

    Raises
    ------
    TypeError, ValueError
        If `given` has neither form, or the rows of a band cross.
    """
    given_x, given_heights = given if isinstance(given, tuple) and len(given) == 2 else (None, given)
    heights = check_array(given_heights, what, ("(T,)", "(Q, T)"))
    count = heights.shape[-1]
    if given_x is None:
        x: Array = np.arange(count)
    else:
        x = check_array(given_x, f"the x of {what}", f"({count},)")
    if heights.ndim == 2:
        if len(heights) % 2 == 0 or len(heights) == 1:
            raise ValueError(
                f"A band must have an odd number of rows, at least 3, with its center line in the middle. Got shape "
                f"{heights.shape} for {what}: to draw heights over x, pass the tuple (x, heights)."
            )
        if (np.diff(heights, axis=0) < 0).any():
            raise ValueError(f"The rows of a band must go from lowest to highest. Got rows that cross in {what}.")
    return x, heights


def finite_range(arrays: Iterable[Array], what: str) -> tuple[float, float]:
    """Return the minimum and the maximum of all finite values. If they are equal, each is moved outward by 0.5.

    Raises
    ------
    ValueError
        If there are no finite values. `what` is used in the message.
    """
    finite = np.concatenate([array[np.isfinite(array)].astype(np.float64) for array in arrays])
    if not finite.size:
        raise ValueError(
            f"{what} must hold at least one finite number. Got none: look at the loss and the weights first."
        )
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _fits(shape: tuple[int, ...], allowed: str) -> bool:
    if allowed == "(...)":
        return 0 not in shape
    sizes = [size for size in allowed.strip("()").replace(" ", "").split(",") if size]
    return len(shape) == len(sizes) and all(
        length == int(size) if size.isdigit() else length > 0 for length, size in zip(shape, sizes, strict=True)
    )
