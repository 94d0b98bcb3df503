"""Learning rate races: small networks learn to read digits with a given learning rate at each step.

A race trains many networks, so that luck averages out. It trains all of them at once in stacked arrays, which is fast.
"""

import numpy as np

from .data import load_digits
from .typing import Floats, Integers

HIDDEN, BATCH = 32, 2
LABEL_NOISE = 0.5  # the fraction of labels replaced by random digits, which makes the gradients noisy

NetworkParams = tuple[Floats, Floats, Floats, Floats]


def accuracies(rates: Floats, X: Floats, y: Integers, *, seed: int, moments: int = 1, networks: int = 32) -> Floats:
    """Train networks by plain gradient descent with the given learning rates, and measure their accuracy on digits.

    Each network has 64 inputs, 32 hidden units with ReLU, and 10 classes. The networks start from different random
    weights, and each of them takes every step on its own two images from the training set of
    `gradlab.data.load_digits`. Half of the training labels are replaced by random digits. Accuracy is measured with the
    true labels.

    Parameters
    ----------
    rates : ndarray (T,)
        The learning rate of each step.
    X : ndarray (N, 64)
        The images on which to measure accuracy, with the mean image of the training set subtracted.
    y : ndarray (N,) of int
        The digits in the images.
    seed : int
        The seed for the initial weights, the training images, and the wrong labels.
    moments : int
        The number of times to measure accuracy, at equal intervals. The last measurement follows the last step.
    networks : int
        The number of networks. More networks take longer, but make the result less random.

    Returns
    -------
    ndarray (moments,)
        The fraction of digits read correctly, averaged over all networks. Guessing at random gives about 0.1, which is
        also the result if the learning rates are so high that the weights overflow.

    Raises
    ------
    ValueError
        If `rates` is not one-dimensional or has fewer than `moments` elements, or `moments` is less than 1.

    Examples
    --------
    >>> from gradlab import data
    >>> digits = data.load_digits()
    >>> rates = np.full(100, 0.1)
    >>> measured = accuracies(rates, digits["X_val"], digits["y_val"], seed=0, moments=4)
    >>> len(measured), bool(0.3 < measured[-1] < 0.7)
    (4, True)
    """
    rates = np.asarray(rates, dtype=np.float64)
    if rates.ndim != 1 or not 1 <= moments <= len(rates):
        raise ValueError(
            f"rates must have shape (T,), with T >= moments >= 1. Got shape {rates.shape} and moments = {moments}."
        )
    digits, rng = load_digits(), np.random.default_rng(seed)
    shape = (len(rates), networks, BATCH)
    rows = rng.integers(len(digits["y_train"]), size=shape)
    labels = np.where(rng.random(shape) < LABEL_NOISE, rng.integers(10, size=shape), digits["y_train"][rows])
    params = _initial_params(rng, networks)
    measure_after = set(np.linspace(0, len(rates), moments + 1)[1:].astype(int).tolist())
    measured = []
    with np.errstate(all="ignore"):  # the weights may overflow
        for step, rate in enumerate(rates.tolist()):
            _gradient_step(params, digits["X_train"][rows[step]], labels[step], rate)
            if step + 1 in measure_after:
                measured.append((_forward(params, X)[1].argmax(axis=2) == y).mean())
    return np.array(measured)


def _initial_params(rng: np.random.Generator, networks: int) -> NetworkParams:
    """Return random weights that preserve the scale of the signal, and biases of zero."""
    W1 = rng.normal(size=(networks, 64, HIDDEN)) * np.sqrt(2 / 64)
    W2 = rng.normal(size=(networks, HIDDEN, 10)) * np.sqrt(1 / HIDDEN)
    return W1, np.zeros((networks, 1, HIDDEN)), W2, np.zeros((networks, 1, 10))


def _forward(params: NetworkParams, x: Floats) -> tuple[Floats, Floats]:
    """Return the hidden activations and the class probabilities of every network."""
    W1, b1, W2, b2 = params
    hidden = np.maximum(x @ W1 + b1, 0)
    scores = hidden @ W2 + b2
    p = np.exp(scores - scores.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    return hidden, p


def _gradient_step(params: NetworkParams, x: Floats, y: Integers, rate: float) -> None:
    """Take one step of gradient descent with every network, in place."""
    W1, b1, W2, b2 = params
    hidden, dscores = _forward(params, x)
    dscores[np.arange(len(y))[:, None], np.arange(BATCH), y] -= 1
    dscores /= BATCH
    dhidden = dscores @ W2.transpose(0, 2, 1) * (hidden > 0)
    W2 -= rate * (hidden.transpose(0, 2, 1) @ dscores)
    b2 -= rate * dscores.sum(axis=1, keepdims=True)
    W1 -= rate * (x.transpose(0, 2, 1) @ dhidden)
    b1 -= rate * dhidden.sum(axis=1, keepdims=True)
