"""Argument checks shared by the layers. They check shapes and dtypes, not values, and take microseconds."""

import operator
from typing import Any

import numpy as np


def check_floats(**arrays: Any) -> None:
    """Check that all arguments are non-empty float32 or float64 arrays of the same dtype."""
    first = None
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype.char not in "fd":
            raise TypeError(
                f"{name} must be a float32 or float64 array. Got {describe(array)}: use np.asarray({name}, float)."
            )
        if array.size == 0:
            raise ValueError(f"{name} must have at least one element. Got shape {array.shape}: is the batch empty?")
        if first is None:
            first, dtype = name, array.dtype
        elif array.dtype != dtype:
            raise TypeError(
                f"{first} and {name} must have the same dtype. Got {dtype} and {array.dtype}: "
                f"convert one of them, for example with {name}.astype({first}.dtype)."
            )


def check_dout(dout: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Check that `dout` has the shape and dtype of the layer's output."""
    check_floats(dout=dout)
    if dout.shape != shape or dout.dtype != dtype:
        error = ValueError if dout.shape != shape else TypeError
        raise error(
            f"dout must have shape {shape} and dtype {dtype}, like the output of the forward pass that returned this "
            f"cache. Got shape {dout.shape} and dtype {dout.dtype}."
        )


def check_cache(cache: Any, expected: type) -> None:
    """Check that `cache` has exactly the type that this layer's forward pass returns."""
    if type(cache) is not expected:
        raise TypeError(
            f"cache must be the {expected.__name__} that this layer's forward pass returned. Got {describe(cache)}: "
            "did the cache come from another layer?"
        )


def check_examples(x: np.ndarray[Any, Any]) -> None:
    """Check that `x` has at least one axis, which indexes the examples."""
    if x.ndim == 0:
        raise ValueError("x must have shape (N, d_1, ..., d_k), with examples along the first axis. Got shape ().")


def check_images(x: np.ndarray[Any, Any]) -> None:
    """Check that `x` is a batch of images."""
    if x.ndim != 4:
        raise ValueError(f"x must have shape (N, C, H, W): N images with C channels. Got shape {x.shape}.")


def check_integer(settings: Any, name: str, key: str, minimum: int) -> int:
    """Return ``settings[key]``, after checking that it is an integer >= `minimum`. Errors call the dict `name`."""
    try:
        value = operator.index(settings[key])
    except (KeyError, TypeError):
        value = None
    if value is None or value < minimum:
        raise ValueError(f"{name} must be a dict with an integer {key!r} of at least {minimum}. Got {settings!r}.")
    return value


def describe(value: object) -> str:
    """Describe the type of `value`, including the dtype if it is an array, for an error message."""
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
