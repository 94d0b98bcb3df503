"""A network that memorizes twenty examples; one that cannot do so cannot learn anything."""

from functools import cache

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import he_parameters
from gradlab import data, drivers, properties

LOSS = 0.01

SMALL_WEIGHTS = {"np.sqrt(2 / X.shape[1])": "0.1", "np.sqrt(2 / hidden)": "0.1"}  # edits to the reference


@cache
def digits():
    """Training images (N, 64) and labels (N,), loaded once."""
    loaded = data.load_digits()
    return loaded["X_train"], loaded["y_train"]


def subset_case(label, X, y, num_classes, seed):
    """A case whose truth is the subset itself."""
    truth = {"X": X, "y": y, "num_classes": num_classes, "accuracy": 1.0, "loss": LOSS}
    return Case(label, X=X, y=y, num_classes=num_classes, seed=seed, truth=truth)


def crossed_pairs(rng, num_classes, examples):
    """Clusters on a circle, two per class and opposite each other, so that no straight lines separate the classes.

    The circle is turned by a random angle, and the classes come in a random order around it.
    """
    cluster = rng.permutation(np.arange(examples) % (2 * num_classes))
    angle = rng.uniform(0, 2 * np.pi) + np.pi * cluster / num_classes
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.05 * rng.normal(size=(examples, 2))
    return X, rng.permutation(num_classes)[cluster % num_classes]


class OverfitTinySubset(Exercise):
    """Train on a few examples until all of them are right and the loss is nearly zero."""

    name, points = "overfit_tiny_subset", 5
    done = "Your network can memorize twenty examples, random labels included, so it is able to learn."
    driver = drivers.call_for_dict
    judge = properties.classifies_accurately
    trains = True
    seconds = 30.0

    def reference(X, y, num_classes, seed=0):
        """Train a network on a handful of examples until it has memorized them, without regularization.

        The check uses the parameters that you return: the network must get all of these examples right, with a mean
        cross-entropy of at most 0.01. The network has affine layers with a ReLU between consecutive layers, like
        `gradlab.models.FullyConnectedNet`, and may have any number of layers of any size. Use that class, or write
        the network yourself.

        Parameters
        ----------
        X : ndarray (N, D)
            12 to 20 examples. The features are roughly between -2 and 2. There may be as few as two features, and
            then a linear classifier won't do.
        y : ndarray (N,) of int
            Their classes, from 0 to `num_classes` - 1. Labels may be random, because this only tests memory.
        num_classes : int
        seed : int
            For the initial weights.

        Returns
        -------
        dict of str to ndarray
            W1 (D, H), b1 (H,), W2 (H, ...), b2, and so on, up to a layer with `num_classes` columns, in float32 or
            float64.

        Notes
        -----
        `gradlab.solver.Solver` keeps the parameters with the best validation accuracy. Here, those are the first ones
        that get all examples right, long before the loss is low. So write the loop yourself.

        With plain gradient descent, start from a learning rate of 0.3 and weights with a standard deviation of 0.1 (in
        `FullyConnectedNet`, ``weight_scale=0.1``; its default of 0.01 needs many more steps). The random labels take
        the longest: go on until the loss is low enough, not for a fixed number of steps.

        All cases together may take 30 seconds, but one second is plenty.
        """
        rng = np.random.default_rng(seed)
        hidden, rows = 100, np.arange(len(y))
        params = {
            "W1": rng.normal(size=(X.shape[1], hidden)) * np.sqrt(2 / X.shape[1]),
            "b1": np.zeros(hidden),
            "W2": rng.normal(size=(hidden, num_classes)) * np.sqrt(2 / hidden),
            "b2": np.zeros(num_classes),
        }
        velocity = {name: np.zeros_like(w) for name, w in params.items()}
        for _ in range(2000):
            out = np.maximum(X @ params["W1"] + params["b1"], 0)
            scores = out @ params["W2"] + params["b2"]
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            if -np.log(p[rows, y]).mean() < 0.001:
                break
            p[rows, y] -= 1
            dscores = p / len(y)
            dout = dscores @ params["W2"].T * (out > 0)
            grads = {"W1": X.T @ dout, "b1": dout.sum(axis=0), "W2": out.T @ dscores, "b2": dscores.sum(axis=0)}
            for name in params:
                velocity[name] = 0.9 * velocity[name] - 0.2 * grads[name]
                params[name] += velocity[name]
        return params

    def cases(rng):
        images, labels = digits()

        def seed():
            return int(rng.integers(1000))

        rows = rng.permutation([row for c in range(10) for row in rng.choice(np.flatnonzero(labels == c), 2, False)])
        yield subset_case("twenty digits, two of each", images[rows], labels[rows], 10, seed())
        rows = rng.choice(len(images), 20, replace=False)
        yield subset_case(
            "twenty digits with random labels", images[rows], rng.permutation(np.arange(20) % 10), 10, seed()
        )
        X, y = crossed_pairs(rng, 3, 18)
        yield subset_case("two features: no straight lines separate the classes", X, y, 3, seed())
        X = rng.normal(size=(12, 12)).astype(np.float32)
        yield subset_case(
            "twelve examples from three classes, float32", X, rng.permutation(np.arange(12) % 3), 3, seed()
        )

    never_trained = mistake(
        "Did training help? The network does barely better than chance. Are these the parameters from before training, "
        "or do the steps go up the gradient? Subtract the gradient, and return the trained parameters.",
        {"range(2000)": "range(0)", "np.sqrt(2 / hidden)": "0.0"},
    )
    regularized = mistake(
        "What keeps the loss above 0.01 when all examples are right? Most often, the network is regularized, or "
        "training stops too early (after too few steps, or as soon as all are right), or a Solver returns the "
        "parameters with the best accuracy. Set reg to 0, train longer, return the last parameters, and minimize the "
        "cross-entropy, not another loss.",
        {"grads[name]": "(grads[name] + 0.03 * params[name])"},
    )
    too_few_steps = mistake(
        "Is the loss still falling when you stop? Some examples are wrong, and the loss is too high. Train longer, or "
        "take larger steps, until the loss is nearly zero.",
        {"range(2000)": "range(20)", "0.2": "0.012"},
    )
    # Plain gradient descent that ends too early: the learning rate, the initial weights, and the number of steps decide
    # which cases pass.
    stops_before_the_random_labels = mistake(
        "Is the loss on the random labels still falling when you stop? All examples are right, but it is above 0.01: "
        "random labels take the longest. Go on until the loss is low, however many steps that takes.",
        {"0.9 *": "0 *", "0.2": "0.3", "2000": "300"} | SMALL_WEIGHTS,
    )
    stops_before_the_hard_ones = mistake(
        "Do all subsets take the same number of steps? With random labels, and with two features, all examples are "
        "right, but the loss is above 0.01. Most often, the learning rate is too low, or you stop too early.",
        {"0.9 *": "0 *", "0.2": "0.1", "2000": "800"} | SMALL_WEIGHTS,
    )
    stops_before_most = mistake(
        "Is the loss still falling when you stop? Only the easiest subset, the one with twelve examples, gets below "
        "0.01; in the others, all are right, but the loss is too high. Take larger steps, or many more.",
        {"0.9 *": "0 *", "0.2": "0.1", "2000": "400"} | SMALL_WEIGHTS,
    )
    stops_before_the_digits = mistake(
        "Is the loss on the digits still falling when you stop? All of them are right, but it is above 0.01. Most "
        "often, the learning rate is too low, or you stop too early: ten classes take longer than three.",
        {"0.9 *": "0 *", "0.2": "0.1", "2000": "400"},
    )
    far_too_slow = mistake(
        "How far does the loss come down? Some of the random labels aren't learned by the end, and everywhere else the "
        "loss is too high. Most often, the learning rate is too low, the initial weights are too small, or there are "
        "too few steps.",
        {"0.9 *": "0 *", "0.2": "0.02", "2000": "150"} | SMALL_WEIGHTS,
    )
    # A learning rate of 10 gives these results, but with chaotic numbers. These wrong labels do so reliably.
    hardly_learns = mistake(
        "Does training help at all? Some digits are wrong, and with two features, hardly more examples are right than "
        "by chance. Most often, the learning rate is far too high or far too low: 0.3 is a good start.",
        {
            "rng =": (
                "wrong = len(y) if X.shape[1] == 2 else len(y) // 4\n"
                "y = np.where(np.arange(len(y)) < wrong, (y + 1) % num_classes, y)\n"
                "rng ="
            )
        },
    )
    hardly_learns_three_classes = mistake(
        "Does training help at all? Some digits are wrong, and with three classes, hardly more examples are right than "
        "by chance. Most often, the learning rate is far too high or far too low: 0.3 is a good start.",
        {
            "rng =": (
                "wrong = len(y) if num_classes == 3 else len(y) // 4\n"
                "y = np.where(np.arange(len(y)) < wrong, (y + 1) % num_classes, y)\n"
                "rng ="
            )
        },
    )

    @mistake(
        "Does your network have a hidden layer? It does barely better than chance on the two features. No straight "
        "lines separate those classes, so a linear classifier won't do."
    )
    def linear(X, y, num_classes, seed=0):
        W, b, T = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), np.eye(num_classes)[y]
        for _ in range(1000):
            p = np.exp(X @ W + b)
            p /= p.sum(axis=1, keepdims=True)
            W, b = W - 3 * X.T @ (p - T) / len(y), b - 3 * (p - T).mean(axis=0)
        return {"W1": W, "b1": b}

    another_activation = mistake(
        "What do you put between the layers when you train? The check uses a ReLU, and with it, your parameters do "
        "worse than they should. Use max(0, x), forward and backward.",
        {
            'np.maximum(X @ params["W1"] + params["b1"], 0)': 'X @ params["W1"] + params["b1"]',
            " * (out > 0)": "",
        },
    )
    holds_some_out = mistake(
        "Do you train on every example? Some of them are still wrong. Here, the whole point is to memorize all of "
        "them, so don't hold any out.",
        {"rng =": "X, y = X[: 2 * len(y) // 3], y[: 2 * len(y) // 3]\nrng ="},
    )
    softmax_not_shifted = mistake(
        "Are your parameters finite? They contain NaN or infinity. Do the scores overflow in exp? Subtract each row's "
        "largest score first, and take smaller steps if that isn't enough.",
        {" - scores.max(axis=1, keepdims=True)": "", "0.2": "50"},
    )
    standardized = mistake(
        "Do you train on X as it is? The check gives your network X unchanged, so don't standardize the features.",
        {"rng =": "X = (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8)\nrng ="},
        indistinguishable="which examples suffer depends on the draw",
    )
    ten_classes = mistake(
        "What if there are three classes? Then your shapes are wrong. The last layer needs num_classes columns, not "
        "always ten.",
        {"(hidden, num_classes)": "(hidden, 10)", "np.zeros(num_classes)": "np.zeros(10)"},
    )
    without_biases = mistake(
        "Which names does your dict have? It should have W1, b1, W2, b2, and so on, and nothing else. Are the biases "
        "missing?",
        {"return params": 'return {"W1": params["W1"], "W2": params["W2"]}'},
    )
    transposed = mistake(
        "Are your weights the right way around? The shapes don't fit. W1 needs one row per feature and one column per "
        "unit, b1 one entry per unit, and the last layer num_classes columns.",
        {"return params": "return {name: w.T for name, w in params.items()}"},
    )
    returns_a_tuple = mistake(
        "What should you return? A dict of arrays, with the names W1, b1, W2, b2, and so on.",
        {"return params": "return tuple(params.values())"},
    )
    returns_lists = mistake(
        "What are the entries of your dict? They are lists. Return NumPy arrays.",
        {"return params": "return {name: w.tolist() for name, w in params.items()}"},
    )

    @variant
    def with_the_library(X, y, num_classes, seed=0):
        from gradlab.models import FullyConnectedNet

        model = FullyConnectedNet([60, 60], X.shape[1], num_classes, weight_scale=0.2, dtype=np.float64, seed=seed)
        for _ in range(1500):
            loss, grads = model.loss(X.astype(np.float64), y)
            if loss < 0.005:
                break
            for name, gradient in grads.items():
                model.params[name] = model.params[name] - 0.3 * gradient
        return model.params

    @variant
    def one_example_at_a_time(X, y, num_classes, seed=0):
        rng = np.random.default_rng(seed)
        params = he_parameters(rng, X.shape[1], 100, num_classes)
        for _ in range(150):
            for i in rng.permutation(len(y)):
                h = np.maximum(X[i] @ params["W1"] + params["b1"], 0)
                scores = h @ params["W2"] + params["b2"]
                error = np.exp(scores - scores.max())
                error /= error.sum()
                error[y[i]] -= 1
                back = params["W2"] @ error * (h > 0)
                params["W2"] -= 0.05 * np.outer(h, error)
                params["b2"] -= 0.05 * error
                params["W1"] -= 0.05 * np.outer(X[i], back)
                params["b1"] -= 0.05 * back
        return {name: value.astype(np.float32) for name, value in params.items()}

    @variant
    def random_features_and_least_squares(X, y, num_classes, seed=0):
        rng = np.random.default_rng(seed)
        params = he_parameters(rng, X.shape[1], 400, num_classes)
        params["b1"] = 0.5 * rng.normal(size=400)
        hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
        params["W2"] = 20 * np.linalg.pinv(hidden) @ np.eye(num_classes)[y]
        return params
