"""Races of learning rates: small networks learn to read digits, and all that differs is the rate of each step.

The networks are many, so that luck evens out, and are trained side by side in arrays, so that it does not take long.
"""

import numpy as np

from .data import load_digits

HIDDEN, BATCH = 32, 2
GUESSED = 0.5  # the share of labels that are replaced by random digits: the gradients are that noisy


def accuracies(rates, X, y, *, seed, moments=1, networks=32):
    """Train networks with given learning rates by plain gradient descent, and see how many digits they read.

    Networks of 64 inputs, 32 hidden units with a rectifier and 10 classes each start from weights of their own and
    take every step on two images of their own, out of the training set of `gradlab.data.load_digits`. Half of the
    labels they learn from are replaced by random ones; what is measured is measured with the true ones.

    Parameters
    ----------
    rates : ndarray (T,)
        The learning rate of each step.
    X : ndarray (N, 64)
        Other images, with the mean image of that training set subtracted.
    y : ndarray (N,) of int
        The digits on them.
    seed : int
        For first weights, images and wrong labels.
    moments : int
        How often to measure: at even distances, the last time after the last step.
    networks : int
        More of them take longer and leave less to luck.

    Returns
    -------
    ndarray (moments,)
        The share of digits read rightly, as a mean over all networks; about a tenth is chance, and also what is left
        where rates are so high that the weights overflow.

    Raises
    ------
    ValueError
        If `rates` is no row of numbers, or shorter than the number of moments.

    Examples
    --------
    >>> from gradlab import data
    >>> digits = data.load_digits()
    >>> rates = np.full(100, 0.1)
    >>> shares = accuracies(rates, digits["X_val"], digits["y_val"], seed=0, moments=4)
    >>> len(shares), bool(0.3 < shares[-1] < 0.7)
    (4, True)
    """
    rates = np.asarray(rates, dtype=np.float64)
    if rates.ndim != 1 or not 1 <= moments <= len(rates):
        raise ValueError(
            f"rates must have shape (T,), T at least the number of moments, {moments}. Got shape {rates.shape}."
        )
    digits, rng = load_digits(), np.random.default_rng(seed)
    shape = (len(rates), networks, BATCH)
    rows = rng.integers(len(digits["y_train"]), size=shape)
    labels = np.where(rng.random(shape) < GUESSED, rng.integers(10, size=shape), digits["y_train"][rows])
    params = _start(rng, networks)
    measured = set(np.linspace(0, len(rates), moments + 1)[1:].astype(int).tolist())
    found = []
    with np.errstate(all="ignore"):  # as where the weights overflow
        for step, rate in enumerate(rates.tolist()):
            _descend(params, digits["X_train"][rows[step]], labels[step], rate)
            if step + 1 in measured:
                found.append((_forward(params, X)[1].argmax(axis=2) == y).mean())
    return np.array(found)


def _start(rng, networks):
    """Weights that keep the size of what goes through them, and biases of zero."""
    W1 = rng.normal(size=(networks, 64, HIDDEN)) * np.sqrt(2 / 64)
    W2 = rng.normal(size=(networks, HIDDEN, 10)) * np.sqrt(1 / HIDDEN)
    return W1, np.zeros((networks, 1, HIDDEN)), W2, np.zeros((networks, 1, 10))


def _forward(params, x):
    """What the hidden units say, and the probabilities of the classes."""
    W1, b1, W2, b2 = params
    hidden = np.maximum(x @ W1 + b1, 0)
    scores = hidden @ W2 + b2
    p = np.exp(scores - scores.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    return hidden, p


def _descend(params, x, y, rate):
    """One step of every network, in place."""
    W1, b1, W2, b2 = params
    hidden, dscores = _forward(params, x)
    dscores[np.arange(len(y))[:, None], np.arange(BATCH), y] -= 1
    dscores /= BATCH
    dhidden = dscores @ W2.transpose(0, 2, 1) * (hidden > 0)
    W2 -= rate * (hidden.transpose(0, 2, 1) @ dscores)
    b2 -= rate * dscores.sum(axis=1, keepdims=True)
    W1 -= rate * (x.transpose(0, 2, 1) @ dhidden)
    b1 -= rate * dhidden.sum(axis=1, keepdims=True)
