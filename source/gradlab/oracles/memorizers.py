"""Networks that can fit any labels, and their predictions for other examples."""

from typing import Any

import numpy as np

from ..typing import Floats, Integers
from ._arguments import check_index

HIDDEN = 100
EXAMPLES, FEATURES, CLASSES = 500, 200, 100  # upper limits, so that one call takes milliseconds


def train_and_predict(which: int, X: Floats, y: Integers, X_new: Floats, seed: Integers, learns: Floats) -> Integers:
    """Train network number `which` from scratch on some examples, and predict the classes of others.

    The network has one hidden layer of 100 ReLUs, whose weights keep their initial values. The last layer is
    fitted to the labels by least squares: with fewer examples than hidden units, it fits all examples, whatever
    their labels are. A network that learns only a fraction of the examples is trained only on the first ones. Nothing
    is remembered from one call to the next.

    Parameters
    ----------
    which : int
        Index of the network, counting from 0.
    X : ndarray (N, D)
        The training examples.
    y : ndarray (N,) of int
        The class of each training example.
    X_new : ndarray (M, D)
        The examples whose classes are predicted.
    seed : ndarray (T,) of int
        The seed of each network's initial weights.
    learns : ndarray (T,)
        The fraction of the examples that each network learns, from 0 to 1. If the fraction is 0, the network always
        predicts class 0.

    Returns
    -------
    ndarray (M,) of int
        The predicted classes.

    Raises
    ------
    ValueError
        If no network has the index `which`, an array has the wrong shape, kind, or size, or a class is out of range.
    """
    check_index("which", which, len(seed))
    X, X_new = _examples("X", X), _examples("X_new", X_new)
    if X.shape[1] != X_new.shape[1]:
        raise ValueError(f"X and X_new must have the same number of features. Got {X.shape[1]} and {X_new.shape[1]}.")
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "iu" or y.shape != (len(X),):
        raise ValueError(f"y must be an array ({len(X)},) of whole numbers, one class for each row. Got {y!r:.80}.")
    if y.min() < 0 or y.max() >= CLASSES:
        raise ValueError(f"the classes in y must be in 0..{CLASSES - 1}. Got classes in {y.min()}..{y.max()}.")
    seen = int(np.ceil(learns[which] * len(X)))
    if seen == 0:
        return np.zeros(len(X_new), dtype=np.int64)
    X, y = X[:seen], y[:seen]
    rng = np.random.default_rng(int(seed[which]))
    mean = X.mean(axis=0)
    W, b = rng.normal(size=(X.shape[1], HIDDEN)), rng.normal(size=HIDDEN)
    hidden, hidden_new = (np.maximum((rows - mean) @ W + b, 0) for rows in (X, X_new))
    # Solve the least-squares problem with the N x N matrix of inner products. The small ridge keeps the matrix
    # invertible if some rows are equal.
    products = hidden @ hidden.T
    products[np.diag_indices(len(X))] += 1e-9 * np.trace(products)
    targets = np.eye(y.max() + 1)[y]
    return (hidden_new @ hidden.T @ np.linalg.solve(products, targets)).argmax(axis=1)


def _examples(name: str, X: Any) -> Floats:
    if not isinstance(X, np.ndarray) or X.ndim != 2 or X.dtype.kind not in "fiu" or not np.isfinite(X).all():
        raise ValueError(f"{name} must be an array (N, D) of finite numbers. Got {X!r:.80}.")
    if not 1 <= len(X) <= EXAMPLES or not 1 <= X.shape[1] <= FEATURES:
        raise ValueError(f"{name} must have 1 to {EXAMPLES} rows and 1 to {FEATURES} columns. Got shape {X.shape}.")
    return X.astype(np.float64)
