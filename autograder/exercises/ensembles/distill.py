"""Dark knowledge: one small network learns what an ensemble knows."""

import numpy as np

from autograder.data import held_out_digits
from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import he_parameters
from gradlab import drivers, properties

from .scores import softmax
from .teacher import digits

# The accuracy to reach in each case. In the second case, training on labels reaches two thirds at most, even if the
# labels are the teacher's top classes.
MANY, MISSING, PLANE = 0.85, 0.70, 0.92
JUDGED = 300  # examples on which a public case measures accuracy; the judge has the same number of hidden digits
CLUSTERS, SPREAD = 8, 0.21  # clusters on a circle (two per class, opposite each other), and their spread


class Distill(Exercise):
    """Train a student on the soft predictions of an ensemble."""

    name, points = "distill", 6
    done = "You have trained one small network to say what an ensemble says, even about a digit it never saw."
    driver = drivers.call_for_dict
    judge = properties.classifies_accurately
    trains = True
    seconds = 30.0

    def reference(X, teacher_scores, y, seed=0):
        """Train one small network on what an ensemble says of the examples.

        Judged is what the network says of other examples; this share must be right:

            150 digits                                       85 %
            200 digits, one of the ten never among them      70 %, where a third are of that one
            80 points in a plane, four classes               92 %

        The network is made of affine layers with a rectifier between each two, as `gradlab.models.FullyConnectedNet`,
        and may have any number of layers of any size up to 10,000. You may use that class, or write the network
        yourself.

        Parameters
        ----------
        X : ndarray (N, D)
            The examples, float32: digits with pixels in 0..1 (D = 64), or points in a plane (D = 2), for which a linear
            classifier will not do. The pixels are in an order of their own, the same for the digits that are judged:
            what was learned from other digits does not help.
        teacher_scores : ndarray (N, C)
            The ensemble's scores: the logarithms of its averaged probabilities. A softmax of `teacher_scores` / T gives
            its predictions at temperature T.
        y : ndarray (N,) of int
            Labels from a careless hand: about half of them were drawn at random.
        seed : int
            For the first weights.

        Returns
        -------
        dict of str to ndarray
            W1 (D, H), b1 (H,), W2 (H, ...), b2, and so on, up to a layer with C columns; float32 or float64.

        Notes
        -----
        All cases together may take 30 seconds; a second is plenty.

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
        yield from lessons(rng, *held_out_digits())

    def public_cases(rng):
        yield from lessons(rng)

    never_trained = mistake(
        "Did your network learn anything? In every case it is hardly better than chance. Do you return the "
        "parameters from after training? Do the steps go down the gradient? Too few steps, a small learning rate, or "
        "a high temperature without the factor T² have the same effect.",
        {"range(steps)": "range(0)"},
    )
    labels_only = mistake(
        "What does your student learn from? It beats chance, but falls short everywhere. Half of the labels are "
        "random: train on the teacher's soft predictions, with little weight on the labels or none. If you do that "
        "already, train longer or with a larger learning rate.",
        {
            "temperature = 4.0": "temperature = 1.0",
            "softmax(teacher_scores / temperature)": "np.eye(classes)[y]",
            "0.1 *": "0.2 *",
        },
    )
    best_class_only = mistake(
        "How can a student recognize a digit that it has never seen? Only from the small probabilities that the "
        "teacher gives it. Yours falls short just there: don't turn the teacher's best class into a label, but train "
        "on its probabilities, at a temperature above 1.",
        {
            "temperature = 4.0": "temperature = 1.0",
            "softmax(teacher_scores / temperature)": "np.eye(classes)[teacher_scores.argmax(axis=1)]",
            "0.1 *": "0.2 *",
        },
    )

    @mistake(
        "Which pixels does your network see? The points in the plane are fine, but both kinds of digits are hardly "
        "better than chance. The pixels here are in an order of their own, so train on X itself; what was learned "
        "from other digits does not help."
    )
    def trained_on_shipped_digits(X, teacher_scores, y, seed=0):
        if X.shape[1] == 64:
            X, y, teacher_scores = (a[:200] for a in digits())
        return Distill.reference(X, teacher_scores, y, seed)

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
        "Are your parameters finite? They aren't, or their scores aren't: training diverged. Try a smaller learning "
        "rate.",
        {"0.1 *": "1e200 *"},
    )
    ten_classes = mistake(
        "How many classes do the points in the plane have? Four, not ten. Take the number of columns from "
        "teacher_scores, and the number of rows of W1 from X.",
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
        "Which names does your dict have? They should be W1, b1, W2, b2 and so on, with a weight and a bias for each "
        "layer and nothing else.",
        {"return params": 'return {"W1": params["W1"], "W2": params["W2"]}'},
    )
    transposed = mistake(
        "Do the shapes of your arrays fit together? W1 has a row for each feature and a column for each unit, b1 has "
        "a number for each unit, and so on up to one column per class.",
        {"return params": "return {name: w.T for name, w in params.items()}"},
    )
    returns_a_tuple = mistake(
        "You don't return a dict. Return one with the names W1, b1, W2, b2 and so on. A model keeps it in `params`.",
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
        scores = np.maximum(teacher_scores, -12)
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


def lessons(rng, judged_X=None, judged_y=None):
    """Yield the cases, judged on the given digits or, by default, on digits that ship with the course."""
    X, y, scores = digits()
    for label, count, accuracy, unseen in (
        ("150 digits", 150, MANY, None),
        ("200 digits, one of the ten never among them", 200, MISSING, int(rng.integers(10))),
    ):
        order = rng.permutation(len(y))
        aside, left = order[:JUDGED], order[JUDGED:]
        # Also leave out digits that the teacher mistakes for the unseen digit, because they would act as its labels.
        rows = left[(y[left] != unseen) & (scores[left].argmax(axis=1) != unseen)][:count]
        # The pixels are sixteenths, which are exact in half precision; half precision keeps the public cases small.
        others = (X[aside].astype(np.float16), y[aside]) if judged_X is None else (judged_X, judged_y)
        if unseen is not None:
            others = one_in_three(rng, *others, unseen)
        # Students have all of these digits and their labels, so the pixels are in a random order.
        pixels = rng.permutation(X.shape[1])
        taught, judged = (X[rows][:, pixels], scores[rows], y[rows]), (others[0][:, pixels], others[1])
        yield lesson(rng, label, taught, judged, accuracy, 1 if unseen is None else 2)
    taught, other = (plane(rng, count) for count in (80, JUDGED))
    yield lesson(rng, "80 points in a plane, four classes", taught, (other[0], other[1].argmax(axis=1)), PLANE)


def one_in_three(rng, X, y, digit):
    """All examples of a digit, and twice as many examples of other digits."""
    these, others = np.flatnonzero(y == digit), np.flatnonzero(y != digit)
    rows = np.concatenate([these, rng.choice(others, 2 * len(these), replace=False)])
    return X[rows], y[rows]


def lesson(rng, label, taught, judged, accuracy, weight=1):
    """A case of examples with a teacher's scores and careless labels, judged on other examples."""
    (X, scores, y), (judged_X, judged_y), n = taught, judged, len(taught[0])
    classes = scores.shape[1]
    careless = rng.permutation(n) < n // 2
    truth = {"X": judged_X, "y": judged_y, "num_classes": classes, "accuracy": accuracy}
    return Case(
        label,
        X=X.astype(np.float32),
        teacher_scores=scores,
        y=np.where(careless, rng.integers(classes, size=n), y),
        seed=int(rng.integers(1000)),
        truth=truth,
        weight=weight,
    )


def plane(rng, count):
    """Points, the scores of an ideal teacher, and the classes that the points were sampled from."""
    cluster = rng.permutation(np.arange(count) % CLUSTERS)
    angles = 2 * np.pi * np.arange(CLUSTERS) / CLUSTERS
    centers = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    X = centers[cluster] + SPREAD * rng.normal(size=(count, 2))
    densities = np.exp(-((X[:, None] - centers) ** 2).sum(axis=2) / (2 * SPREAD**2))
    classes = CLUSTERS // 2
    scores = np.log(densities[:, :classes] + densities[:, classes:])
    return X, scores - np.log(densities.sum(axis=1, keepdims=True)), cluster % classes
