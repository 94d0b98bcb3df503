"""Losses of linear networks before their first training step. Some of the networks have planted faults."""

from typing import Any

import numpy as np

from ..typing import Array, Floats, Integers
from ._arguments import as_number, check_index

EXAMPLES, FEATURES = 30, 40


def initial_loss(
    which: int,
    reg: float,
    seed: Integers,
    classes: Integers,
    outputs: Integers,
    scale: Floats,
    factor: Floats,
    hinge: Array,
    gain: Floats,
    cap: Floats,
    rounding: Floats,
    always: Floats,
    fresh: Array,
) -> float:
    """Return the loss of network number `which` at one regularization strength, before any training.

        loss = factor · data loss + gain · (strength + always) · ½ Σ w²

    Each network is linear and has no bias. The data loss is the mean over 30 examples, each a unit vector with 40
    features. The weights and the examples follow from the network's seed, so the same call gives the same loss.

    Parameters
    ----------
    which : int
        Index of the network, counting from 0.
    reg : float
        The requested regularization strength. The network uses at most `cap`; if `rounding` is not 0, it then rounds
        the strength down to a multiple of `rounding`.
    seed : ndarray (T,) of int
        The seed of each network's weights and examples.
    classes, outputs : ndarray (T,) of int
        The number of classes in the labels, and the number of scores that each network computes.
    scale : ndarray (T,)
        The standard deviation of the weights.
    factor : ndarray (T,)
        The factor by which each network multiplies the mean data loss; 1 is correct.
    hinge : ndarray (T,) of bool
        True for the hinge loss of Weston and Watkins, False for the softmax cross-entropy.
    gain, cap, rounding, always : ndarray (T,)
        How each network distorts the regularization strength. With 1, infinity, 0, and 0, there is no distortion.
    fresh : ndarray (T,) of bool
        Whether each network uses different examples for each strength.

    Returns
    -------
    float
        The loss, which is NaN or infinite if the weights are so large that the computation overflows.

    Raises
    ------
    ValueError
        If no network has the index `which`, or `reg` is not a single number.
    """
    check_index("which", which, len(seed))
    reg = as_number("the regularization strength", reg)
    batch = int(np.float64(reg).view(np.uint64)) if fresh[which] else 0
    X, y = _examples(np.random.default_rng([int(seed[which]), batch]), classes[which])
    W = scale[which] * np.random.default_rng(int(seed[which])).normal(size=(FEATURES, outputs[which]))
    with np.errstate(all="ignore"):
        data = (_hinge if hinge[which] else _cross_entropy)(X @ W, y)
        strength = min(reg, cap[which])
        if rounding[which]:
            strength = rounding[which] * np.floor(strength / rounding[which])
        penalty = 0.5 * (W * W).sum()
        return float(factor[which] * data + gain[which] * (strength + always[which]) * penalty)


def _examples(rng: np.random.Generator, classes: int) -> tuple[Floats, Integers]:
    X = rng.normal(size=(EXAMPLES, FEATURES))
    return X / np.linalg.norm(X, axis=1, keepdims=True), rng.integers(classes, size=EXAMPLES)


def _cross_entropy(scores: Floats, y: Integers) -> Any:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]).mean()


def _hinge(scores: Floats, y: Integers) -> Any:
    margins = np.maximum(scores - scores[np.arange(len(y)), y][:, None] + 1, 0)
    return margins.sum(axis=1).mean() - 1  # the correct class itself has a margin of exactly 1
