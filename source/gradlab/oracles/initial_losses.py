"""Linear networks before their first training step, sound ones and sick ones: what their loss is."""

import numpy as np

EXAMPLES, FEATURES = 30, 40


def initial_loss(which, reg, seed, classes, outputs, scale, factor, hinge, gain, cap, rounding, always, fresh):
    """The loss of network number `which` at a strength of regularization, before any training.

        loss = factor · data loss + gain · (strength + always) · ½ Σ w²

    A network is linear and without bias; the data loss is a mean over 30 examples of 40 features and length 1.
    Weights and examples follow from its seed, so the same call gives the same loss.

    Parameters
    ----------
    which : int
        Counts from 0.
    reg : float
        The strength of regularization that is asked for. It counts as at most `cap`; with a `rounding` other than 0
        as the next lower multiple of that.
    seed : ndarray (T,) of int
    classes, outputs : ndarray (T,) of int
        How many classes the labels know, and for how many the network has scores.
    scale : ndarray (T,)
        The standard deviation of the weights.
    factor : ndarray (T,)
        What the mean data loss is multiplied by; 1 is right.
    hinge : ndarray (T,) of bool
        Whether the data loss is the hinge loss of Weston and Watkins; else it is the softmax's cross-entropy.
    gain, cap, rounding, always : ndarray (T,)
        What becomes of the strength; 1, infinity, 0 and 0 are right.
    fresh : ndarray (T,) of bool
        Whether each strength is measured on other examples than the last.

    Returns
    -------
    float
        NaN or infinity where weights are too large for numbers.

    Raises
    ------
    ValueError
        If there is no such network, or `reg` is not one number.
    """
    if type(which) is not int or not 0 <= which < len(seed):
        raise ValueError(f"which must be a whole number in 0..{len(seed) - 1}.")
    if not isinstance(reg, (int, float, np.ndarray, np.generic)) or np.shape(reg) != ():
        raise ValueError("the strength of regularization must be one number: ask once for each strength.")
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


def _examples(rng, classes):
    X = rng.normal(size=(EXAMPLES, FEATURES))
    return X / np.linalg.norm(X, axis=1, keepdims=True), rng.integers(classes, size=EXAMPLES)


def _cross_entropy(scores, y):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]).mean()


def _hinge(scores, y):
    margins = np.maximum(scores - scores[np.arange(len(y)), y][:, None] + 1, 0)
    return margins.sum(axis=1).mean() - 1  # the right class itself has a margin of exactly 1
