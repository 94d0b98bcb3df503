"""Plain gradient descent, in the shortest listing of all, with the wrong sign."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class FixDescent(Exercise):
    """One set of notes prints x += learning_rate * dx; another has the same sign in its momentum."""

    name, points = "fix_descent", 1
    done = "Your step goes downhill, and you have the quickest test of a sign: whether the loss falls."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config):
        """One step of plain gradient descent. With a small enough learning rate, it makes the loss smaller.

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
            Unchanged.

        Notes
        -----
        You may change `w` in place.

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
        "On the loss w², take one step from w = 1: is the new w closer to 0? Yours isn't: as in the printed code, the "
        "weights go where the loss is larger. Change the sign."
    )
    def as_printed(w, dw, config):
        w = w + config["learning_rate"] * dw
        return w, config

    magnitudes = mistake(
        "What happens if the gradient is negative? Your weights move the same way for either sign. Subtract the "
        "gradient itself, not its magnitude.",
        {"* dw": "* np.abs(dw)"},
    )
    rate_lost = mistake(
        "Does the learning rate make any difference? Not in your code: each step is a whole gradient long.",
        {'config["learning_rate"]': "1"},
    )
    length_lost = mistake(
        "Does a longer gradient make a longer step? It should, but all of yours have the same length. The direction "
        "was all that needed fixing.",
        {"* dw": "* dw / np.linalg.norm(dw)"},
    )
    signs_only = mistake(
        "Does a larger entry of the gradient make a larger move? Not in your code: only the sign of each entry counts.",
        {"* dw": "* np.sign(dw)"},
    )
    rate_on_the_weights = mistake(
        "What does the learning rate multiply? It should multiply only the gradient; yours shrinks or stretches the "
        "weights as well.",
        {"return w": 'return config["learning_rate"] * w'},
    )
    nothing_moves = mistake(
        "Do your weights move at all? They come back exactly as they were. Return the new ones.",
        {"w - step": "w"},
    )
    step_returned = mistake(
        "What do you return, the new weights or the step? You return only the step. Add it to the weights.",
        {"w - step": "-step"},
    )
    one_step_for_all = mistake(
        "Does each weight move by its own entry of the gradient? All of yours move by the mean entry.",
        {"* dw": "* dw.mean()"},
    )

    in_place = variant({"return w - step": "w -= step\nreturn w"})

    @variant
    def entry_by_entry(w, dw, config):
        moved = [x - config["learning_rate"] * slope for x, slope in zip(w.flat, dw.flat, strict=True)]
        return np.array(moved).reshape(w.shape), dict(config)
