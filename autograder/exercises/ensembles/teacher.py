"""The teacher of `distill`: what an ensemble of ten networks says of every digit that ships with the course.

It was made once, by ``python -m autograder.exercises.ensembles.teacher`` from the root.
"""

from functools import cache
from pathlib import Path

import numpy as np

from gradlab import data, models

PATH = Path(__file__).with_name("teacher.npz")
FOLDS, MEMBERS, EPOCHS, BATCH = 3, 10, 20, 25


@cache
def digits():
    """All digits that ship with the course, in the order of the teacher's scores.

    Returns
    -------
    X : ndarray (N, 64)
        Pixels in sixteenths, 0 to 1.
    y : ndarray (N,)
    teacher_scores : ndarray (N, 10)
        Logarithms of the ensemble's averaged probabilities. They come from members that were trained on other digits.
    """
    loaded = data.load_digits(num_val=0, num_test=0)
    with np.load(PATH, allow_pickle=False) as file:
        scores = file["scores"].astype(np.float64)
    return loaded["X_train"] + loaded["mean_image"], loaded["y_train"], scores


def trained(X, y, seed):
    """A network with a hidden layer of 64, trained at a rate that falls to zero."""
    draws = np.random.default_rng(seed)
    model = models.FullyConnectedNet([64], 64, 10, init="he", dtype=np.float64, seed=draws)
    batches = len(y) // BATCH
    for step in range(EPOCHS * batches):
        if step % batches == 0:
            order = draws.permutation(len(y))
        rows = order[step % batches * BATCH :][:BATCH]
        _, grads = model.loss(X[rows], y[rows])
        rate = 0.4 * (1 - step / (EPOCHS * batches))
        for name, dw in grads.items():
            model.params[name] = model.params[name] - rate * dw
    return model


def main():
    loaded = data.load_digits(num_val=0, num_test=0)
    X, y = loaded["X_train"], loaded["y_train"]
    fold, scores = np.arange(len(y)) % FOLDS, np.zeros((len(y), 10))
    for f in range(FOLDS):
        total = np.zeros((np.count_nonzero(fold == f), 10))
        for seed in range(MEMBERS):
            s = trained(X[fold != f], y[fold != f], MEMBERS * f + seed).loss(X[fold == f])
            p = np.exp(s - s.max(axis=1, keepdims=True))
            total += p / p.sum(axis=1, keepdims=True)
        scores[fold == f] = np.log(total / MEMBERS)
    print(f"the ensembles are right on {(scores.argmax(axis=1) == y).mean():.1%} of the digits that they never saw")
    np.savez_compressed(PATH, scores=scores.astype(np.float16))


if __name__ == "__main__":
    main()
