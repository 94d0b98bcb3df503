"""Momentum, with a velocity that is computed but not used."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, signed, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


def settings(rng):
    return {"learning_rate": uniform(rng, 0.02, 0.1), "momentum": uniform(rng, 0.6, 0.95)}


class FixMomentum(Exercise):
    """One set of notes prints x += -learning_rate * dx under the heading Momentum."""

    name, points = "fix_momentum", 1
    done = "Your momentum step moves along the velocity, so a steady gradient speeds it up."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config):
        """One step of gradient descent with momentum.

        The velocity starts at zero. Each step keeps the fraction μ of it and adds -η times the gradient. So under a
        steady gradient, the steps grow from η to η / (1 - μ) times the gradient.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``momentum``: μ. From the second step on, it also holds your own state.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings, and whatever you must remember for the next call.

        Notes
        -----
        You may change `w` and `config` in place.

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
        "Does your answer depend on the momentum? As with the printed code, your steps are those of plain descent, "
        "whatever μ is. Follow v through the code: do the weights move by it, and is it passed on to the next step?"
    )
    def as_printed(w, dw, config):
        rate, mu = config["learning_rate"], config["momentum"]
        v = config.get("v", np.zeros_like(w))
        v = mu * v - rate * dw
        w = w - rate * dw
        return w, {**config, "v": v}

    velocity_subtracted = mistake(
        "Which way do the weights go? Yours go uphill. The gradient gets only one minus sign: in the velocity or "
        "where the weights move, but not in both places.",
        {"+ v": "- v"},
    )
    both = mistake(
        "How many times do you use the current gradient? Twice: the weights move by the velocity and by the gradient "
        "as well. It's already in the velocity.",
        {"return w": "return w - rate * dw"},
    )
    rate_twice = mistake(
        "How many times do you use the learning rate? Twice. It's already in the velocity, so the weights move by the "
        "velocity itself.",
        {"+ v": "+ rate * v"},
    )
    old_velocity = mistake(
        "By which velocity do your weights move? By that of the previous step. Update the velocity first, then move.",
        {"v = mu": "new_v = mu", '"v": v': '"v": new_v'},
    )
    running_mean = mistake(
        "Do the steps ever get longer than those of plain descent? Yours don't, because you multiply the gradient by "
        "1 - μ. Give it its full weight.",
        {"- rate": "- (1 - mu) * rate"},
    )
    no_friction = mistake(
        "How much of the velocity do you keep at each step? All of it. Keep the fraction μ.", {"mu * v": "v"}
    )
    shares_exchanged = mistake(
        "How much of the velocity do you keep at each step? The fraction 1 - μ. Keep the fraction μ.",
        {"mu * v": "(1 - mu) * v"},
    )
    gradient_damped = mistake(
        "What does μ multiply? It should multiply only the old velocity, but yours multiplies the gradient as well.",
        {"mu * v - rate * dw": "mu * (v - rate * dw)"},
    )
    momentum_hard_coded = mistake(
        "What happens when the momentum isn't 0.9? Nothing changes: it's always taken to be 0.9. Use the one "
        "in config.",
        {'config["momentum"]': "0.9"},
    )
    looks_ahead = mistake(
        "Is this ordinary momentum or Nesterov's? You take Nesterov's steps, which look ahead. Move by the velocity, "
        "and no further.",
        {"w + v": "w + mu * v - rate * dw"},
    )

    @variant
    def sum_of_gradients(w, dw, config):
        total = config.get("total", 0.0) * config["momentum"] + dw
        return w - config["learning_rate"] * total, {**config, "total": total}

    in_place = variant({"v = mu * v - rate * dw": "v *= mu\nv -= rate * dw", "return w + v": "w += v\nreturn w"})
