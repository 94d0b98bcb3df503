"""A driver that initializes an ensemble with several random generators."""

import numpy as np

from ..checks.run import Unexpected
from ..typing import Integers
from ._outputs import Function, Outputs, stacked
from ._rows import RNG_ENDINGS


def ensemble_members(function: Function, num_members: int, sizes: Integers, seed: int) -> Outputs:
    """Initialize an ensemble three times: with two generators that share a seed, and one with a different seed.

    Parameters
    ----------
    function : callable
        ``function(num_members, sizes, rng) -> list of dicts of arrays``.
    num_members : int
    sizes : ndarray (L + 1,) of int
        The widths of the layers from input to output, passed as a list.
    seed : int
        The seed of the first two generators; the third generator has the seed ``seed + 1``.

    Returns
    -------
    dict
        ``{"W1": ndarray (M, D, H), ..., "W1 again": ..., "W1 of another rng": ...}``, with one member
        per index of the first axis.
    """
    outputs: Outputs = {}
    for ending, step in RNG_ENDINGS.items():
        returned = function(num_members, sizes.tolist(), np.random.default_rng(seed + step))
        if not isinstance(returned, (list, tuple)) or not all(isinstance(params, dict) for params in returned):
            raise Unexpected("a list of dicts", returned)
        if not returned:
            raise Unexpected("at least one member", returned)
        if any(params.keys() != returned[0].keys() for params in returned):
            raise Unexpected("the same names in every member", returned)
        for name in returned[0]:
            outputs[f"{name}{ending}"] = stacked([params[name] for params in returned], "arrays of the same shape")
    return outputs
