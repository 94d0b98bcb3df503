"""A training exercise: many answers are correct, so the judge measures the accuracy on examples that only it has."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab.checks.outcome import Outcome
from gradlab.checks.run import Unexpected

ENOUGH = 0.95


def parameters(function, **inputs):
    """Return the entries of the dict that one call to `function` returns."""
    returned = function(**inputs)
    if not isinstance(returned, dict):
        raise Unexpected("a dict of arrays", returned)
    return {str(name): value for name, value in returned.items()}


def blobs(rng, centers, sizes):
    """Draw two sets of labeled examples around `centers`: one for the student, one for the judge."""
    centers = np.array(centers, dtype=float)
    y = np.repeat(np.arange(len(centers)), sizes)
    return [(centers[y] + 0.4 * rng.normal(size=(len(y), centers.shape[1])), y) for _ in range(2)]


class TrainClassifier(Exercise):
    """Train a linear classifier."""

    name, points = "train_classifier", 3
    driver = parameters

    def reference(X, y):
        """Train a linear classifier. Return W (D, C) and b (C,)."""
        classes = np.arange(y.max() + 1)
        W, b = np.zeros((X.shape[1], len(classes))), np.zeros(len(classes))
        mean = X.mean(axis=0)
        for _ in range(300):
            scores = (X - mean) @ W + b
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            error = (p - (y[:, None] == classes)) / len(y)
            W -= 0.5 * (X - mean).T @ error
            b -= 0.5 * error.sum(axis=0)
        return {"W": W, "b": b - mean @ W}

    def cases(rng):
        for label, centers, sizes in (
            ("three classes", [[2, 0], [-2, 0], [0, 3]], [40, 40, 40]),
            ("few examples of one class", [[2, 0], [-2, 0]], [60, 20]),
            ("all far from the origin", [[20, 21], [21, 23], [24, 22]], [40, 40, 40]),
        ):
            (X, y), (others, labels) = blobs(rng, centers, sizes)
            yield Case(label, X=X, y=y, truth={"X": others, "y": labels})

    def judge(case, returned):
        W, b, truth = returned["W"], returned["b"], case.truth
        classes = truth["y"].max() + 1
        if W.shape != (truth["X"].shape[1], classes) or b.shape != (classes,):
            return Outcome.failed("wrong_shape")
        right = (np.argmax(truth["X"] @ W + b, axis=1) == truth["y"]).mean()
        return Outcome(bool(right >= ENOUGH), finding=finding_of(right))

    @mistake("Nothing was learned: return the parameters after training.")
    def never_trained(X, y):
        return {"W": np.zeros((X.shape[1], y.max() + 1)), "b": np.zeros(y.max() + 1)}

    @mistake("The bias is not trained.")
    def no_bias(X, y):
        centers = np.stack([X[y == c].mean(axis=0) for c in range(y.max() + 1)])
        return {"W": 2 * centers.T, "b": np.zeros(len(centers))}

    @mistake("The loss rises: step against the gradient.")
    def uphill(X, y):
        centers = np.stack([X[y == c].mean(axis=0) for c in range(y.max() + 1)])
        return {"W": -2 * centers.T, "b": (centers**2).sum(axis=1)}

    @mistake("W is transposed.")
    def transposed(X, y):
        centers = np.stack([X[y == c].mean(axis=0) for c in range(y.max() + 1)])
        return {"W": 2 * centers, "b": -(centers**2).sum(axis=1)}

    @mistake("Training ended in NaN: the learning rate is too large.")
    def diverged(X, y):
        return {"W": np.full((X.shape[1], y.max() + 1), np.nan), "b": np.zeros(y.max() + 1)}

    @mistake("Return a dict.")
    def returns_an_array(X, y):
        return np.zeros((X.shape[1], y.max() + 1))

    @variant
    def by_centers(X, y):
        centers = np.stack([X[y == c].mean(axis=0) for c in range(y.max() + 1)])
        return {"b": -(centers**2).sum(axis=1), "W": 2 * centers.T}

    @variant
    def by_least_squares_in_float32(X, y):
        ones = np.hstack([X, np.ones((len(X), 1))])
        solution = np.linalg.lstsq(ones, (y[:, None] == np.arange(y.max() + 1)) - 0.5)[0].astype(np.float32)
        return {"W": solution[:-1], "b": solution[-1]}


def finding_of(right):
    if right >= ENOUGH:
        return ""
    return "fewer than a tenth of the predictions are correct" if right < 0.1 else "too few predictions are correct"
