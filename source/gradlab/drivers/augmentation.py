"""Drivers for augmentations, which are functions that change images at random."""

import numpy as np

from ..typing import Array, Floats, Integers
from ._outputs import Function, Outputs, numbered, pair, snapshot, stacked


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


def mix_batches(function: Function, images: Floats, targets: Floats, alpha: float, seeds: Integers) -> Outputs:
    """Mix a batch of images and their targets several times, each time with a fresh generator.

    Parameters
    ----------
    function : callable
        ``function(images, targets, alpha, rng) -> (images, targets)``.
    images : ndarray (N, ...)
    targets : ndarray (N, C)
    alpha : float
    seeds : ndarray (T,) of int
        One seed per call; two equal seeds make two generators in the same state.

    Returns
    -------
    dict
        ``{"images": ndarray (T, N, ...), "targets": ndarray (T, N, C)}``, the results from T calls.
    """
    mixed: list[Array] = []
    labels: list[Array] = []
    for seed in seeds.tolist():
        returned = function(images.copy(), targets.copy(), alpha, np.random.default_rng(seed))
        for results, result in zip((mixed, labels), pair(returned, "(images, targets)"), strict=True):
            results.append(snapshot(result))
    return {
        "images": stacked(mixed, f"images of shape {images.shape} from every call"),
        "targets": stacked(labels, f"targets of shape {targets.shape} from every call"),
    }
