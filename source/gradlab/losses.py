"""Losses: functions ``(scores, y) -> (loss, dscores)``.

The loss is the mean over N examples, and dscores is its gradient with respect to the scores.
"""

from typing import Any

import numpy as np

from .layers._arguments import check_floats, describe
from .typing import Floats, Integers


def softmax_loss(scores: Floats, y: Integers) -> tuple[np.floating[Any], Floats]:
    """Compute the cross-entropy of the softmax and its gradient.

    The loss is the mean of -log p_y, where p = exp(s) / Σ exp(s). The function first subtracts each row's largest
    score. This doesn't change p, and it keeps exp from overflowing, so the loss is correct even for scores of 1e4 or
    more.

    Parameters
    ----------
    scores : ndarray (N, C)
        One score for each of C classes, float32 or float64.
    y : ndarray (N,) of int
        The correct classes, 0 <= y < C.

    Returns
    -------
    loss : scalar with the dtype of `scores`
    dscores : ndarray (N, C)
        Gradient of the loss with respect to the scores: (p - 1 at the correct class, p elsewhere) / N.

    Raises
    ------
    TypeError
        If `scores` is not a float32 or float64 array, or `y` is not an integer array.
    ValueError
        If the shapes do not match, or `y` contains anything but class indices.
    FloatingPointError
        If `scores` contains NaN or infinity.

    References
    ----------
    Goodfellow, Bengio, and Courville, Deep Learning, 2016, section 6.2.2.3.

    Examples
    --------
    If there are only two classes and their scores are equal, each has probability ½, and the loss is ln 2:

    >>> loss, dscores = softmax_loss(np.array([[3.0, 3.0]]), np.array([0]))
    >>> round(float(loss), 4)
    0.6931
    >>> dscores
    array([[-0.5,  0.5]])
    """
    _check(scores, y)
    n, rows = len(scores), np.arange(len(scores))
    # This is fast because exp is computed once, in place, and a single division gives p / N.
    p = scores - scores.max(axis=1, keepdims=True)
    correct = p[rows, y]
    np.exp(p, out=p)
    total = p.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - correct).mean()
    p /= n * total
    p[rows, y] -= 1 / n
    return loss, p


def svm_loss(scores: Floats, y: Integers) -> tuple[np.floating[Any], Floats]:
    """Compute Weston and Watkins' hinge loss and its gradient.

    The loss is Σ max(0, s_j - s_y + 1) over all wrong classes j, averaged over the examples.

    Parameters
    ----------
    scores : ndarray (N, C)
        One score for each of C classes, float32 or float64.
    y : ndarray (N,) of int
        The correct classes, 0 <= y < C.

    Returns
    -------
    loss : scalar with the dtype of `scores`
    dscores : ndarray (N, C)
        Gradient of the loss with respect to the scores: 1 / N at each wrong class within the margin, and minus the sum
        of these at the correct class. A class exactly at the margin, where there is a kink, gets 0.

    Raises
    ------
    TypeError
        If `scores` is not a float32 or float64 array, or `y` is not an integer array.
    ValueError
        If the shapes do not match, or `y` contains anything but class indices.
    FloatingPointError
        If `scores` contains NaN or infinity.

    References
    ----------
    Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999, section 3.

    Examples
    --------
    The second class is within the margin of 1, but the third class is not:

    >>> loss, dscores = svm_loss(np.array([[3.0, 2.5, 1.0]]), np.array([0]))
    >>> float(loss)
    0.5
    >>> dscores
    array([[-1.,  1.,  0.]])
    """
    _check(scores, y)
    n, rows = len(scores), np.arange(len(scores))
    margins = scores - scores[rows, y][:, None]
    margins += 1
    margins[rows, y] = 0
    np.maximum(margins, 0, out=margins)
    dscores = (margins > 0).astype(scores.dtype)
    dscores[rows, y] = -dscores.sum(axis=1)
    dscores /= n
    return margins.sum() / n, dscores


def _check(scores: Any, y: Any) -> None:
    check_floats(scores=scores)
    if scores.ndim != 2:
        raise ValueError(f"scores must have shape (N, C), with one row per example. Got shape {scores.shape}.")
    n, classes = scores.shape
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "iu":
        raise TypeError(
            "y must be an array of integers: the index of the correct class for each example. "
            f"Got {describe(y)}: use np.asarray(y, int)."
        )
    if y.shape != (n,):
        raise ValueError(f"y must have shape ({n},), with one label per example. Got shape {y.shape}.")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(
            f"y must lie in 0..{classes - 1}, the column indices of scores. Got values in {y.min()}..{y.max()}."
        )
    finite = np.isfinite(scores)
    if not finite.all():
        raise FloatingPointError(
            f"scores must be finite. Got NaN or infinity in {np.count_nonzero(~finite)} of {finite.size}: "
            "either training has diverged and you should lower the learning rate, or the data contain such values."
        )
