"""Nesterov momentum, said to differ by the order in which velocity and weights are updated."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


def settings(rng):
    return {"learning_rate": uniform(rng, 0.02, 0.1), "momentum": uniform(rng, 0.6, 0.95)}


class FixNesterovRule(Exercise):
    """One set of notes says that Nesterov momentum differs from momentum in updating the velocity first."""

    name, points = "fix_nesterov_rule", 2
    driver = drivers.trajectory

    def reference(w, dw, config):
        """One step of Nesterov momentum, in the form whose array `w` is the look-ahead point itself.

        Nesterov's method takes the gradient where momentum is about to carry the weights x: at w = x + μ v, and then
        v ← μ v - η g, x ← x + v as ever. Here you are given w, the gradient at exactly this w, and return the
        next look-ahead point. The velocity starts at zero.

        Parameters
        ----------
        w : ndarray (...)
            The look-ahead point, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``momentum``: μ. Your own state is in it too, from the second step on.

        Returns
        -------
        next_w : ndarray, same shape
            The next look-ahead point.
        config : dict
            The settings, and whatever you must remember; it is handed to the next call.

        Notes
        -----
        `w` and `config` may be changed in place, but need not be.

        References
        ----------
        Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning"
        (2013), section 2; Bengio, Boulanger-Lewandowski & Pascanu, "Advances in optimizing recurrent networks" (2012),
        section 3.5, for this form.
        """
        mu, old = config["momentum"], config.get("v", np.zeros_like(w))
        v = mu * old - config["learning_rate"] * dw
        return w - mu * old + (1 + mu) * v, {**config, "v": v}

    def cases(rng):
        yield Case(
            "one step from rest", w=signed(rng, 1, 3, 3), gradients=signed(rng, 1, 3, 1, 3), config=settings(rng)
        )
        yield Case("ten steps", w=signed(rng, 1, 3, 3), gradients=signed(rng, 1, 3, 10, 3), config=settings(rng))
        yield Case(
            "a steady gradient",
            w=signed(rng, 1, 3, 3),
            gradients=np.tile(signed(rng, 1, 3, 3), (20, 1)),
            config=settings(rng),
        )
        yield Case(
            "weights in a matrix",
            w=signed(rng, 1, 3, 2, 3),
            gradients=signed(rng, 1, 3, 6, 2, 3),
            config=settings(rng),
        )

    @mistake(
        "This takes the steps of the printed code, which are those of ordinary momentum: that, too, updates the "
        "velocity first. Write down the next look-ahead point by what it is, and then by w, the old v and the new v."
    )
    def as_printed(w, dw, config):
        rate, mu = config["learning_rate"], config["momentum"]
        v = config.get("v", np.zeros_like(w))
        v = mu * v - rate * dw
        w = w + v
        return w, {**config, "v": v}

    old_lookahead_kept = mistake(
        "You look ahead from w, which is a look-ahead point already. Take the old look-ahead off before you add the "
        "new step and the new look-ahead.",
        {"w - mu * old": "w"},
    )
    old_lookahead_added = mistake(
        "The old look-ahead is added. It has to be taken off: it belongs to the point that you leave.",
        {"w - mu * old": "w + mu * old"},
    )
    weights_returned = mistake(
        "You return the weights x, not the next look-ahead point: the new look-ahead is missing.", {"(1 + mu) * v": "v"}
    )
    step_missing = mistake(
        "You take a look-ahead and no step: from one look-ahead point to the next there is a step, too.",
        {"(1 + mu)": "mu"},
    )
    velocity_not_stored = mistake(
        "The velocity is not kept for the next step, so each step starts from rest.", {'{**config, "v": v}': "config"}
    )
    velocities_exchanged = mistake(
        "Old and new velocity have changed places: it is the look-ahead by the old one that is taken off.",
        {"w - mu * old + (1 + mu) * v": "w - mu * v + (1 + mu) * old"},
    )

    step_and_correction = variant({"w - mu * old + (1 + mu) * v": "w + v + mu * (v - old)"})

    @variant
    def by_the_weights_themselves(w, dw, config):
        config = dict(config)
        x, v = config.get("x", w), config.get("v", np.zeros_like(w))
        config["v"] = config["momentum"] * v - config["learning_rate"] * dw
        config["x"] = x + config["v"]
        return config["x"] + config["momentum"] * config["v"], config
