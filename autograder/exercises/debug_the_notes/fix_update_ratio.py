"""The ratio of updates to weights, computed from squared norms."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, signed, uniform
from gradlab import drivers


class FixUpdateRatio(Exercise):
    """One set of notes squares both norms and still expects a ratio of a thousandth."""

    name, points = "fix_update_ratio", 1
    driver = drivers.call

    def reference(w, dw, learning_rate):
        """The size of one step of plain gradient descent beside the size of the weights, which should be about 1e-3.

        Sizes are Euclidean norms over all entries.

        Parameters
        ----------
        w : ndarray (...)
            The weights before the step, of any shape.
        dw : ndarray, same shape
            Their gradient.
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
        "This gives what the printed code gives. Make a step that is exactly a thousandth of w, and look at what comes "
        "out: what has happened to the norms?"
    )
    def as_printed(w, dw, learning_rate):
        update = learning_rate * dw
        return np.sum(update**2) / np.sum(w**2)

    half_mended = mistake("One of the two norms is still squared.", {"np.linalg.norm(w)": "np.sum(w**2)"})
    sums_of_magnitudes = mistake(
        "These are sums of magnitudes. The Euclidean norm is the root of the sum of the squares.",
        {"np.linalg.norm(dw)": "np.abs(dw).sum()", "np.linalg.norm(w)": "np.abs(w).sum()"},
    )
    rate_lost = mistake(
        "The learning rate is lost: the step is the learning rate times the gradient.", {"learning_rate * ": ""}
    )
    upside_down = mistake(
        "The fraction is upside down: the size of the step is divided by that of the weights.",
        {"step / size": "size / step"},
    )
    roots_missing = mistake(
        "The squares are averaged, but that cancels: the roots are still missing, and the rate is not squared.",
        {"np.linalg.norm(dw)": "np.mean(dw**2)", "np.linalg.norm(w)": "np.mean(w**2)"},
    )

    @variant
    def root_at_the_end(w, dw, learning_rate):
        return np.sqrt(np.sum((learning_rate * dw) ** 2) / np.sum(w**2))

    @variant
    def flattened(w, dw, learning_rate):
        step, weights = (learning_rate * dw).reshape(-1), w.reshape(-1)
        return float(np.sqrt(step @ step) / np.sqrt(weights @ weights))
