"""Losses: ``(scores, y) -> (loss, dscores)``, the mean over N examples and its gradient in the scores."""

import numpy as np

from .layers._arguments import floats, kind


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
    TypeError
        If `scores` are not an array of float32 or float64, or `y` not one of whole numbers.
    ValueError
        If the shapes do not fit, or `y` holds anything but the numbers of classes.
    FloatingPointError
        If `scores` hold NaN or infinity.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, 2016, section 6.2.2.3.

    Examples
    --------
    Two classes with equal scores: each has probability ½, and the loss is ln 2.

    >>> loss, dscores = softmax_loss(np.array([[3.0, 3.0]]), np.array([0]))
    >>> round(float(loss), 4)
    0.6931
    >>> dscores
    array([[-0.5,  0.5]])
    """
    _check(scores, y)
    n, rows = len(scores), np.arange(len(scores))
    # Fast because exp is taken once, in place, and one division makes p / N: three passes over the scores that count.
    p = scores - scores.max(axis=1, keepdims=True)
    right = p[rows, y]
    np.exp(p, out=p)
    total = p.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - right).mean()
    p /= n * total
    p[rows, y] -= 1 / n
    return loss, p


def svm_loss(scores, y):
    """The hinge loss of Weston and Watkins: the mean over examples of Σ over wrong classes j of max(0, s_j - s_y + 1).

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
        The gradient of the loss in the scores: 1 / N at each wrong class within the margin, and at the right class
        minus their sum. Exactly at the margin, where there is a kink, we take 0.

    Raises
    ------
    TypeError
        If `scores` are not an array of float32 or float64, or `y` not one of whole numbers.
    ValueError
        If the shapes do not fit, or `y` holds anything but the numbers of classes.
    FloatingPointError
        If `scores` hold NaN or infinity.

    References
    ----------
    Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999, section 3.

    Examples
    --------
    The second class lies within the margin of 1, and the third does not:

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


def _check(scores, y):
    floats(scores=scores)
    if scores.ndim != 2:
        raise ValueError(f"scores must have shape (N, C), a row an example. Got {scores.shape}.")
    n, classes = scores.shape
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "iu":
        raise TypeError(
            f"y must be an array of whole numbers, the right classes. Got {kind(y)}: use np.asarray(y, int)."
        )
    if y.shape != (n,):
        raise ValueError(f"y must have shape ({n},), one label an example. Got {y.shape}.")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(f"y must lie in 0..{classes - 1}, one column of scores a class. Got {y.min()}..{y.max()}.")
    finite = np.isfinite(scores)
    if not finite.all():
        raise FloatingPointError(
            f"scores must be finite. Got NaN or infinity in {np.count_nonzero(~finite)} of {finite.size}: "
            "training has diverged, so lower the learning rate; or the data held them already."
        )
