"""A network that was trained on seven digits, to be fine-tuned on the other three: 3, 6, and 9.

The network's images have 11 x 11 pixels, with a digit of 8 x 8 pixels at a random place. Its parameters are in
``pretrained.npz``, which was made once with ``python -m autograder.exercises.regularization.pretrained``, run from the
repository's root.
"""

from pathlib import Path

import numpy as np

from gradlab import data, models, solver
from gradlab.typing import Floats, Integers, Params

PATH = Path(__file__).with_name("pretrained.npz")
SIDE = 11
NEW = (3, 6, 9)
OLD = (0, 1, 2, 4, 5, 7, 8)


def pretrained() -> Params:
    """The network's parameters: W1 (121, 64), b1, W2 (64, 64), b2, W3 (64, 7), b3, in float32."""
    with np.load(PATH, allow_pickle=False) as file:
        return dict(file)


def digits() -> tuple[Floats, Integers]:
    """All digits that ship with the course, with pixels from 0 to 1.

    Returns
    -------
    X : ndarray (N, 64)
    y : ndarray (N,)
    """
    shipped = data.load_digits(num_val=0, num_test=0)
    return shipped["X_train"] + shipped["mean_image"], shipped["y_train"]


def at_random_places(rng: np.random.Generator, X: Floats) -> Floats:
    """Each digit of `X`, (N, 64), at a random place in a larger image: ndarray (N, 121) of float32."""
    images = np.zeros((len(X), SIDE, SIDE), dtype=np.float32)
    places = rng.integers(SIDE - 8 + 1, size=(len(X), 2))
    for image, digit, (i, j) in zip(images, X, places, strict=True):
        image[i : i + 8, j : j + 8] = digit.reshape(8, 8)
    return images.reshape(len(X), -1)


def main() -> None:
    rng = np.random.default_rng(0)
    X, y = digits()
    old = np.isin(y, OLD)
    X, y = np.repeat(X[old], 20, axis=0), np.searchsorted(OLD, np.repeat(y[old], 20))
    X = at_random_places(rng, X)
    train = {"X_train": X, "y_train": y, "X_val": X[:500], "y_val": y[:500]}
    network = models.FullyConnectedNet([64, 64], X.shape[1], len(OLD), init="he", reg=1e-4, seed=0)
    config = {"learning_rate": 0.2}
    solver.Solver(network, train, optim_config=config, lr_decay=0.8, batch_size=50, num_epochs=12, rng=0).train()
    np.savez(PATH, allow_pickle=False, **network.params)


if __name__ == "__main__":
    main()
