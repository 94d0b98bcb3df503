"""Plain gradient descent."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.config import updated, with_defaults
from autograder.exercises.drawing import as_float32, uniform
from gradlab import drivers


class Sgd(Exercise):
    """Plain gradient descent, the rule that all others are measured against."""

    name, points = "sgd", 1
    driver = drivers.trajectory

    def reference(w, dw, config=None):
        """One step of stochastic gradient descent: w ← w - η dw.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict or None
            ``learning_rate``: η, 1e-2 if missing. None means all defaults.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings; they are handed to the next call.

        Notes
        -----
        `w` and `config` may be changed in place, but need not be.

        References
        ----------
        Bottou, Curtis & Nocedal, "Optimization methods for large-scale machine learning" (2018), section 3.
        """
        config = {"learning_rate": 1e-2, **(config or {})}
        return w - config["learning_rate"] * dw, config

    def cases(rng):
        yield Case("ten steps, config=None", w=rng.normal(size=3), gradients=rng.normal(size=(10, 3)))
        yield Case(
            "another learning rate, kept for all steps",
            w=rng.normal(size=4),
            gradients=rng.normal(size=(10, 4)),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        yield Case(
            "weights in a matrix",
            w=rng.normal(size=(2, 3)),
            gradients=rng.normal(size=(8, 2, 3)),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        w, gradients = as_float32(rng.normal(size=3), rng.normal(size=(8, 3)))
        yield Case("float32 weights", w=w, gradients=gradients, config={"learning_rate": uniform(rng, 0.1, 0.5)})

    @mistake("The step goes along the gradient, so the loss rises. To go down, subtract.")
    def wrong_sign(w, dw, config=None):
        g = with_defaults(config, learning_rate=1e-2)
        return w + g.learning_rate * dw, updated(config)

    @mistake(
        "Your weights never move. Is the line with the update behind a comment, or its result not what you return?"
    )
    def never_moves(w, dw, config=None):
        return w, updated(config)

    @mistake("The learning rate is left out: each step is as long as the gradient itself.")
    def rate_left_out(w, dw, config=None):
        return w - dw, updated(config)

    @mistake("The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.")
    def rate_hard_coded(w, dw, config=None):
        return w - 1e-2 * dw, updated(config)

    @mistake("You return the step alone. The next weights are the old ones plus that step.")
    def returns_the_step(w, dw, config=None):
        return -with_defaults(config, learning_rate=1e-2).learning_rate * dw, updated(config)

    @mistake("config=None is allowed and means all defaults: make it an empty dict before you read from it.")
    def needs_a_config(w, dw, config=None):
        return w - config["learning_rate"] * dw, config

    @mistake("The learning rate is right for one step and lost after it: return the config you were given.")
    def config_lost(w, dw, config=None):
        return w - with_defaults(config, learning_rate=1e-2).learning_rate * dw, {}

    @mistake("The gradient is divided by its length. Plain SGD takes longer steps where the slope is steeper.")
    def gradient_normalized(w, dw, config=None):
        g = with_defaults(config, learning_rate=1e-2)
        return w - g.learning_rate * dw / np.linalg.norm(dw), updated(config)

    @variant
    def in_place(w, dw, config=None):
        if config is None:
            config = {}
        config.setdefault("learning_rate", 1e-2)
        w -= config["learning_rate"] * dw
        return w, config

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        rate = (config or {}).get("learning_rate", 1e-2)
        next_w = np.empty(w.shape)
        for i in np.ndindex(w.shape):
            next_w[i] = w[i] - np.float64(rate) * dw[i]
        return next_w, {"learning_rate": rate, "steps": 1}
