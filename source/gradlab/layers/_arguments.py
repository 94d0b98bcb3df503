"""What layers ask of their arguments. Each check takes microseconds: shapes and dtypes, never the numbers."""

import operator

import numpy as np


def floats(**arrays):
    """Each must be an array of float32 or float64 that holds something, and all must have one dtype."""
    first = None
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype.char not in "fd":
            raise TypeError(
                f"{name} must be an array of float32 or float64. Got {kind(array)}: use np.asarray({name}, float)."
            )
        if array.size == 0:
            raise ValueError(f"{name} must hold at least one number. Got shape {array.shape}: is the batch empty?")
        if first is None:
            first, dtype = name, array.dtype
        elif array.dtype != dtype:
            raise TypeError(
                f"{first} and {name} must have the same dtype. Got {dtype} and {array.dtype}: "
                f"convert one of them, as with {name}.astype({first}.dtype)."
            )


def gradient(dout, shape, dtype):
    """`dout` must look like the layer's output."""
    floats(dout=dout)
    if dout.shape != shape or dout.dtype != dtype:
        error = ValueError if dout.shape != shape else TypeError
        raise error(
            f"dout must have shape {shape} and dtype {dtype}, as the output of the forward pass that gave this "
            f"cache. Got {dout.shape}, {dout.dtype}."
        )


def own_cache(cache, wanted):
    """`cache` must be of the layer's own kind."""
    if type(cache) is not wanted:
        raise TypeError(
            f"cache must be the {wanted.__name__} that this layer's forward pass returned. Got {kind(cache)}: "
            "was it another layer's?"
        )


def examples(x):
    """`x` must have its examples along the first axis."""
    if x.ndim == 0:
        raise ValueError("x must have shape (N, d_1, ..., d_k), one example along the first axis each. Got ().")


def images(x):
    """`x` must hold images."""
    if x.ndim != 4:
        raise ValueError(f"x must have shape (N, C, H, W), N images of C channels. Got {x.shape}.")


def whole(settings, name, key, least):
    """The whole number `key` of a dict of settings, which must be at least `least`."""
    try:
        value = operator.index(settings[key])
    except (KeyError, TypeError):
        value = None
    if value is None or value < least:
        raise ValueError(f"{name} must be a dict with a whole number {key!r} of at least {least}. Got {settings!r}.")
    return value


def kind(value):
    """What `value` is, for an error: its type, and an array's dtype."""
    return f"array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
