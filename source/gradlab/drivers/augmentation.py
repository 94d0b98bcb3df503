"""Augmentations: functions that change images at random."""

import numpy as np

from ..typing import Array, Integers
from ._outputs import Function, Outputs, numbered


def augment_images(function: Function, images: Array, seeds: Integers, **settings: object) -> Outputs:
    """Call an augmentation several times on the same images, each time with a fresh generator.

    Parameters
    ----------
    function : callable
        ``function(images, rng=..., **settings) -> images``.
    images : ndarray (N, C, H, W)
    seeds : ndarray (T,) of int
        One seed per call; two equal seeds make two generators in the same state.

    Returns
    -------
    dict
        ``{"images 1": ndarray, "images 2": ndarray, ...}``
    """
    calls = [function(images, rng=np.random.default_rng(seed), **settings) for seed in seeds.tolist()]
    return numbered("images", calls)
