"""Functions that draw at random from a generator which they are given."""

import numpy as np

from .calls import call


def drawn(function, seed, **inputs):
    """One call with keyword arguments, one of them ``rng``, a fresh generator.

    Parameters
    ----------
    function : callable
        ``function(rng=..., **inputs)``.
    seed : int
        Of the generator.

    Returns
    -------
    dict
        As `call` gives it.
    """
    return call(function, **inputs, rng=np.random.default_rng(seed))
