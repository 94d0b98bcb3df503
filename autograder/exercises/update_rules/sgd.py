"""Plain gradient descent."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
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
        settings = {"learning_rate": 1e-2, **(config or {})}
        step = settings["learning_rate"] * dw
        return w - step, settings

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

    wrong_sign = mistake(
        "The step goes along the gradient, so the loss rises. To go down, subtract.", {"w - step": "w + step"}
    )
    never_moves = mistake(
        "Your weights never move. Is the line with the update behind a comment, or its result not what you return?",
        {"w - step": "w"},
    )
    rate_left_out = mistake(
        "The learning rate is left out: each step is as long as the gradient itself.",
        {'settings["learning_rate"] * dw': "dw"},
    )
    rate_hard_coded = mistake(
        "The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.",
        {'settings["learning_rate"]': "1e-2"},
    )
    returns_the_step = mistake(
        "You return the step alone. The next weights are the old ones plus that step.", {"w - step": "-step"}
    )
    needs_a_config = mistake(
        "config=None is allowed and means all defaults: make it an empty dict before you read from it.",
        {"(config or {})": "config"},
    )
    config_lost = mistake(
        "The learning rate is right for one step and lost after it: return the config you were given.",
        {", settings": ", {}"},
    )
    gradient_normalized = mistake(
        "The gradient is divided by its length. Plain SGD takes longer steps where the slope is steeper.",
        {"* dw": "* dw / np.linalg.norm(dw)"},
    )

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
