"""Losses: ``(scores, y) -> (loss, dscores)``, the mean over N examples and its gradient in the scores."""

import numpy as np


def softmax_loss(scores, y):
    """Cross-entropy of the softmax: the mean of -log p_y, where p = exp(s) / Σ exp(s).

    Each row is shifted by its largest score first. That leaves p as it is and keeps exp from overflowing, so
    that scores of 1e4 and more give the right loss.

    Parameters
    ----------
    scores : ndarray (N, C)
        One score for each of C classes, float32 or float64.
    y : ndarray (N,) of int
        The right classes, 0 <= y < C.

    Returns
    -------
    loss : scalar of the dtype of `scores`
    dscores : ndarray (N, C)
        The gradient of the loss in the scores: (p - 1 at the right class, p elsewhere) / N.

    Raises
    ------
    ValueError
        If the shapes do not fit or `y` holds anything but the numbers of classes.
    """
    _check(scores, y)
    n = len(scores)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dscores = np.exp(log_p)
    dscores[np.arange(n), y] -= 1
    return -log_p[np.arange(n), y].mean(), dscores / n


def _check(scores, y):
    if scores.ndim != 2 or len(scores) == 0:
        raise ValueError(f"scores must have shape (N, C) with N at least 1. Got {scores.shape}.")
    n, classes = scores.shape
    if y.shape != (n,):
        raise ValueError(f"y must have shape ({n},), one label an example. Got {y.shape}.")
    if y.dtype.kind not in "iu":
        raise ValueError(f"y must hold whole numbers, the right classes. Got {y.dtype}: use y.astype(int).")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(f"y must lie in 0..{classes - 1}, one column of scores a class. Got {y.min()}..{y.max()}.")
