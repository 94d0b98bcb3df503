"""Momentum, with a velocity that is computed but not used."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, signed, uniform
from gradlab import drivers


def settings(rng):
    return {"learning_rate": uniform(rng, 0.02, 0.1), "momentum": uniform(rng, 0.6, 0.95)}


class FixMomentum(Exercise):
    """One set of notes prints x += -learning_rate * dx under the heading Momentum."""

    name, points = "fix_momentum", 1
    driver = drivers.trajectory

    def reference(w, dw, config):
        """One step of gradient descent with momentum.

        The velocity starts at zero. Each step keeps the share μ of it and adds -η times the gradient. Under a steady
        gradient the steps so grow from η to η / (1 - μ) times the gradient.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``momentum``: μ. Your own state is in it too, from the second step on.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings, and whatever you must remember; it is handed to the next call.

        Notes
        -----
        `w` and `config` may be changed in place, but need not be.

        References
        ----------
        Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
        """
        rate, mu = config["learning_rate"], config["momentum"]
        v = config.get("v", np.zeros_like(w))
        v = mu * v - rate * dw
        return w + v, {**config, "v": v}

    def cases(rng):
        yield Case(
            "a steady gradient",
            w=signed(rng, 1, 3, 3),
            gradients=np.tile(signed(rng, 1, 3, 3), (12, 1)),
            config=settings(rng),
        )
        yield Case(
            "changing gradients", w=signed(rng, 1, 3, 3), gradients=signed(rng, 1, 3, 10, 3), config=settings(rng)
        )
        yield Case(
            "weights in a matrix",
            w=signed(rng, 1, 3, 2, 3),
            gradients=signed(rng, 1, 3, 6, 2, 3),
            config=settings(rng),
        )
        w, gradients = as_float32(signed(rng, 1, 3, 3), signed(rng, 1, 3, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config=settings(rng))

    @mistake(
        "This does what the printed code does: whatever the momentum, it takes the steps of plain descent. Follow v "
        "through the listing: what is it used for?"
    )
    def as_printed(w, dw, config):
        rate, mu = config["learning_rate"], config["momentum"]
        v = config.get("v", np.zeros_like(w))
        v = mu * v - rate * dw
        w = w - rate * dw
        return w, {**config, "v": v}

    velocity_subtracted = mistake(
        "The velocity is subtracted. It points downhill already, having the minus of the gradient in it.",
        {"+ v": "- v"},
    )
    both = mistake(
        "The weights move by the velocity and by the gradient as well. The gradient is in the velocity already.",
        {"return w": "return w - rate * dw"},
    )
    rate_twice = mistake(
        "The learning rate is applied twice: once in the velocity, once more when the weights move.",
        {"+ v": "+ rate * v"},
    )
    old_velocity = mistake(
        "The weights move by the velocity of the step before. Update the velocity, then move by the new one.",
        {"v = mu": "new_v = mu", '"v": v': '"v": new_v'},
    )
    running_mean = mistake(
        "This makes the velocity a running mean, so its steps never get longer than those of plain descent.",
        {"- rate": "- (1 - mu) * rate"},
    )
    no_friction = mistake(
        "Nothing of the velocity is lost from step to step: the share that is kept is missing.", {"mu * v": "v"}
    )

    @variant
    def sum_of_gradients(w, dw, config):
        total = config.get("total", 0.0) * config["momentum"] + dw
        return w - config["learning_rate"] * total, {**config, "total": total}

    in_place = variant({"v = mu * v - rate * dw": "v *= mu\nv -= rate * dw", "return w + v": "w += v\nreturn w"})
