"""Nesterov momentum in the form of an update rule, which gets the gradient at its own weights."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from gradlab import drivers

from .sgd_momentum import momentum_cases


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
        rate, momentum, previous = config["learning_rate"], config["momentum"], config["velocity"]
        velocity = momentum * previous - rate * dw
        next_w = w - momentum * previous + (1 + momentum) * velocity
        return next_w, {**config, "velocity": velocity}

    previous_velocity_overwritten = mistake(
        "This is plain momentum. If your formula looks right, v_prev is the same array as v: an in-place "
        "change such as v *= momentum changes both, and the two terms cancel. Keep a copy.",
        {"w - momentum * previous": "w - momentum * velocity"},
    )
    wrong_sign = mistake(
        "The velocity grows along the gradient, so the loss rises: the gradient enters it with a minus.",
        {"- rate * dw": "+ rate * dw"},
    )
    previous_velocity_added = mistake(
        "The old velocity is added. It is subtracted: it takes back the look-ahead of the step before.",
        {"w - momentum * previous": "w + momentum * previous"},
    )
    previous_velocity_missing = mistake(
        "The old velocity is missing from the step: without it each look-ahead is added and never taken back.",
        {"w - momentum * previous": "w"},
    )
    velocities_exchanged = mistake(
        "The two velocities are exchanged: the new one enters by 1 + momentum, the old one by -momentum.",
        {"w - momentum * previous + (1 + momentum) * velocity": "w - momentum * velocity + (1 + momentum) * previous"},
    )
    moves_before_updating = mistake(
        "The weights move by the old velocity: update the velocity first, and then move by both.",
        {"w - momentum * previous + (1 + momentum) * velocity": "w + previous"},
    )
    new_velocity_too_small = mistake(
        "This is the path of plain SGD. If your step is -μ v_prev + v, the velocities cancel and only "
        "the gradient is left: the new velocity enters by 1 + μ.",
        {"(1 + momentum) * velocity": "velocity"},
    )
    velocity_not_stored = mistake(
        "The new velocity is not stored in config, so every step starts again from the old one.",
        {', "velocity": velocity': ""},
    )
    velocity_expected = mistake(
        "On the first step there is no velocity in config yet: start from zeros of the shape of w.",
        {', "velocity": np.zeros_like(w)': ""},
    )
    velocity_of_gradients = mistake(
        "Your velocity is a sum of gradients that is scaled when the weights move. From zeros that gives "
        "the same path, but here the velocity is the step itself, v = μ v - η dw, and may be given at "
        "the start.",
        {
            "- rate * dw": "+ dw",
            "w - momentum * previous + (1 + momentum) * velocity": "w - rate * (dw + momentum * velocity)",
        },
    )
    velocity_uphill = mistake(
        "Your velocity points uphill and is subtracted. From zeros that gives the same path, but here v "
        "= μ v - η dw is added, and a velocity given at the start has that sign.",
        {
            "- rate * dw": "+ rate * dw",
            "w - momentum * previous": "w + momentum * previous",
            "+ (1 + momentum)": "- (1 + momentum)",
        },
    )
    momentum_hard_coded = mistake(
        "The momentum is always 0.9. Read it from config; 0.9 is only what to use when it is missing.",
        {'config["momentum"]': "0.9"},
    )
    rate_hard_coded = mistake(
        "The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.",
        {'config["learning_rate"]': "1e-2"},
    )
    settings_lost = mistake(
        "You return a config with the velocity alone, so the settings are lost after the first step.",
        {"{**config, ": "{"},
    )

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

    velocity_and_gradient = variant(
        {
            '"velocity": np.zeros_like(w)': '"velocity": 0.0',
            "w - momentum * previous + (1 + momentum) * velocity": "w + momentum * velocity - rate * dw",
        }
    )

    @variant
    def rows_as_views(w, dw, config=None):
        config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
        rate, mu = config["learning_rate"], config["momentum"]
        next_w, velocity = w.astype(float), np.array(config["velocity"], dtype=float)
        for weight, v, slope in zip(next_w.reshape(-1, 1), velocity.reshape(-1, 1), dw.reshape(-1, 1), strict=True):
            weight -= mu * v
            v[:] = mu * v - rate * slope
            weight += (1 + mu) * v
        return next_w.T.T, {**config, "velocity": velocity}
