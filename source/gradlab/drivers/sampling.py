"""Drivers for functions that sample at random. They record samples from one generator and from fresh generators."""

from typing import Any

import numpy as np

from ..checks.run import Unexpected
from ..typing import Array, Integers
from ._outputs import Function, Outputs, snapshot, stacked
from ._rows import RNG_ENDINGS
from .calls import call

# The number of calls with each fresh generator: enough to tell two seeds apart even if few values are possible.
AGAIN = 40


def call_with_rngs(function: Function, seed: int, **inputs: object) -> Outputs:
    """Make three calls that differ only in ``rng``: two with the same seed, and one with a different seed.

    Parameters
    ----------
    function : callable
        ``function(rng=..., **inputs)``.
    seed : int
        The seed of the first two generators; the third generator has the seed ``seed + 1``.

    Returns
    -------
    dict
        ``{"result": value, "result again": value, "result of another rng": value}``
    """
    return {
        f"{name}{ending}": snapshot(value)
        for ending, step in RNG_ENDINGS.items()
        for name, value in call(function, **inputs, rng=np.random.default_rng(seed + step)).items()
    }


def repeated_draws(
    function: Function, seed: int, calls: int, size: Integers | int | None = None, **inputs: object
) -> Outputs:
    """Sample numbers in `calls` calls with one generator, then in a few calls with each of two fresh generators.

    Parameters
    ----------
    function : callable
        ``function(rng=..., size=..., **inputs)``.
    seed, calls : int
    size : ndarray (K,) of int, int or None
        The argument ``size``. An array is passed as a tuple; an int or None is passed unchanged.

    Returns
    -------
    dict
        ``{"draws": ndarray (calls, *size), "same seed": ..., "other seed": ...}``: the results of all calls with one
        generator, of a few calls with a fresh generator that has the same seed, and of a few calls with a generator
        that has a different seed.
    """
    inputs["size"] = tuple(size.tolist()) if isinstance(size, np.ndarray) else size
    expected = "a number from every call" if size is None else "an array, of the same shape from every call"

    def samples(seed: int, calls: int) -> Array:
        rng = np.random.default_rng(seed)
        return stacked([function(rng=rng, **inputs) for _ in range(calls)], expected)

    again = min(calls, AGAIN)
    return {"draws": samples(seed, calls), "same seed": samples(seed, again), "other seed": samples(seed + 1, again)}


def draw_configurations(function: Function, seed: int, calls: int, **inputs: object) -> Outputs:
    """Sample configurations in `calls` calls with one generator, then in a few calls with each of two fresh generators.

    Parameters
    ----------
    function : callable
        ``function(rng=..., **inputs)`` returns a dict of numbers.
    seed, calls : int

    Returns
    -------
    dict
        ``{name: ndarray (calls,), "name, same seed": ..., "name, other seed": ...}`` for each hyperparameter: its
        values from all calls with one generator, from a few calls with a fresh generator that has the same seed, and
        from a few calls with a generator that has a different seed.
    """

    def samples(seed: int, calls: int) -> dict[str, Array]:
        rng = np.random.default_rng(seed)
        configs = [function(rng=rng, **inputs) for _ in range(calls)]
        for config in configs:
            if not isinstance(config, dict) or set(config) != set(configs[0]):
                raise Unexpected("a dict with the same names from every call", config)
        return {str(name): _column([config[name] for config in configs], name) for name in configs[0]}

    outputs: Outputs = dict(samples(seed, calls))
    for label, other in (("same seed", seed), ("other seed", seed + 1)):
        outputs |= {f"{name}, {label}": values for name, values in samples(other, min(calls, AGAIN)).items()}
    return outputs


def _column(values: list[Any], name: object) -> Array:
    # Usually these are hundreds of plain numbers, and inspecting each one would take most of the time.
    plain = set(map(type, values)) <= {int, float}
    return np.array(values) if plain else stacked(values, f"a number for {name}")
