"""Dark knowledge: one small network learns what an ensemble knows."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import he_parameters
from gradlab import drivers, properties

from .scores import softmax
from .teacher import CHARACTERS, CLASSES, Alphabet, Plane

# The accuracy to reach in each case. In the second case, training on labels reaches two thirds at most, even if the
# labels are the teacher's top classes.
MANY, MISSING, PLANE = 0.85, 0.70, 0.92
JUDGED = 300  # examples on which a case measures accuracy


class Distill(Exercise):
    """Train a student on a teacher's soft predictions."""

    name, points = "distill", 6
    done = "You have trained one small network to say what its teacher says, even about a character it never saw."
    driver = drivers.call_for_dict
    judge = properties.classifies_accurately
    trains = True
    seconds = 30.0

    def reference(X, teacher_scores, y, seed=0):
        """Train one small network on what a teacher says about the examples.

        Your network is judged on new examples and must get this many of them right:

            150 characters                                   85%
            200 characters, one of the ten is missing        70% (the missing one makes up a third)
            80 points in a plane, four classes               92%

        It consists of affine layers with a ReLU between each pair, like `gradlab.models.FullyConnectedNet`, and may
        have any number of layers of any size up to 10,000. Use that class, or write the network yourself.

        Parameters
        ----------
        X : ndarray (N, D)
            The examples, float32: badly printed characters of 8 x 8 pixels, each 0 or 1 (D = 64), or points in a plane
            (D = 2), for which a linear classifier is not enough. Every case has its own alphabet or its own plane, so
            nothing learned elsewhere helps.
        teacher_scores : ndarray (N, C)
            The teacher's scores: the logarithms of its probabilities, which are as good as those of a huge ensemble. A
            softmax of `teacher_scores` / T gives its predictions at temperature T.
        y : ndarray (N,) of int
            Careless labels: about half of them were drawn at random.
        seed : int
            For the initial weights.

        Returns
        -------
        dict of str to ndarray
            W1 (D, H), b1 (H,), W2 (H, ...), b2, and so on, up to a layer with C columns; float32 or float64.

        Notes
        -----
        All cases together may take 30 seconds; one second is plenty.

        References
        ----------
        Hinton, Vinyals & Dean, "Distilling the knowledge in a neural network" (2015), sections 2 and 3.
        """

        def softmax(scores):
            exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
            return exponentials / exponentials.sum(axis=1, keepdims=True)

        rng, hidden, steps = np.random.default_rng(seed), 64, 400
        n, features = X.shape
        classes = teacher_scores.shape[1]
        temperature = 4.0
        targets = softmax(teacher_scores / temperature)
        params = {
            "W1": rng.normal(size=(features, hidden)) * np.sqrt(2 / features),
            "b1": np.zeros(hidden),
            "W2": rng.normal(size=(hidden, classes)) * np.sqrt(2 / hidden),
            "b2": np.zeros(classes),
        }
        velocity = {name: np.zeros_like(w) for name, w in params.items()}
        for step in range(steps):
            out = np.maximum(X @ params["W1"] + params["b1"], 0)
            scores = out @ params["W2"] + params["b2"]
            dscores = temperature * (softmax(scores / temperature) - targets) / n
            dout = dscores @ params["W2"].T * (out > 0)
            grads = {"W1": X.T @ dout, "b1": dout.sum(axis=0), "W2": out.T @ dscores, "b2": dscores.sum(axis=0)}
            rate = 0.1 * (1 - step / steps)
            for name in params:
                velocity[name] = 0.9 * velocity[name] - rate * grads[name]
                params[name] += velocity[name]
        return params

    def cases(rng):
        alphabet, y = Alphabet.drawn(rng), rng.integers(CHARACTERS, size=150)
        judged = rng.integers(CHARACTERS, size=JUDGED)
        yield lesson(rng, "150 characters", alphabet, alphabet.examples(rng, y), y, judged, MANY)

        alphabet, unseen = Alphabet.drawn(rng), int(rng.integers(CHARACTERS))
        others = np.delete(np.arange(CHARACTERS), unseen)
        y = rng.choice(others, size=400)
        X = alphabet.examples(rng, y)
        # Leave out characters that the teacher mistakes for the unseen one: they would act as labeled examples of it.
        rows = np.flatnonzero(alphabet.scores(X).argmax(axis=1) != unseen)[:200]
        judged = np.where(np.arange(JUDGED) < JUDGED // 3, unseen, rng.choice(others, size=JUDGED))
        label = "200 characters, one of the ten is missing"
        yield lesson(rng, label, alphabet, X[rows], y[rows], judged, MISSING, weight=2)

        plane, (y, judged) = Plane.drawn(rng), (rng.permutation(np.arange(n) % CLASSES) for n in (80, JUDGED))
        yield lesson(rng, "80 points in a plane, four classes", plane, plane.examples(rng, y), y, judged, PLANE)

    never_trained = mistake(
        "Did your network learn anything? In every case it is hardly better than chance. Do you return the "
        "trained parameters? Do the steps go down the gradient? Too few steps, a small learning rate, or "
        "a high temperature without the factor T² can have the same effect.",
        {"range(steps)": "range(0)"},
    )
    labels_only = mistake(
        "What does your student learn from? It beats chance, but falls short everywhere. Half of the labels are "
        "random: train on the teacher's soft predictions, with little or no weight on the labels. If you do that "
        "already, train longer or with a larger learning rate.",
        {
            "temperature = 4.0": "temperature = 1.0",
            "softmax(teacher_scores / temperature)": "np.eye(classes)[y]",
            "0.1 *": "0.2 *",
        },
    )
    best_class_only = mistake(
        "How can a student recognize a character that it has never seen? Only from the small probabilities that the "
        "teacher gives that character. Yours falls short on that character: don't turn the teacher's best class into a "
        "label, but train on its probabilities, at a temperature above 1.",
        {
            "temperature = 4.0": "temperature = 1.0",
            "softmax(teacher_scores / temperature)": "np.eye(classes)[teacher_scores.argmax(axis=1)]",
            "0.1 *": "0.2 *",
        },
    )

    @mistake(
        "What does your network learn from? It does well on the points in the plane, but hardly better than chance on "
        "the characters. Every case has its own alphabet, so train on X, not on other digits; and match the teacher's "
        "softened probabilities, not its scores."
    )
    def trained_on_shipped_digits(X, teacher_scores, y, seed=0):
        from gradlab import data

        if X.shape[1] == 64:
            digits = data.load_digits()
            X, y = digits["X_train"][:200] + digits["mean_image"], digits["y_train"][:200]
            teacher_scores = 20.0 * np.eye(10)[y]
        return Distill.reference(X, teacher_scores, y, seed)

    scores_matched = mistake(
        "What does your student match? It does well on the points in the plane, but falls short on the characters. If "
        "it matches the teacher's scores, the lowest ones count most: match softened probabilities instead. If it does "
        "that already, train longer.",
        {
            "temperature * (softmax(scores / temperature) - targets) / n": "(scores - teacher_scores) / n",
            "400": "100",
            "0.1 *": "0.015 *",
        },
    )
    linear_student = mistake(
        "Can straight lines separate the four classes in the plane? They can't, and there your network is hardly "
        "better than chance. Does it have a hidden layer, with a ReLU?",
        {
            'np.maximum(X @ params["W1"] + params["b1"], 0)': 'X @ params["W1"] + params["b1"]',
            " * (out > 0)": "",
            "return params": 'W1, b1, W2, b2 = params.values()\nreturn {"W1": W1 @ W2, "b1": b1 @ W2 + b2}',
        },
    )
    diverged = mistake(
        "Are your parameters finite? They aren't, or the network's scores aren't: training diverged. Try a smaller "
        "learning rate.",
        {"0.1 *": "1e200 *"},
    )
    ten_classes = mistake(
        "How many classes do the points in the plane have? Four, not ten. Take the last layer's number of "
        "columns from teacher_scores, and W1's number of rows from X.",
        {
            "classes = teacher_scores.shape[1]": "classes = 10\n"
            "missing = np.full((n, classes - teacher_scores.shape[1]), -1e3)\n"
            "teacher_scores = np.concatenate([teacher_scores, missing], axis=1)"
        },
    )
    only_for_digits = mistake(
        "How many features do the points in the plane have? Two, not 64, and there your function stops with an "
        "error. Take the sizes from X and teacher_scores.",
        {"size=(features, hidden)": "size=(64, hidden)"},
    )
    without_biases = mistake(
        "Which names does your dict have? They should be W1, b1, W2, b2, and so on, with a weight and a bias for each "
        "layer and nothing else.",
        {"return params": 'return {"W1": params["W1"], "W2": params["W2"]}'},
    )
    transposed = mistake(
        "Do the shapes of your arrays fit together? W1 should have a row for each feature and a column for each unit, "
        "b1 a number for each unit, and so on, up to one column per class.",
        {"return params": "return {name: w.T for name, w in params.items()}"},
    )
    returns_a_tuple = mistake(
        "You don't return a dict. Return one with the names W1, b1, W2, b2, and so on, like the one that a model keeps "
        "in `params`.",
        {"return params": "return tuple(params.values())"},
    )
    returns_lists = mistake(
        "The entries of your dict aren't arrays of real numbers. Return NumPy arrays.",
        {"return params": "return {name: w.tolist() for name, w in params.items()}"},
    )

    @variant
    def with_the_library(X, teacher_scores, y, seed=0):
        from gradlab.models import FullyConnectedNet

        n, classes = teacher_scores.shape
        p = softmax(teacher_scores / 3)

        def against_the_teacher(scores, rows):
            q = softmax(scores / 3)
            return 9 * (p[rows] * np.log(p[rows] / q)).sum() / len(rows), 3 * (q - p[rows]) / len(rows)

        draws = np.random.default_rng(seed)
        model = FullyConnectedNet(
            [100], X.shape[1], classes, init="he", loss_function=against_the_teacher, dtype=np.float64, seed=draws
        )
        for step in range(1500):
            rows = draws.choice(n, 30, replace=False)
            _, grads = model.loss(X[rows], rows)
            for name, gradient in grads.items():
                model.params[name] = model.params[name] - 0.15 * (1 - step / 1500) * gradient
        return model.params

    @variant
    def by_the_squares_of_score_differences(X, teacher_scores, y, seed=0):
        """The limit of distillation at high temperatures (section 2.1 of the paper)."""
        params = he_parameters(np.random.default_rng(seed), X.shape[1], 100, teacher_scores.shape[1])
        scores = np.maximum(teacher_scores, -20)
        targets = scores - scores.mean(axis=1, keepdims=True)
        m, v = ({name: np.zeros_like(w) for name, w in params.items()} for _ in range(2))
        for t in range(1, 501):
            out = np.maximum(X @ params["W1"] + params["b1"], 0)
            error = (out @ params["W2"] + params["b2"] - targets) / len(X)
            back = error @ params["W2"].T * (out > 0)
            grads = {"W1": X.T @ back, "b1": back.sum(axis=0), "W2": out.T @ error, "b2": error.sum(axis=0)}
            for name, g in grads.items():
                m[name], v[name] = 0.9 * m[name] + 0.1 * g, 0.99 * v[name] + 0.01 * g**2
                corrected = m[name] / (1 - 0.9**t) / (np.sqrt(v[name] / (1 - 0.99**t)) + 1e-8)
                params[name] = params[name] - 0.02 * (1 - t / 500) * corrected
        return {name: w.astype(np.float32) for name, w in params.items()}

    with_a_little_of_the_labels = variant(
        {
            "64": "100",
            "temperature = 4.0": "temperature = 5.0",
            "softmax(teacher_scores / temperature)": "0.97 * softmax(teacher_scores / temperature)"
            " + 0.03 * np.eye(classes)[y]",
            "0.1 *": "0.08 *",
        }
    )


def lesson(rng, label, world, X, y, judged, accuracy, weight=1):
    """A case with examples X, a teacher's scores, and careless labels, judged on different examples.

    Parameters
    ----------
    world : Alphabet or Plane
    X, y : ndarray (N, D), ndarray (N,)
        The examples to learn from, and their classes.
    judged : ndarray (M,)
        The classes of the examples that the network is judged on. For each example, the teacher's best class counts as
        the correct answer.
    """
    scores, n = world.scores(X), len(y)
    classes = scores.shape[1]
    careless = rng.permutation(n) < n // 2
    judged_X = world.examples(rng, judged)
    truth = {"X": judged_X, "y": world.scores(judged_X).argmax(axis=1), "num_classes": classes, "accuracy": accuracy}
    return Case(
        label,
        X=X.astype(np.float32),
        teacher_scores=scores,
        y=np.where(careless, rng.integers(classes, size=n), y),
        seed=int(rng.integers(1000)),
        truth=truth,
        weight=weight,
    )
