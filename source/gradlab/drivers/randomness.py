"""Functions that draw at random from a generator which they are given."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import as_it_stands


def augmented(function, images, seeds, **settings):
    """Call an augmentation on the same images, each time with a fresh generator.

    Parameters
    ----------
    function : callable
        ``function(images, rng=..., **settings) -> images``.
    images : ndarray (N, C, H, W)
    seeds : ndarray (T,) of int
        Each makes the generator of one call; two that are equal make two generators in the same state.

    Returns
    -------
    dict
        ``{"images 1": ndarray, "images 2": ndarray, ...}``
    """
    results = [function(images, rng=np.random.default_rng(seed), **settings) for seed in seeds.tolist()]
    return {f"images {i}": result for i, result in enumerate(results, start=1)}


def scores_and_masks(function, X, params, p, seed):
    """One training pass of a network with vanilla dropout, and the masks that it drew.

    Parameters
    ----------
    function : callable
        ``function(X, params, p, rng) -> (scores, masks)``, `masks` a list, one for each hidden layer.
    X : ndarray (N, D)
    params : dict of str to ndarray
    p : float
    seed : int
        Of the generator.

    Returns
    -------
    dict
        ``{"scores": ndarray, "mask 1": ndarray, "mask 2": ndarray, ...}``
    """
    given = {name: as_it_stands(value) for name, value in params.items()}
    returned = function(X, given, p, np.random.default_rng(seed))
    if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], (list, tuple)):
        raise Unexpected("two things, (scores, masks), the second a list", returned)
    scores, masks = returned
    return {"scores": scores} | {f"mask {i}": mask for i, mask in enumerate(masks, start=1)}
