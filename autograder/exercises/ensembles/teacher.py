"""The teacher for `distill`: the scores that an ensemble of ten networks gives every digit that ships with the course.

The scores are in ``teacher.npz``, which ``python -m autograder.exercises.ensembles.teacher`` made once, run from the
root of the repository.
"""

from functools import cache
from pathlib import Path

import numpy as np

from gradlab import data, models
from gradlab.typing import Floats, Integers

from .scores import softmax

PATH = Path(__file__).with_name("teacher.npz")
FOLDS, MEMBERS, EPOCHS, BATCH = 3, 10, 20, 25


@cache
def digits() -> tuple[Floats, Integers, Floats]:
    """All digits that ship with the course, in the order of the teacher's scores.

    Returns
    -------
    X : ndarray (N, 64)
        Pixels from 0 to 1, in sixteenths.
    y : ndarray (N,)
    teacher_scores : ndarray (N, 10)
        Logarithms of the ensemble's averaged probabilities. Each digit's scores come from networks that were trained
        on other digits.
    """
    loaded = data.load_digits(num_val=0, num_test=0)
    with np.load(PATH, allow_pickle=False) as file:
        scores = file["scores"].astype(np.float64)
    return loaded["X_train"] + loaded["mean_image"], loaded["y_train"], scores


def trained(X: Floats, y: Integers, seed: int) -> models.FullyConnectedNet:
    """A network with a hidden layer of 64, trained with a learning rate that falls linearly to zero."""
    rng = np.random.default_rng(seed)
    model = models.FullyConnectedNet([64], 64, 10, init="he", dtype=np.float64, seed=rng)
    batches = len(y) // BATCH
    for step in range(EPOCHS * batches):
        if step % batches == 0:
            order = rng.permutation(len(y))
        rows = order[step % batches * BATCH :][:BATCH]
        _, grads = model.loss(X[rows], y[rows])
        learning_rate = 0.4 * (1 - step / (EPOCHS * batches))
        for name, dw in grads.items():
            model.params[name] = model.params[name] - learning_rate * dw
    return model


def main() -> None:
    loaded = data.load_digits(num_val=0, num_test=0)
    X, y = loaded["X_train"], loaded["y_train"]
    fold, scores = np.arange(len(y)) % FOLDS, np.zeros((len(y), 10))
    for f in range(FOLDS):
        total = np.zeros((np.count_nonzero(fold == f), 10))
        for seed in range(MEMBERS):
            total += softmax(trained(X[fold != f], y[fold != f], MEMBERS * f + seed).loss(X[fold == f]))
        scores[fold == f] = np.log(total / MEMBERS)
    print(f"the ensembles are right about {(scores.argmax(axis=1) == y).mean():.1%} of the digits they never saw")
    np.savez_compressed(PATH, scores=scores.astype(np.float16))


if __name__ == "__main__":
    main()
