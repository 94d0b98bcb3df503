"""The ratio of updates to weights, computed from squared norms."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, signed, uniform
from gradlab import drivers


class FixUpdateRatio(Exercise):
    """One set of notes squares both norms and still expects a ratio of a thousandth."""

    name, points = "fix_update_ratio", 1
    done = "Your ratio compares lengths, not their squares, so a thousandth means what it should."
    driver = drivers.call

    def reference(w, dw, learning_rate):
        """The size of a plain gradient descent step relative to the size of the weights. It should be about 1e-3.

        Sizes are Euclidean norms over all entries.

        Parameters
        ----------
        w : ndarray (...)
            The weights before the step, of any shape.
        dw : ndarray, same shape
            The gradient.
        learning_rate : float

        Returns
        -------
        float
        """
        step = learning_rate * np.linalg.norm(dw)
        size = np.linalg.norm(w)
        return step / size

    def cases(rng):
        yield Case(
            "a step of about a thousandth",
            w=signed(rng, 1, 3, 50),
            dw=signed(rng, 1, 3, 50),
            learning_rate=uniform(rng, 0.0008, 0.0012),
        )
        yield Case(
            "weights in a matrix, a step that is too long",
            w=signed(rng, 0.1, 0.3, 6, 8),
            dw=signed(rng, 1, 3, 6, 8),
            learning_rate=uniform(rng, 0.02, 0.05),
        )
        yield Case(
            "filters of a convolution, tiny gradients",
            w=signed(rng, 0.1, 0.3, 2, 3, 3, 3),
            dw=signed(rng, 0.001, 0.003, 2, 3, 3, 3),
            learning_rate=uniform(rng, 0.01, 0.1),
        )
        w, dw = as_float32(signed(rng, 1, 3, 5, 4), signed(rng, 1, 3, 5, 4))
        yield Case("float32", w=w, dw=dw, learning_rate=uniform(rng, 0.01, 0.1))

    @mistake(
        "If a step is exactly a thousandth of w, what comes out? A millionth, as with the printed code: your ratio is "
        "squared. Take the square roots."
    )
    def as_printed(w, dw, learning_rate):
        update = learning_rate * dw
        return np.sum(update**2) / np.sum(w**2)

    half_fixed = mistake(
        "Have you fixed both norms? The weights' norm is still squared.", {"np.linalg.norm(w)": "np.sum(w**2)"}
    )
    sums_of_magnitudes = mistake(
        "Do you use Euclidean norms? You take sums of magnitudes. Take the square root of the sum of squares.",
        {"np.linalg.norm(dw)": "np.abs(dw).sum()", "np.linalg.norm(w)": "np.abs(w).sum()"},
    )
    rate_lost = mistake(
        "How long is the step? It's the learning rate times the gradient, and you left the learning rate out.",
        {"learning_rate * ": ""},
    )
    upside_down = mistake(
        "Which size is divided by which? Your fraction is upside down: it should be the step over the weights.",
        {"step / size": "size / step"},
    )
    roots_missing = mistake(
        "Where are the square roots? Squares alone, summed or averaged, don't make a norm. Take the root of each sum "
        "of squares.",
        {"np.linalg.norm(dw)": "np.mean(dw**2)", "np.linalg.norm(w)": "np.mean(w**2)"},
    )
    weights_after_the_step = mistake(
        "Which weights do you compare the step with? You take those after the step. Take those before it.",
        {"size = np.linalg.norm(w)": "size = np.linalg.norm(w - learning_rate * dw)"},
    )
    largest_entries = mistake(
        "Do you use Euclidean norms? You compare only the largest entries. Take the square root of the sum of squares.",
        {"np.linalg.norm(dw)": "np.abs(dw).max()", "np.linalg.norm(w)": "np.abs(w).max()"},
    )
    mean_of_ratios = mistake(
        "Do you return a ratio of norms? It's the mean of the entries' ratios. Take both norms first, then divide.",
        {"return step / size": "return np.mean(np.abs(learning_rate * dw / w))"},
    )
    not_a_float = mistake(
        "Do you return one ratio for the whole array? You return one for each entry of w. Take the norms over all "
        "entries.",
        {"np.linalg.norm(dw)": "np.abs(dw)", "np.linalg.norm(w)": "np.abs(w)"},
    )

    standard_deviations = mistake(
        "Do you use Euclidean norms? You take standard deviations, which leave out the mean. Take the square root of "
        "the sum of squares.",
        {"np.linalg.norm(dw)": "np.std(dw)", "np.linalg.norm(w)": "np.std(w)"},
    )

    singular_values = mistake(
        "Is that a norm over all entries? With ord=2, the norm of a matrix is its largest singular value, and an "
        "array with more than two axes raises an error. Leave ord out.",
        {"np.linalg.norm(dw)": "np.linalg.norm(dw, 2)", "np.linalg.norm(w)": "np.linalg.norm(w, 2)"},
    )

    @variant
    def root_at_the_end(w, dw, learning_rate):
        return np.sqrt(np.sum((learning_rate * dw) ** 2) / np.sum(w**2))

    @variant
    def flattened(w, dw, learning_rate):
        step, weights = (learning_rate * dw).reshape(-1), w.reshape(-1)
        return float(np.sqrt(step @ step) / np.sqrt(weights @ weights))
