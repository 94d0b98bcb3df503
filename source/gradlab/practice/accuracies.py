"""Made-up accuracies on the training and validation sets, each pair a clear example of one kind."""

from collections.abc import Callable

import numpy as np

from ..typing import Array
from .mixing import mixed

GAPS = ("overfits", "too little capacity", "not finished", "fits well")
EPOCHS = 30
TIME = np.arange(EPOCHS + 1) / EPOCHS

Record = tuple[Array, Array | float]


def accuracy_records(count: int, *, rng: int | np.random.Generator | None) -> tuple[Array, Array]:
    """Return the accuracies of runs in random order, with a diagnosis of each.

    Parameters
    ----------
    count : int
    rng : int, numpy.random.Generator or None
        The seed or generator. The same seed gives the same records.

    Returns
    -------
    records : ndarray (count, 2, 31)
        For each run, the accuracy on the training set (row 0) and on the validation set (row 1), before training and
        after each of 30 epochs.
    labels : ndarray (count,) of str
        "overfits", "too little capacity", "not finished", or "fits well".

    Examples
    --------
    >>> records, labels = accuracy_records(8, rng=0)
    >>> records.shape, sorted(set(labels.tolist()))
    ((8, 2, 31), ['fits well', 'not finished', 'overfits', 'too little capacity'])
    """
    return mixed(accuracy_record, GAPS, count, rng=np.random.default_rng(rng))


def accuracy_record(rng: np.random.Generator, kind: str, nth: int) -> Array:
    """Return the accuracies (2, 31) of run number `nth` of one kind; see `mixed`."""
    chance = 1 / rng.choice([4, 5, 10, 20, 100])
    training, gap = _RECORDS[kind](rng, nth)
    # Training accuracy is measured on more examples, so it is less noisy.
    noise = np.array([[0.004], [0.01]])
    accuracies = chance + (np.stack([training, training - gap]) - chance) * _growth(rng, kind)
    return np.clip(accuracies + noise * rng.normal(size=accuracies.shape), 0, 1)


def _growth(rng: np.random.Generator, kind: str) -> Array:
    """Growth from 0 to 1 over the run, which levels off early unless the kind is "not finished"."""
    if kind == "not finished":
        return TIME ** rng.uniform(0.8, 1.2)
    return 1 - np.exp(-TIME / rng.uniform(0.04, 0.08))


def _overfitting(rng: np.random.Generator, nth: int) -> Record:
    """Near-perfect training accuracy and far lower validation accuracy, which falls again in every other run."""
    top = rng.uniform(0.9, 1.0)
    gap = np.full(EPOCHS + 1, rng.uniform(0.25, min(0.45, top - 0.4)))
    if nth % 2:
        gap = gap + rng.uniform(0.04, 0.1) * np.maximum(TIME - 0.4, 0) / 0.6
    return np.full(EPOCHS + 1, top), gap


def _small(rng: np.random.Generator, nth: int) -> Record:
    return np.full(EPOCHS + 1, rng.uniform(0.4, 0.65)), rng.uniform(0.0, 0.04)


def _rising(rng: np.random.Generator, nth: int) -> Record:
    return np.full(EPOCHS + 1, rng.uniform(0.6, 0.9)), rng.uniform(0.0, 0.03)


def _good(rng: np.random.Generator, nth: int) -> Record:
    return np.full(EPOCHS + 1, rng.uniform(0.93, 0.99)), rng.uniform(0.0, 0.04)


_RECORDS: dict[str, Callable[[np.random.Generator, int], Record]] = dict(
    zip(GAPS, (_overfitting, _small, _rising, _good), strict=True)
)
