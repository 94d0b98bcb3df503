"""The loss of linear networks before their first training step, some of them with planted faults."""

from typing import Any

import numpy as np

from ..typing import Array, Floats, Integers
from ._arguments import check_index

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
    """The loss of network number `which` at one regularization strength, before any training.

        loss = factor · data loss + gain · (strength + always) · ½ Σ w²

    A network is linear and has no bias; the data loss is a mean over 30 examples with 40 features and length 1.
    Weights and examples follow from its seed, so the same call gives the same loss.

    Parameters
    ----------
    which : int
        Counts from 0.
    reg : float
        The regularization strength that is asked for. The network uses at most `cap` of it, and if `rounding` is not
        0, it rounds that down to a multiple of `rounding`.
    seed : ndarray (T,) of int
    classes, outputs : ndarray (T,) of int
        The number of classes in the labels, and the number of scores that the network has.
    scale : ndarray (T,)
        The standard deviation of the weights.
    factor : ndarray (T,)
        Multiplies the mean data loss; 1 is right.
    hinge : ndarray (T,) of bool
        Whether the data loss is the hinge loss of Weston and Watkins or the softmax cross-entropy.
    gain, cap, rounding, always : ndarray (T,)
        What the network does to the strength; 1, infinity, 0 and 0 are right.
    fresh : ndarray (T,) of bool
        Whether each strength is measured on different examples.

    Returns
    -------
    float
        NaN or infinity if the weights are so large that the loss overflows.

    Raises
    ------
    ValueError
        If there is no such network, or `reg` is not a single number.
    """
    check_index("which", which, len(seed))
    if not isinstance(reg, (int, float, np.ndarray, np.generic)) or np.shape(reg) != ():
        raise ValueError("the regularization strength must be a single number: ask once for each strength.")
    reg = float(reg)
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
    return margins.sum(axis=1).mean() - 1  # the right class itself has a margin of exactly 1
