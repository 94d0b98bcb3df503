"""Functions that draw at random: many draws from one generator, and whether its seed decides them."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import stacked

# Calls with a fresh generator: enough to tell one seed from another even where there are few values to draw.
AGAIN = 40


def repeated_draws(function, seed, calls, size=None, **inputs):
    """Call a function that draws numbers, `calls` times with one generator, then with fresh ones.

    Parameters
    ----------
    function : callable
        ``function(rng=..., size=..., **inputs)``.
    seed, calls : int
    size : ndarray (K,) of int, int or None
        Handed on as a tuple, an int or None.

    Returns
    -------
    dict
        ``{"draws": ndarray (calls, *size), "same seed": ..., "other seed": ...}``: what all calls gave, and what
        the first few give with a fresh generator of the same seed and of another.
    """
    inputs["size"] = tuple(size.tolist()) if isinstance(size, np.ndarray) else size
    expected = "a number from every call" if size is None else "an array of the same shape from every call"

    def drawn(seed, calls):
        rng = np.random.default_rng(seed)
        return stacked([function(rng=rng, **inputs) for _ in range(calls)], expected)

    again = min(calls, AGAIN)
    return {"draws": drawn(seed, calls), "same seed": drawn(seed, again), "other seed": drawn(seed + 1, again)}


def draw_configurations(function, seed, calls, **inputs):
    """Call a function that draws a configuration, `calls` times with one generator, then with fresh ones.

    Parameters
    ----------
    function : callable
        ``function(rng=..., **inputs)`` returns a dict of numbers.
    seed, calls : int

    Returns
    -------
    dict
        ``{name: ndarray (calls,), "name, same seed": ..., "name, other seed": ...}`` for each hyperparameter: from
        all calls, and from a few with a fresh generator of the same seed and of another.
    """

    def drawn(seed, calls):
        rng = np.random.default_rng(seed)
        configs = [function(rng=rng, **inputs) for _ in range(calls)]
        for config in configs:
            if not isinstance(config, dict) or set(config) != set(configs[0]):
                raise Unexpected("a dict with the same names from every call", config)
        return {str(name): _column([config[name] for config in configs], name) for name in configs[0]}

    outputs = drawn(seed, calls)
    for label, other in (("same seed", seed), ("other seed", seed + 1)):
        outputs |= {f"{name}, {label}": values for name, values in drawn(other, min(calls, AGAIN)).items()}
    return outputs


def _column(values, name):
    # Hundreds of plain numbers are the rule, and looking at each of them would take most of the time.
    plain = set(map(type, values)) <= {int, float}
    return np.array(values) if plain else stacked(values, f"a number for {name}")
