"""Nesterov momentum in the form of an update rule, which gets the gradient at its own weights."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from autograder.exercises.config import updated
from gradlab import drivers

from .sgd_momentum import (
    decayed_velocity,
    momentum_cases,
    momentum_settings,
    momentum_with,
    sum_of_gradients,
    uphill_velocity,
)


def nesterov_move(w, dw, g, velocity):
    return w - g.momentum * g.velocity + (1 + g.momentum) * velocity


def nesterov_with(w, dw, config, velocity=decayed_velocity, move=nesterov_move):
    """A step of Nesterov momentum in which the velocity or the move is replaced, for most of the known mistakes."""
    return momentum_with(w, dw, config, velocity, move)


class NesterovMomentum(Exercise):
    """The transformed form, whose weights are the look-ahead point of the original."""

    name, points = "nesterov_momentum", 3
    driver = drivers.trajectory
    cases = momentum_cases

    def reference(w, dw, config=None):
        """One step of Nesterov momentum, in the form that needs the gradient at `w` only.

            v_prev = v
            v ← μ v - η dw
            w ← w - μ v_prev + (1 + μ) v

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict or None
            ``learning_rate``: η, 1e-2 if missing. ``momentum``: μ, 0.9 if missing.
            ``velocity``: v, same shape as `w`, zeros if missing. None means all defaults.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings and the new ``velocity``; they are handed to the next call.

        Notes
        -----
        `w`, `config` and the velocity in it may be changed in place, but need not be.

        References
        ----------
        Bengio, Boulanger-Lewandowski & Pascanu, "Advances in optimizing recurrent networks" (2013), section
        3.5.
        """
        config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
        momentum, previous = config["momentum"], config["velocity"]
        velocity = momentum * previous - config["learning_rate"] * dw
        return w - momentum * previous + (1 + momentum) * velocity, {**config, "velocity": velocity}

    @mistake(
        "This is plain momentum. If your formula looks right, v_prev is the same array as v: an in-place "
        "change such as v *= momentum changes both, and the two terms cancel. Keep a copy."
    )
    def previous_velocity_overwritten(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w - g.momentum * velocity + (1 + g.momentum) * velocity

        return nesterov_with(w, dw, config, move=move)

    @mistake("The velocity grows along the gradient, so the loss rises: the gradient enters it with a minus.")
    def wrong_sign(w, dw, config=None):
        return nesterov_with(w, dw, config, uphill_velocity)

    @mistake("The old velocity is added. It is subtracted: it takes back the look-ahead of the step before.")
    def previous_velocity_added(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w + g.momentum * g.velocity + (1 + g.momentum) * velocity

        return nesterov_with(w, dw, config, move=move)

    @mistake("The old velocity is missing from the step: without it each look-ahead is added and never taken back.")
    def previous_velocity_missing(w, dw, config=None):
        return nesterov_with(w, dw, config, move=lambda w, dw, g, velocity: w + (1 + g.momentum) * velocity)

    @mistake("The two velocities are exchanged: the new one enters by 1 + momentum, the old one by -momentum.")
    def velocities_exchanged(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w - g.momentum * velocity + (1 + g.momentum) * g.velocity

        return nesterov_with(w, dw, config, move=move)

    @mistake("The weights move by the old velocity: update the velocity first, and then move by both.")
    def moves_before_updating(w, dw, config=None):
        return nesterov_with(w, dw, config, move=lambda w, dw, g, velocity: w + g.velocity)

    @mistake(
        "This is the path of plain SGD. If your step is -μ v_prev + v, the velocities cancel and only "
        "the gradient is left: the new velocity enters by 1 + μ."
    )
    def new_velocity_too_small(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w - g.momentum * g.velocity + velocity

        return nesterov_with(w, dw, config, move=move)

    @mistake("The new velocity is not stored in config, so every step starts again from the old one.")
    def velocity_not_stored(w, dw, config=None):
        g = momentum_settings(config, w)
        return w + g.momentum**2 * g.velocity - (1 + g.momentum) * g.learning_rate * dw, updated(config)

    @mistake("On the first step there is no velocity in config yet: start from zeros of the shape of w.")
    def velocity_expected(w, dw, config=None):
        return nesterov_with(w, dw, {"velocity": updated(config)["velocity"], **updated(config)})

    @mistake(
        "Your velocity is a sum of gradients that is scaled when the weights move. From zeros that gives "
        "the same path, but here the velocity is the step itself, v = μ v - η dw, and may be given at "
        "the start."
    )
    def velocity_of_gradients(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w - g.learning_rate * (dw + g.momentum * velocity)

        return nesterov_with(w, dw, config, sum_of_gradients, move)

    @mistake(
        "Your velocity points uphill and is subtracted. From zeros that gives the same path, but here v "
        "= μ v - η dw is added, and a velocity given at the start has that sign."
    )
    def velocity_uphill(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w + g.momentum * g.velocity - (1 + g.momentum) * velocity

        return nesterov_with(w, dw, config, uphill_velocity, move)

    @mistake("The momentum is always 0.9. Read it from config; 0.9 is only what to use when it is missing.")
    def momentum_hard_coded(w, dw, config=None):
        next_w, after = nesterov_with(w, dw, updated(config, momentum=0.9))
        return next_w, updated(config, velocity=after["velocity"])

    @mistake("The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.")
    def rate_hard_coded(w, dw, config=None):
        next_w, after = nesterov_with(w, dw, updated(config, learning_rate=1e-2))
        return next_w, updated(config, velocity=after["velocity"])

    @mistake("You return a config with the velocity alone, so the settings are lost after the first step.")
    def settings_lost(w, dw, config=None):
        next_w, config = nesterov_with(w, dw, config)
        return next_w, {"velocity": config["velocity"]}

    @variant
    def in_place(w, dw, config=None):
        if config is None:
            config = {}
        config.setdefault("learning_rate", 1e-2)
        config.setdefault("momentum", 0.9)
        v = config.setdefault("velocity", np.zeros_like(w))
        before = v.copy()
        v *= config["momentum"]
        v -= config["learning_rate"] * dw
        w += v + config["momentum"] * (v - before)
        return w, config

    @variant
    def velocity_and_gradient(w, dw, config=None):
        config = dict(config or {})
        rate, mu = np.float64(config.get("learning_rate", 0.01)), np.float64(config.get("momentum", 0.9))
        config["velocity"] = mu * config.get("velocity", 0.0) - rate * dw
        return w + mu * config["velocity"] - rate * dw, config

    @variant
    def rows_as_views(w, dw, config=None):
        g = momentum_settings(config, w)
        next_w, velocity = w.astype(float), np.array(g.velocity, dtype=float)
        for weight, v, slope in zip(next_w.reshape(-1, 1), velocity.reshape(-1, 1), dw.reshape(-1, 1), strict=True):
            weight -= g.momentum * v
            v[:] = g.momentum * v - g.learning_rate * slope
            weight += (1 + g.momentum) * v
        return next_w.T.T, updated(config, velocity=velocity)
