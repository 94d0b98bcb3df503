"""Nesterov momentum, said to differ in the order in which velocity and weights are updated."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


def settings(rng):
    return {"learning_rate": uniform(rng, 0.02, 0.1), "momentum": uniform(rng, 0.6, 0.95)}


class FixNesterovRule(Exercise):
    """One set of notes says that Nesterov momentum differs from momentum in updating the velocity first."""

    name, points = "fix_nesterov_rule", 2
    done = "You have the form of Nesterov momentum that needs only the gradient at w, the look-ahead point."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config):
        """One step of Nesterov momentum, in the form in which the array `w` is the look-ahead point itself.

        Nesterov's method takes the gradient g where momentum is about to carry the weights x, at w = x + μ v. Then
        v ← μ v - η g and x ← x + v, as always. Here you get w and the gradient at this very w, and you return the next
        look-ahead point. The velocity starts at zero.

        Parameters
        ----------
        w : ndarray (...)
            The look-ahead point, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``momentum``: μ. From the second step on, it also holds your own state.

        Returns
        -------
        next_w : ndarray, same shape
            The next look-ahead point.
        config : dict
            The settings, and whatever you must remember for the next call.

        Notes
        -----
        You may change `w` and `config` in place.

        References
        ----------
        Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning"
        (2013), section 2; Bengio, Boulanger-Lewandowski & Pascanu, "Advances in optimizing recurrent networks" (2013),
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
        "What would ordinary momentum do? Exactly what your rule does: as with the printed code, these are "
        "momentum's steps, even though the velocity is updated first. Write down the next look-ahead point, then "
        "express it in terms of w, the old v, and the new v."
    )
    def as_printed(w, dw, config):
        rate, mu = config["learning_rate"], config["momentum"]
        v = config.get("v", np.zeros_like(w))
        v = mu * v - rate * dw
        w = w + v
        return w, {**config, "v": v}

    old_lookahead_kept = mistake(
        "What is w already? It's a look-ahead point, and you add the next look-ahead while the old one is still in "
        "it. Subtract the old one first.",
        {"w - mu * old": "w"},
    )
    new_velocity_in_its_square = mistake(
        "Which velocity is multiplied by the square of the momentum? You take the new one. It's the old one: keep it "
        "until you have used it.",
        {"w - mu * old + (1 + mu) * v": 'w + mu**2 * v - (1 + mu) * config["learning_rate"] * dw'},
    )
    old_lookahead_added = mistake(
        "Do you add the old look-ahead or subtract it? You add it. Subtract it: it belongs to the point you're "
        "leaving.",
        {"w - mu * old": "w + mu * old"},
    )
    weights_returned = mistake(
        "Does your answer depend on μ? You take the steps of plain descent. If you subtract the old look-ahead and "
        "add only the step, the momentum cancels: the new look-ahead is missing.",
        {"(1 + mu) * v, {**": "v, {**"},
    )
    step_missing = mistake(
        "What lies between one look-ahead point and the next? In your code, only the look-aheads change. There's "
        "a step, too: add v.",
        {"(1 + mu)": "mu"},
    )
    velocity_not_stored = mistake(
        "Does the velocity survive until the next step? Each of your steps starts from rest. Store v in config.",
        {'{**config, "v": v}': "config"},
    )
    velocities_exchanged = mistake(
        "Which look-ahead do you subtract? It should be that of the old velocity; you have old and new swapped.",
        {"w - mu * old + (1 + mu) * v": "w - mu * v + (1 + mu) * old"},
    )
    uphill = mistake(
        "Which way do the weights go? Yours go uphill. The gradient enters the velocity with a minus sign.",
        {"- config": "+ config"},
    )
    correction_turned = mistake(
        "Which way does the correction go? It's μ times the change in velocity, new minus old; yours goes the other "
        "way.",
        {"w - mu * old + (1 + mu) * v": "w + mu * old + (1 - mu) * v"},
    )
    momentum_hard_coded = mistake(
        "What happens when the momentum isn't 0.9? Nothing changes: it's always taken to be 0.9. Use the one "
        "in config.",
        {'config["momentum"]': "0.9"},
    )

    by_the_gradient = variant({"w - mu * old + (1 + mu) * v": 'w + mu * v - config["learning_rate"] * dw'})
    step_and_correction = variant({"w - mu * old + (1 + mu) * v": "w + v + mu * (v - old)"})

    @variant
    def by_the_weights_themselves(w, dw, config):
        config = dict(config)
        x, v = config.get("x", w), config.get("v", np.zeros_like(w))
        config["v"] = config["momentum"] * v - config["learning_rate"] * dw
        config["x"] = x + config["v"]
        return config["x"] + config["momentum"] * config["v"], config
