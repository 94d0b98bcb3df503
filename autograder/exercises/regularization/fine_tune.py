"""Transfer learning: keep what a network has learned, and retrain its last layer for a new task."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers, properties

from .pretrained import NEW, OLD, at_random_places, digits, pretrained

LEARN, JUDGE = 25, 40  # examples per class


class FineTune(Exercise):
    """A few examples are enough for the last layer, because the layers before it have already learned to see."""

    name, points = "fine_tune", 3
    done = "You have put a new last layer on a trained network and trained it with 25 examples per class."
    driver = drivers.call_for_dict
    judge = properties.fine_tunes_last_layer
    trains = True
    seconds = 20.0

    def reference(params, X, y, num_classes):
        """Give a trained network a new last layer, and train only that layer.

        The network has two hidden layers:  relu(relu(X W1 + b1) W2 + b2) W3 + b3.

        Parameters
        ----------
        params : dict of str to ndarray
            W1 (D, M1), b1 (M1,), W2 (M1, M2), b2 (M2,), and W3, b3 for the classes it was trained on; float32.
        X : ndarray (N, D)
            Examples of the new task; float32 in 0..1. Each case has 25 per class.
        y : ndarray (N,) of int
            Their classes, 0 <= y < num_classes, numbered independently of the old ones.
        num_classes : int

        Returns
        -------
        params : dict of str to ndarray
            The same keys. W1, b1, W2, and b2 are frozen: return them unchanged, to the last bit. W3 (M2, num_classes)
            and b3 (num_classes,) are trained, for instance by a few hundred steps of gradient descent on the softmax
            loss. The network must correctly classify at least 55% of new examples from the same classes.

        References
        ----------
        Yosinski, Clune, Bengio & Lipson, "How transferable are features in deep neural networks?" (2014).
        """
        hidden1 = np.maximum(X @ params["W1"] + params["b1"], 0)
        hidden2 = np.maximum(hidden1 @ params["W2"] + params["b2"], 0)
        W, b = np.zeros((hidden2.shape[1], num_classes)), np.zeros(num_classes)
        for _ in range(300):
            scores = hidden2 @ W + b
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            p[np.arange(len(y)), y] -= 1
            W -= 0.1 * (hidden2.T @ p / len(y) + 1e-3 * W)
            b -= 0.1 * p.mean(axis=0)
        return {**params, "W3": W, "b3": b}

    def cases(rng):
        yield new_task(rng, "three digits that the network has never seen", rng.permutation(NEW), accuracy=0.55)
        both = np.concatenate([rng.permutation(NEW)[:2], rng.choice(OLD, 2, replace=False)])
        yield new_task(rng, "two new digits and two old ones, in any order", rng.permutation(both), accuracy=0.55)

    untouched = mistake(
        "Is the last layer new? You return the network as it was, for the old classes. Give it a new W3 and b3, and "
        "train them.",
        {', "W3": W, "b3": b': ""},
    )
    not_trained = mistake(
        "Has the last layer learned anything? Its weights are all zeros. Train it on X and y.",
        {"range(300)": "range(0)"},
    )
    nothing_frozen = mistake(
        "Which parameters may change? Only W3 and b3. At least one frozen layer has changed: return W1, b1, W2, and b2 "
        "exactly as they were.",
        {"**params": "**{name: 0.999 * w for name, w in params.items()}"},
    )
    on_pixels = mistake(
        "What shape should the new layer have? Your W3 or b3 has the wrong one. W3 has one row per unit of the second "
        "hidden layer, whose output it takes, and one column per new class; b3 has one entry per new class.",
        {'np.maximum(hidden1 @ params["W2"] + params["b2"], 0)': "X"},
    )
    uphill = mistake(
        "Does the loss go down while you train? Your network barely beats guessing. Train the last layer downhill, on "
        "the output of the second hidden layer, and keep each label with its example.",
        {"W -=": "W +=", "b -=": "b +="},
    )
    last_layer_alone = mistake(
        "Which keys does your dict have? It should have exactly those of params: the frozen layers as well as the new "
        "one.",
        {"**params, ": ""},
    )
    diverged = mistake(
        "Did training diverge? The parameters or the scores aren't finite. Use a smaller learning rate, and subtract "
        "each example's largest score before exp.",
        {" - scores.max(axis=1, keepdims=True)": "", "W -= 0.1": "W -= 1e3"},
    )
    returns_the_weights = mistake(
        "What should you return? Not one array, but a dict with all parameters.", {'{**params, "W3": W, "b3": b}': "W"}
    )

    @variant
    def by_least_squares(params, X, y, num_classes):
        H = np.maximum(X.astype(np.float64) @ params["W1"] + params["b1"], 0)
        H = np.maximum(H @ params["W2"] + params["b2"], 0)
        H = np.hstack([H, np.ones((len(H), 1))])
        targets = np.eye(num_classes)[y] - 0.5
        solution = np.linalg.solve(H.T @ H + np.eye(H.shape[1]), H.T @ targets).astype(np.float32)
        params["W3"], params["b3"] = solution[:-1], solution[-1]
        return params

    @variant
    def by_minibatches_with_momentum(params, X, y, num_classes):
        rng = np.random.default_rng()
        H = np.maximum(X @ params["W1"] + params["b1"], 0)
        H = np.maximum(H @ params["W2"] + params["b2"], 0)
        W = 0.01 * rng.standard_normal((H.shape[1], num_classes)).astype(np.float32)
        b, v = np.zeros(num_classes, np.float32), np.zeros_like(W)
        for _ in range(300):
            rows = rng.choice(len(y), 20)
            scores = H[rows] @ W + b
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = (p / p.sum(axis=1, keepdims=True) - np.eye(num_classes)[y[rows]]) / len(rows)
            v = 0.9 * v - 0.01 * H[rows].T @ error
            W, b = W + v, b - 0.1 * error.sum(axis=0)
        return {name: w.copy() for name, w in params.items()} | {"W3": W, "b3": b}


def new_task(rng, label, classes, accuracy):
    """A case with examples of these digits, renumbered in this order, and other examples to judge the network on."""
    X, y = digits()
    chosen = [rng.permutation(np.flatnonzero(y == digit))[: LEARN + JUDGE] for digit in classes]
    learn, judge = (np.concatenate([rows[part] for rows in chosen]) for part in (slice(LEARN), slice(LEARN, None)))
    learn = rng.permutation(learn)
    numbers = {digit: number for number, digit in enumerate(classes)}
    labels = {
        name: np.array([numbers[digit] for digit in y[rows]]) for name, rows in (("learn", learn), ("judge", judge))
    }
    # The pixels are sixteenths, which are exact in half precision; half precision keeps the public cases small.
    others = at_random_places(rng, X[judge]).astype(np.float16)
    return Case(
        label,
        params=pretrained(),
        X=at_random_places(rng, X[learn]),
        y=labels["learn"],
        num_classes=len(classes),
        truth={"X": others, "y": labels["judge"], "num_classes": len(classes), "accuracy": accuracy},
    )
