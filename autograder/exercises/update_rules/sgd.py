"""Plain gradient descent."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class Sgd(Exercise):
    """Plain gradient descent, the rule to beat."""

    name, points = "sgd", 1
    done = "You have the rule that all others are measured against; the next cells try it on a narrow ravine."
    driver = drivers.trajectory
    picture = Picture("curve")

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
            The settings, for the next call.

        Notes
        -----
        You may change `w` and `config` in place.

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
            "a different learning rate, kept for all steps",
            w=rng.normal(size=4),
            gradients=rng.normal(size=(10, 4)),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        yield Case(
            "weights in a matrix",
            w=rng.normal(size=(2, 3)),
            # Large enough to show if someone clips them.
            gradients=20 * rng.normal(size=(8, 2, 3)),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        w, gradients = as_float32(rng.normal(size=3), rng.normal(size=(8, 3)))
        yield Case("float32 weights", w=w, gradients=gradients, config={"learning_rate": uniform(rng, 0.1, 0.5)})

    wrong_sign = mistake(
        "Which way does the gradient point? Uphill, and your weights move along it. Subtract the step.",
        {"w - step": "w + step"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Check that the update runs, and return its "
        "result.",
        {"w - step": "w"},
    )
    rate_left_out = mistake(
        "Where does the learning rate come in? Your step is the whole gradient. Multiply it by the learning rate.",
        {'settings["learning_rate"] * dw': "dw"},
    )
    rate_hard_coded = mistake(
        "Does the learning rate in `config` change anything? Yours is always 1e-2. Read it from `config`, and use 1e-2 "
        "only if it is missing.",
        {'settings["learning_rate"]': "1e-2"},
    )
    rate_defaults_to_1e_3 = mistake(
        "What is your learning rate when `config` has none? It's 1e-3, but the default here is 1e-2.",
        {'"learning_rate": 1e-2': '"learning_rate": 1e-3'},
    )
    rate_defaults_to_a_tenth = mistake(
        "What is your learning rate when `config` has none? It's 0.1, but the default here is 1e-2.",
        {'"learning_rate": 1e-2': '"learning_rate": 0.1'},
    )
    returns_the_step = mistake(
        "What do you return: the new weights or the step? You return only the step. Add it to the old weights.",
        {"w - step": "-step"},
    )
    needs_a_config = mistake(
        "What happens when `config` is None? Your function stops with an error. Treat None as an empty dict, so that "
        "all defaults apply.",
        {"(config or {})": "config"},
    )
    config_lost = mistake(
        "Does your learning rate survive the first step? From the second step on, it is back at its default. Return "
        "the config you were given.",
        {", settings": ", {}"},
    )
    gradient_normalized = mistake(
        "How long are your steps on a steep slope? As long as anywhere else: you divide the gradient by its length. "
        "Plain SGD uses the gradient as it is.",
        {"* dw": "* dw / np.linalg.norm(dw)"},
    )
    gradient_clipped = mistake(
        "Do large gradients count in full? Yours stop at 1 and -1, as if clipped. Plain SGD uses the gradient as it "
        "is.",
        {"* dw": "* np.clip(dw, -1, 1)"},
    )
    gradient_clipped_at_five = mistake(
        "Do large gradients count in full? Yours stop at 5 and -5, as if clipped. Plain SGD uses the gradient as it "
        "is.",
        {"* dw": "* np.clip(dw, -5, 5)"},
    )
    sign_of_the_gradient = mistake(
        "Does the size of the gradient matter? Your steps depend on its sign alone. Multiply the learning rate by the "
        "gradient itself.",
        {"* dw": "* np.sign(dw)"},
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
