"""Functions that draw at random from a generator which they are given."""

import numpy as np

from ._outputs import as_it_stands
from .calls import call


def call_with_rngs(function, seed, **inputs):
    """Three calls with keyword arguments, one of them ``rng``: a fresh generator, one like it, and another.

    Parameters
    ----------
    function : callable
        ``function(rng=..., **inputs)``.
    seed : int
        Of the first two generators; the third has the next.

    Returns
    -------
    dict
        ``{"result": value, "result again": value, "result of another rng": value}``
    """
    endings = {"": seed, " again": seed, " of another rng": seed + 1}
    return {
        f"{name}{ending}": as_it_stands(value)
        for ending, start in endings.items()
        for name, value in call(function, **inputs, rng=np.random.default_rng(start)).items()
    }
