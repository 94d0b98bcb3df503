"""Turn what a student's function returned into plain arrays, or say in a sentence why that does not work."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..checks.run import Unexpected, plain
from ..typing import Array

Function = Callable[..., Any]
Outputs = dict[str, Any]

# What the outputs of three calls end in: one with a generator, one with another generator of the same seed, and one
# with a generator of the next seed.
RNG_ENDINGS = {"": 0, " again": 0, " of another rng": 1}


def snapshot(value: Any) -> Any:
    """A copy of an array, so that a function that works in place cannot rewrite earlier results."""
    return value.copy() if isinstance(value, np.ndarray) else value


def snapshots(arrays: dict[str, Any]) -> dict[str, Any]:
    """The same dict with a copy of every array."""
    return {name: snapshot(value) for name, value in arrays.items()}


def numbered(name: str, results: Iterable[Any]) -> Outputs:
    """Results in order, named "<name> 1", "<name> 2", and so on."""
    return {f"{name} {i}": result for i, result in enumerate(results, start=1)}


def stacked(results: Iterable[Any], expected: str) -> Array:
    """The results of several calls as one array; `Unexpected` unless they are all numbers or arrays of one shape."""
    results = [plain(result) for result in results]
    for result in results:
        if not isinstance(result, (np.ndarray, int, float)) or np.shape(result) != np.shape(results[0]):
            raise Unexpected(expected, result)
    return np.stack([np.asarray(result) for result in results])


def pair(returned: Any, expected: str) -> tuple[Any, Any]:
    """A tuple of two values, or `Unexpected`."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise Unexpected(f"two values, {expected}", returned)
    return returned


def value_and_config(returned: Any, name: str) -> tuple[Any, dict[str, Any]]:
    """The two values that a function with state returns, the second a dict; or `Unexpected`."""
    value, config = pair(returned, f"({name}, config)")
    if not isinstance(config, dict):
        raise Unexpected("a dict as the second value returned (the config, which carries the state)", config)
    return value, config


def out_and_cache(returned: Any) -> tuple[Any, Any]:
    """The two values that a forward pass returns, or `Unexpected`."""
    return pair(returned, "(out, cache)")
