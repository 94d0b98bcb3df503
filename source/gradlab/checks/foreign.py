"""Describe returned values that are not numbers, arrays of numbers, text or None."""

import numpy as np


class Foreign:
    """A returned value that is not a number, an array of numbers, text or None; only its description is kept."""

    def __init__(self, description: object) -> None:
        self.description = str(description)  # student code may have passed an object of any type


def describe(value: object) -> str:
    """Describe a value's type, shape and dtype in words, but never its contents."""
    if value is None:
        return "None"
    if isinstance(value, Foreign):
        return value.description
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}, {value.dtype}"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (tuple, list)):
        kind = type(value).__name__
        return f"an empty {kind}" if not value else f"a {kind} of {len(value)} value{'s' if len(value) > 1 else ''}"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"
