"""Nesterov momentum in the form of an update rule, which gets the gradient at its own weights."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from gradlab import drivers
from gradlab.checks.pictures import Picture

from .sgd_momentum import momentum_cases


class NesterovMomentum(Exercise):
    """The transformed form, whose weights are the look-ahead point of the original."""

    name, points = "nesterov_momentum", 3
    done = "You have Nesterov momentum as a plain update rule; the next cell shows that both forms take the same path."
    driver = drivers.trajectory
    picture = Picture("curve")
    cases = momentum_cases

    def reference(w, dw, config=None):
        """One step of Nesterov momentum, in the form that needs only the gradient at `w`.

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
            The settings and the new ``velocity``, for the next call.

        Notes
        -----
        You may change `w`, `config`, and the velocity in it in place. Keras takes the same steps. PyTorch keeps the
        learning rate out of the velocity: v ← μ v + dw, w ← w - η (dw + μ v). Starting from zeros, both forms take the
        same path until the learning rate changes.

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
        "Does your step look ahead? Your weights take the path of plain momentum. The step is -μ v_prev + (1 + μ) v, "
        "and v_prev must still be the old velocity: an in-place change such as v *= momentum would change it, too.",
        {"w - momentum * previous": "w - momentum * velocity"},
    )
    wrong_sign = mistake(
        "Which way does your velocity grow? Along the gradient, which points uphill. Subtract η dw instead of adding "
        "it.",
        {"- rate * dw": "+ rate * dw"},
    )
    previous_velocity_added = mistake(
        "What sign does the old velocity have in your step? You add μ v_prev. Subtract it, to take back the last "
        "look-ahead.",
        {"w - momentum * previous": "w + momentum * previous"},
    )
    previous_velocity_missing = mistake(
        "Where is the old velocity in your step? Without it, each look-ahead is added and never taken back. Subtract "
        "μ v_prev.",
        {"w - momentum * previous": "w"},
    )
    velocities_exchanged = mistake(
        "Which velocity gets which factor? Yours are swapped: the new one should get 1 + μ, the old one -μ.",
        {"w - momentum * previous + (1 + momentum) * velocity": "w - momentum * velocity + (1 + momentum) * previous"},
    )
    moves_before_updating = mistake(
        "Which velocity moves your weights? The old one alone. Update v first; the step should be -μ v_prev + (1 + μ) "
        "v.",
        {"w - momentum * previous + (1 + momentum) * velocity": "w + previous"},
    )
    new_velocity_without_the_one = mistake(
        "What factor does the new velocity get? You multiply it by μ alone. The factor should be 1 + μ.",
        {"(1 + momentum) * velocity": "momentum * velocity"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Check that the update runs, and return its "
        "result.",
        {"return next_w": "return w"},
    )
    velocity_not_stored = mistake(
        "Does the new velocity reach the next step? Each of your steps starts again from the very first velocity. "
        "Store the new one in the config you return.",
        {', "velocity": velocity': ""},
    )
    velocity_dropped = mistake(
        "Which velocity does your second step start from? Zeros, because the config you return doesn't hold the new "
        "one. Store it there.",
        {'{**config, "velocity": velocity}': '{key: value for key, value in config.items() if key != "velocity"}'},
    )
    velocity_expected = mistake(
        "What if `config` has no velocity yet? Your function stops with an error. Start from zeros of the same shape "
        "as w.",
        {', "velocity": np.zeros_like(w)': ""},
    )
    velocity_starts_uphill = mistake(
        "What is the velocity before the first step? Without one in `config`, yours starts at η dw. Start from zeros.",
        {
            '"velocity": np.zeros_like(w)': '"velocity": (config or {}).get("learning_rate", 1e-2) * dw',
        },
    )
    velocity_of_gradients = mistake(
        "What does your velocity hold? It's a sum of gradients, scaled only when the weights move. From zeros that "
        "gives the same path, but a velocity in `config` is already a step: v = μ v - η dw.",
        {
            "- rate * dw": "+ dw",
            "w - momentum * previous + (1 + momentum) * velocity": "w - rate * (dw + momentum * velocity)",
        },
    )
    velocity_uphill = mistake(
        "Which way does your velocity point? Uphill, and you subtract it. From zeros that gives the same path, but a "
        "velocity in `config` points downhill: v = μ v - η dw.",
        {
            "- rate * dw": "+ rate * dw",
            "w - momentum * previous": "w + momentum * previous",
            "+ (1 + momentum)": "- (1 + momentum)",
        },
    )
    plain_momentum_uphill = mistake(
        "Does your step look ahead, and which way does your velocity point? Your weights take the path of plain "
        "momentum, with a velocity that points uphill. Use v ← μ v - η dw, and the step -μ v_prev + (1 + μ) v.",
        {"- rate * dw": "+ rate * dw", "w - momentum * previous + (1 + momentum) * velocity": "w - velocity"},
    )
    new_velocity_for_the_old = mistake(
        "Which velocity do you multiply by μ²? The new one. In the step μ² v_prev - (1 + μ) η dw, it's the old one: "
        "update v only after the weights, or keep a copy.",
        {
            "w - momentum * previous + (1 + momentum) * velocity": (
                "w + momentum**2 * velocity - (1 + momentum) * rate * dw"
            )
        },
    )
    gradient_times_weights = mistake(
        "What do you multiply the gradient by? By w - μ v, but that is a place to take a gradient, not a factor. "
        "In this form, dw is the gradient to use as it is: v ← μ v - η dw.",
        {
            "- rate * dw": "+ rate * dw * (w - momentum * previous)",
            "w - momentum * previous + (1 + momentum) * velocity": "w - velocity",
        },
    )
    velocity_taken_off_the_gradient = mistake(
        "What do you subtract μ v_prev from? From the gradient, which only makes μ smaller, and nothing looks ahead. "
        "Use dw as it is, and let the step look ahead: w ← w - μ v_prev + (1 + μ) v.",
        {
            "- rate * dw": "+ rate * (dw - momentum * previous)",
            "w - momentum * previous + (1 + momentum) * velocity": "w - velocity",
        },
    )
    running_mean = mistake(
        "How much of the new gradient enters the velocity? Only 1 - μ of it, as in a running mean. Momentum takes in "
        "all of it: v ← μ v - η dw.",
        {"- rate * dw": "- (1 - momentum) * rate * dw"},
    )
    gradient_clipped = mistake(
        "Do large gradients count in full? Yours stop at 1 and -1, as if clipped. The rule uses the gradient as it is.",
        {"- rate * dw": "- rate * np.clip(dw, -1, 1)"},
    )
    gradient_clipped_at_five = mistake(
        "Do large gradients count in full? Yours stop at 5 and -5, as if clipped. The rule uses the gradient as it is.",
        {"- rate * dw": "- rate * np.clip(dw, -5, 5)"},
    )
    momentum_hard_coded = mistake(
        "Does the momentum in `config` change anything? Yours is always 0.9. Read it from `config`, and use 0.9 only "
        "if it is missing.",
        {'config["momentum"]': "0.9"},
    )
    rate_hard_coded = mistake(
        "Does the learning rate in `config` change anything? Yours is always 1e-2. Read it from `config`, and use 1e-2 "
        "only if it is missing.",
        {'config["learning_rate"]': "1e-2"},
    )
    rate_defaults_to_1e_3 = mistake(
        "What is your learning rate when `config` has none? It's 1e-3, but the default here is 1e-2.",
        {'"learning_rate": 1e-2': '"learning_rate": 1e-3'},
    )
    rate_defaults_to_a_tenth = mistake(
        "What is your learning rate when `config` has none? It's 0.1, but the default here is 1e-2.",
        {'"learning_rate": 1e-2': '"learning_rate": 0.1'},
    )
    settings_lost = mistake(
        "Do your settings survive the first step? From the second step on, they are back at their defaults. Return "
        "all of `config`, with the new velocity in it.",
        {"{**config, ": "{"},
    )

    velocity_under_another_name = mistake(
        "Where do you keep the velocity? A velocity in `config` doesn't affect your steps. Read it from "
        '`config["velocity"]`, and store the new one there.',
        {'config["velocity"]': 'config.get("v", 0)', '"velocity": velocity}': '"v": velocity}'},
    )
    previous_velocity_whole = mistake(
        "How much of the old velocity do you subtract? All of it. Subtract μ v_prev.",
        {"w - momentum * previous": "w - previous"},
    )
    one_minus_for_one_plus = mistake(
        "What factor does the new velocity get? You multiply it by 1 - μ. The factor should be 1 + μ.",
        {"(1 + momentum) * velocity": "(1 - momentum) * velocity"},
    )
    look_ahead_stored = mistake(
        "Which velocity do you store? One that was updated twice: μ v - η dw, computed from the new v. Update it once, "
        "and store that.",
        {'"velocity": velocity}': '"velocity": momentum * velocity - rate * dw}'},
    )
    steps_from_ahead = mistake(
        "Where does your step start? At the look-ahead point, w + μ v_prev. The weights are already there in this "
        "form: the step is -μ v_prev + (1 + μ) v.",
        {"w - momentum * previous + (1 + momentum) * velocity": "w + momentum * previous + velocity"},
    )
    rate_left_out = mistake(
        "Where does the learning rate come in? It doesn't: the whole gradient enters your velocity. Multiply dw by η.",
        {"- rate * dw": "- dw"},
    )

    # A function, not edits: with another mistake's edits, the weights would no longer take SGD's path.
    @mistake(
        "Do the velocities cancel in your step? Your weights take the path of plain SGD. The new velocity should enter "
        "with a factor of 1 + μ."
    )
    def path_of_plain_sgd(w, dw, config=None):
        config = {"learning_rate": 1e-2, **(config or {})}
        return w - config["learning_rate"] * dw, config

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
