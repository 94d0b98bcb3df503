"""What `distill` teaches: alphabets and planes that are drawn anew for every case, so that only the teacher knows them.

The teacher is ideal: it knows how the examples are drawn, so its scores are the logarithms of the classes' exact
probabilities.
"""

from dataclasses import dataclass

import numpy as np

from gradlab.typing import Array, Floats, Integers

CHARACTERS, PIXELS = 10, 64
FLIPPED = 0.28  # the probability that a pixel in an example differs from the character's
CLASSES, SPREAD = 4, 0.21  # classes in a plane, and the spread of their clusters


@dataclass(frozen=True)
class Alphabet:
    """Ten characters of random black and white pixels, bool (10, 64). Each is a class."""

    characters: Array

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Alphabet":
        return cls(rng.random((CHARACTERS, PIXELS)) < 0.5)

    def examples(self, rng: np.random.Generator, y: Integers) -> Array:
        """Return badly printed characters, bool (N, 64), of the classes `y`."""
        return self.characters[y] ^ (rng.random((len(y), PIXELS)) < FLIPPED)

    def scores(self, X: Array) -> Floats:
        """Return the logarithms of the classes' probabilities, (N, 10)."""
        wrong = (X[:, None] != self.characters).sum(axis=2)
        return normalized(wrong * np.log(FLIPPED / (1 - FLIPPED)))


@dataclass(frozen=True)
class Plane:
    """Clusters of points around centers on a circle, two per class and opposite each other.

    `angles` (4,) holds the angle of each class's first center.
    """

    angles: Floats

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Plane":
        return cls(rng.uniform(0, 2 * np.pi) + np.pi * rng.permutation(CLASSES) / CLASSES)

    @property
    def centers(self) -> Floats:
        """The centers of the classes' first clusters, (4, 2). Those of the second clusters are their negatives."""
        return np.stack([np.cos(self.angles), np.sin(self.angles)], axis=1)

    def examples(self, rng: np.random.Generator, y: Integers) -> Floats:
        """Return points, (N, 2), of the classes `y`."""
        side = rng.choice([-1.0, 1.0], size=(len(y), 1))
        return side * self.centers[y] + SPREAD * rng.normal(size=(len(y), 2))

    def scores(self, X: Floats) -> Floats:
        """Return the logarithms of the classes' probabilities, (N, 4)."""
        along = X @ self.centers.T / SPREAD**2
        return normalized(np.logaddexp(along, -along))


def normalized(scores: Floats) -> Floats:
    """Shift each row of scores so that its entries are the logarithms of probabilities."""
    return scores - np.logaddexp.reduce(scores, axis=1)[:, None]
