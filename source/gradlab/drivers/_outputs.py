"""Convert the return value of a student's function to plain arrays, or say in one sentence why that is impossible."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..checks.foreign import Foreign
from ..checks.run import Unexpected, plain
from ..typing import Array

Function = Callable[..., Any]
Outputs = dict[str, Any]


def snapshot(value: Any) -> Any:
    """Return a copy of an array, so that a function that works in place cannot overwrite earlier results."""
    return value.copy() if isinstance(value, np.ndarray) else value


def snapshots(arrays: dict[str, Any]) -> dict[str, Any]:
    """Return a new dict with a copy of every array."""
    return {name: snapshot(value) for name, value in arrays.items()}


def numbered(name: str, results: Iterable[Any]) -> Outputs:
    """Return the results in order, keyed "<name> 1", "<name> 2", and so on."""
    return {f"{name} {i}": result for i, result in enumerate(results, start=1)}


def stacked(results: Iterable[Any], expected: str) -> Array:
    """Stack the results of several calls; raise `Unexpected` unless all are numbers or arrays of the same shape."""
    returned = list(results)
    plain_results = [plain(result) for result in returned]
    for original, result in zip(returned, plain_results, strict=True):
        if not isinstance(result, (np.ndarray, int, float)) or np.shape(result) != np.shape(plain_results[0]):
            raise Unexpected(expected, original if isinstance(original, (tuple, list)) else result)
    return np.stack([np.asarray(result) for result in plain_results])


def pair(returned: Any, expected: str) -> tuple[Any, Any]:
    """Return a tuple of two values unchanged; raise `Unexpected` for anything else."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise Unexpected(f"two values, {expected}", returned)
    return returned


def _pair_with_a_result(returned: Any, expected: str) -> tuple[Any, Any]:
    """Return a tuple of two values unchanged; raise `Unexpected` for anything else, or if the first value is None."""
    result, other = pair(returned, expected)
    if result is None:
        raise Unexpected(f"two values, {expected}, with the first not None", Foreign("None as the first"))
    return result, other


def value_and_config(returned: Any, name: str) -> tuple[Any, dict[str, Any]]:
    """Return the value and the config dict that a function returned; raise `Unexpected` for any other result."""
    value, config = _pair_with_a_result(returned, f"({name}, config)")
    if not isinstance(config, dict):
        raise Unexpected("a dict as the second value returned (the config, which carries the state)", config)
    return value, config


def out_and_cache(returned: Any) -> tuple[Any, Any]:
    """Return the output and cache of a forward pass; raise `Unexpected` unless the pass returned two values."""
    return _pair_with_a_result(returned, "(out, cache)")
