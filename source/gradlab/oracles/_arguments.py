"""Validate the arguments of oracles, which come from students' functions."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..typing import Array


def check_index(name: str, value: Any, count: int) -> None:
    """Raise a ValueError unless `value` is an int in 0..count - 1."""
    if type(value) is not int or not 0 <= value < count:
        raise ValueError(f"{name} must be a whole number in 0..{count - 1}. Got {value!r:.80}.")


def check_keys(name: str, value: Any, keys: Iterable[str]) -> None:
    """Raise a ValueError unless `value` is a dict with exactly these keys."""
    keys = list(keys)
    if not isinstance(value, dict) or set(value) != set(keys):
        raise ValueError(f"{name} must be a dict with exactly the keys {', '.join(keys)}. Got {value!r:.80}.")


def as_number(name: str, value: Any) -> float:
    """Return `value` as a float, or raise a ValueError unless it is a single real number."""
    if isinstance(value, (int, float)):
        return float(value)
    if not isinstance(value, (np.generic, np.ndarray)) or np.shape(value) != () or np.iscomplexobj(value):
        raise ValueError(f"{name} must be a single number. Got {value!r:.80}.")
    return float(value)


def as_array(name: str, value: Any, shape: tuple[int | str, ...]) -> Array:
    """Return `value` as an array, or raise a ValueError if it has a different shape.

    In `shape`, a string allows any size.
    """
    array = np.asarray(value)
    if array.shape == shape:
        return array
    fits = array.ndim == len(shape) and all(
        isinstance(wanted, str) or size == wanted for size, wanted in zip(array.shape, shape, strict=True)
    )
    if not fits:
        sizes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} must have shape ({sizes}). Got shape {array.shape}.")
    return array
