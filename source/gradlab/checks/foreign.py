"""Describe returned values in words, mainly those that are not numbers, arrays of numbers, text, or None."""

import numpy as np

from .words import series

MOST_KINDS = 3  # values in a tuple or list that are described one by one


class Foreign:
    """A returned value that is not a number, an array of numbers, text, or None; only its description is kept."""

    def __init__(self, description: object) -> None:
        self.description = str(description)  # student code may have passed an object of any type


def describe(value: object) -> str:
    """Describe a value's type, shape, and dtype in words, but never its contents."""
    if value is None:
        return "None"
    if isinstance(value, Foreign):
        return value.description
    if isinstance(value, np.ndarray):
        return "a number" if _is_number(value) else f"an array of shape {value.shape}, {value.dtype}"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (tuple, list)):
        kind = type(value).__name__
        return f"an empty {kind}" if not value else f"a {kind} of {len(value)} value{'s' if len(value) > 1 else ''}"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def describe_contents(value: object) -> str:
    """Describe a value as `describe` does, and add the kinds of values in a tuple or list of at least two values.

    The kinds are left out if all values are numbers, or if more than `MOST_KINDS` values are not all of one kind.
    """
    whole = describe(value)
    kinds = [_kind(item) for item in value] if isinstance(value, (tuple, list)) else []
    if not kinds or set(kinds) == {"a number"}:
        return whole
    if len(kinds) > 1 and len(set(kinds)) == 1:
        return f"{whole}, each {kinds[0]}"
    return f"{whole}: {series(kinds)}" if 1 < len(kinds) <= MOST_KINDS else whole


def _is_number(value: np.ndarray) -> bool:
    return value.ndim == 0 and value.dtype.kind in "iuf"


def _kind(value: object) -> str:
    if isinstance(value, (int, float, np.number, np.bool_)):
        return "a number"
    if isinstance(value, np.ndarray):
        return "an array"
    return f"a {type(value).__name__}" if isinstance(value, (tuple, list)) else describe(value)
