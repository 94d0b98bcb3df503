"""Ensembles, drawn from generators that the check holds."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import stacked


def ensemble_members(function, num_members, sizes, seed):
    """The members that one generator gives, what it gives once more, and what another gives.

    Parameters
    ----------
    function : callable
        ``function(num_members, sizes, rng) -> list of dicts of arrays``.
    num_members : int
    sizes : ndarray (L + 1,) of int
        Passed on as a list.
    seed : int
        Of the generator; the other one has the next.

    Returns
    -------
    dict
        ``{"W1": ndarray (M, D, H), ..., "W1 again": ..., "W1 of another rng": ...}``, the members stacked.
    """
    outputs = {}
    for ending, start in (("", seed), (" again", seed), (" of another rng", seed + 1)):
        returned = function(num_members, sizes.tolist(), np.random.default_rng(start))
        if not isinstance(returned, (list, tuple)) or not all(isinstance(params, dict) for params in returned):
            raise Unexpected("a list of dicts", returned)
        if not returned:
            raise Unexpected("a member at least", returned)
        if any(params.keys() != returned[0].keys() for params in returned):
            raise Unexpected("the same names in every member", returned)
        for name in returned[0]:
            outputs[f"{name}{ending}"] = stacked([params[name] for params in returned], "arrays of one shape")
    return outputs
