"""Functions that draw at random from a generator which they are given."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import as_it_stands


def augment_images(function, images, seeds, **settings):
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
    """Training passes of a network with vanilla dropout, and the masks that they drew.

    There are three: with a generator, with one like it, and with another.

    Parameters
    ----------
    function : callable
        ``function(X, params, p, rng) -> (scores, masks)``, `masks` a list, one for each hidden layer.
    X : ndarray (N, D)
    params : dict of str to ndarray
    p : float
    seed : int
        Of the first two generators; the third has the next.

    Returns
    -------
    dict
        ``{"scores": ndarray, "mask 1": ndarray, "mask 1 again": ndarray, "mask 1 of another rng": ndarray, ...}``, the
        scores those of the first pass.
    """

    def one_pass(seed):
        given = {name: as_it_stands(value) for name, value in params.items()}
        returned = function(X, given, p, np.random.default_rng(seed))
        if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], (list, tuple)):
            raise Unexpected("two things, (scores, masks), the second a list", returned)
        return returned

    scores, masks = one_pass(seed)
    outputs = {"scores": scores} | {f"mask {i}": mask for i, mask in enumerate(masks, start=1)}
    for ending, start in ((" again", seed), (" of another rng", seed + 1)):
        outputs |= {f"mask {i}{ending}": mask for i, mask in enumerate(one_pass(start)[1], start=1)}
    return outputs
