"""Plain gradient descent, in the shortest listing of all, with the wrong sign."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class FixDescent(Exercise):
    """One set of notes prints x += learning_rate * dx; another has the same sign in its momentum."""

    name, points = "fix_descent", 1
    driver = drivers.trajectory

    def reference(w, dw, config):
        """One step of plain gradient descent: with a small enough learning rate it makes the loss smaller.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            As it came.

        Notes
        -----
        `w` may be changed in place, but need not be.

        References
        ----------
        Goodfellow, Bengio & Courville, "Deep learning" (2016), section 4.3.
        """
        step = config["learning_rate"] * dw
        return w - step, config

    def cases(rng):
        yield Case(
            "ten steps",
            w=signed(rng, 1, 3, 3),
            gradients=signed(rng, 1, 3, 10, 3),
            config={"learning_rate": uniform(rng, 0.01, 0.1)},
        )
        yield Case(
            "a gradient without negative entries",
            w=signed(rng, 1, 3, 3),
            gradients=rng.uniform(1, 3, (6, 3)),
            config={"learning_rate": uniform(rng, 0.01, 0.1)},
        )
        yield Case(
            "weights in a matrix, a larger learning rate",
            w=signed(rng, 1, 3, 2, 3),
            gradients=signed(rng, 1, 3, 8, 2, 3),
            config={"learning_rate": uniform(rng, 0.5, 2)},
        )

    @mistake(
        "This does what the printed code does: the weights go where the loss is larger. Work out one step for the "
        "loss w² by hand, from w = 1: is the new w nearer to 0?"
    )
    def as_printed(w, dw, config):
        w = w + config["learning_rate"] * dw
        return w, config

    magnitudes = mistake(
        "The sign of each entry of the gradient is lost: what is subtracted is its magnitude.", {"* dw": "* np.abs(dw)"}
    )
    rate_lost = mistake(
        "The learning rate is lost, so every step is a whole gradient long.", {'config["learning_rate"]': "1"}
    )
    length_lost = mistake(
        "The step has lost the size of the gradient: all steps are equally long. Only the direction was wrong.",
        {"* dw": "* dw / np.linalg.norm(dw)"},
    )
    signs_only = mistake("Each entry's size is lost: the gradient enters by its sign only.", {"* dw": "* np.sign(dw)"})
    rate_on_the_weights = mistake(
        "The learning rate multiplies the weights as well. It belongs to the gradient alone.",
        {"return w": 'return config["learning_rate"] * w'},
    )

    in_place = variant({"return w - step": "w -= step\nreturn w"})

    @variant
    def entry_by_entry(w, dw, config):
        moved = [x - config["learning_rate"] * slope for x, slope in zip(w.flat, dw.flat, strict=True)]
        return np.array(moved).reshape(w.shape), dict(config)
