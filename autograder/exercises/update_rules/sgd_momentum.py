"""Momentum: steps in the same direction add up, and alternating steps cancel."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


def momentum_cases(rng):
    """The cases for every rule that keeps a velocity."""
    yield Case("ten steps, config=None", w=rng.normal(size=3), gradients=rng.normal(size=(10, 3)))
    yield Case(
        "a different learning rate and momentum",
        w=rng.normal(size=4),
        gradients=rng.normal(size=(10, 4)),
        config={"learning_rate": uniform(rng, 0.05, 0.3), "momentum": uniform(rng, 0.4, 0.7)},
    )
    yield Case(
        "continued from a given velocity",
        w=rng.normal(size=3),
        gradients=rng.normal(size=(10, 3)),
        config={
            "learning_rate": uniform(rng, 0.05, 0.3),
            "momentum": uniform(rng, 0.7, 0.8),
            "velocity": rng.normal(size=3),
        },
    )
    yield Case(
        "weights in a matrix",
        w=rng.normal(size=(2, 3)),
        # Large enough to show if someone clips them.
        gradients=20 * rng.normal(size=(8, 2, 3)),
        config={"learning_rate": uniform(rng, 0.05, 0.3)},
    )
    w, gradients = as_float32(rng.normal(size=3), rng.normal(size=(8, 3)))
    yield Case("float32 weights", w=w, gradients=gradients, config={"momentum": uniform(rng, 0.4, 0.7)})


class SgdMomentum(Exercise):
    """Momentum: the velocity is a decaying sum of gradient steps, not their mean."""

    name, points = "sgd_momentum", 3
    done = "You have momentum that builds up speed along a ravine; the next plots show how its steps grow."
    driver = drivers.trajectory
    picture = Picture("curve")
    cases = momentum_cases

    def reference(w, dw, config=None):
        """One step of gradient descent with momentum.

            v ← μ v - η dw
            w ← w + v

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
        You may change `w`, `config`, and the velocity in it in place. Keras uses this form, too. PyTorch keeps the
        learning rate out of the velocity: v ← μ v + dw, w ← w - η v. Starting from zeros, both forms take the same
        path until the learning rate changes.

        References
        ----------
        Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning"
        (2013), section 2, equations 1 and 2; after Polyak (1964).
        """
        config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
        rate, momentum, previous = config["learning_rate"], config["momentum"], config["velocity"]
        velocity = momentum * previous - rate * dw
        return w + velocity, {**config, "velocity": velocity}

    wrong_sign = mistake(
        "Which way does your velocity grow? Along the gradient, which points uphill. Subtract η dw instead of adding "
        "it.",
        {"- rate * dw": "+ rate * dw"},
    )
    velocity_subtracted = mistake(
        "Which way does the velocity point? Downhill already, so don't subtract it from the weights: add it.",
        {"w + velocity": "w - velocity"},
    )
    sum_of_gradients_added = mistake(
        "Which way do your weights go? Your velocity adds up gradients, which point uphill, and you add it to the "
        "weights. Use v = μ v - η dw, and then w + v.",
        {"- rate * dw": "+ dw", "w + velocity": "w + rate * velocity"},
    )
    steps_by_the_gradient = mistake(
        "Where does the velocity come in? Your weights move by -η dw alone, as in plain SGD. Move them by the new "
        "velocity.",
        {"w + velocity": "w - rate * dw"},
    )
    velocity_never_updated = mistake(
        "Does your velocity ever change? It stays what it was at the start, so the gradient has no effect. Set it to "
        "μ v - η dw at every step.",
        {"momentum * previous - rate * dw": "previous"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Check that the update runs, and return its "
        "result.",
        {"w + velocity": "w"},
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
    rate_applied_twice = mistake(
        "How many times does the learning rate enter? Twice: it's in the velocity already, and you multiply the "
        "velocity by it again. Move by v itself.",
        {"w + velocity": "w + rate * velocity"},
    )
    running_mean = mistake(
        "How much of the new gradient enters the velocity? Only 1 - μ of it, as in a running mean. Momentum takes in "
        "all of it: v = μ v - η dw.",
        {"- rate * dw": "- (1 - momentum) * rate * dw"},
    )
    running_mean_of_gradients = mistake(
        "What does your velocity hold? It's a running mean of gradients, so the steps never get longer than those of "
        "plain SGD. Momentum keeps a decaying sum of gradient steps: v = μ v - η dw, without 1 - μ.",
        {"- rate * dw": "+ (1 - momentum) * dw", "w + velocity": "w - rate * velocity"},
    )
    velocity_of_gradients = mistake(
        "What does your velocity hold? It's a sum of gradients, scaled only when the weights move. From zeros that "
        "gives the same path, but a velocity in `config` is already a step: v = μ v - η dw.",
        {"- rate * dw": "+ dw", "w + velocity": "w - rate * velocity"},
    )
    velocity_uphill = mistake(
        "Which way does your velocity point? Uphill, and you subtract it. From zeros that gives the same path, but a "
        "velocity in `config` points downhill: v = μ v - η dw, then w + v.",
        {"- rate * dw": "+ rate * dw", "w + velocity": "w - velocity"},
    )
    moves_before_updating = mistake(
        "Which velocity moves your weights? The one from before the update. Update the velocity first, then move by "
        "it.",
        {"w + velocity": "w + previous"},
    )
    gradient_damped_too = mistake(
        "What does μ multiply? In your update, it shrinks the new gradient, too. Multiply only the old velocity by it.",
        {"- rate * dw": "- momentum * rate * dw"},
    )
    friction_for_momentum = mistake(
        "How much of the old velocity do you keep? The fraction 1 - μ. Keep the fraction μ.",
        {"momentum * previous": "(1 - momentum) * previous"},
    )
    nesterov_instead = mistake(
        "Is this Nesterov's step? You add a correction to the velocity. Plain momentum moves by the velocity alone.",
        {"w + velocity": "w + momentum * velocity - rate * dw"},
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

    velocity_of_negative_gradients = mistake(
        "What does your velocity hold? It's a sum of negative gradients, scaled only when the weights move. From zeros "
        "that gives the same path, but a velocity in `config` is already a step: v = μ v - η dw.",
        {"- rate * dw": "- dw", "w + velocity": "w + rate * velocity"},
    )
    velocity_under_another_name = mistake(
        "Where do you keep the velocity? A velocity in `config` doesn't affect your steps. Read it from "
        '`config["velocity"]`, and store the new one there.',
        {'config["velocity"]': 'config.get("v", 0)', '"velocity": velocity}': '"v": velocity}'},
    )
    running_mean_uphill = mistake(
        "How much of the new gradient enters the velocity? Only 1 - μ of it, and with the wrong sign for a velocity "
        "from `config`. Momentum subtracts all of it: v = μ v - η dw, then w + v.",
        {"- rate * dw": "+ (1 - momentum) * rate * dw", "w + velocity": "w - velocity"},
    )
    velocity_starts_downhill = mistake(
        "What is the velocity before the first step? Without one in `config`, yours starts at -η dw. Start from zeros.",
        {'"velocity": np.zeros_like(w)': '"velocity": -(config or {}).get("learning_rate", 1e-2) * dw'},
    )
    velocity_starts_at_the_gradient = mistake(
        "What is the velocity before the first step? Without one in `config`, yours starts at dw. Start from zeros.",
        {'"velocity": np.zeros_like(w)': '"velocity": dw'},
    )
    velocity_returned = mistake(
        "What do you return: the new weights or the velocity? You return the velocity. Add it to the old weights.",
        {"w + velocity": "velocity"},
    )
    weights_stored_as_velocity = mistake(
        "What do you store as the velocity? The new weights. Store v, the step that the weights just took.",
        {'"velocity": velocity}': '"velocity": w + velocity}'},
    )
    gradient_subtracted_again = mistake(
        "How many times does the gradient move your weights? Twice: it's in the velocity already, and you subtract "
        "η dw again. Move by v alone.",
        {"w + velocity": "w + velocity - rate * dw"},
    )
    step_damped = mistake(
        "By how much do your weights move? By μ v. The friction is in the velocity already, so move by v itself.",
        {"w + velocity": "w + momentum * velocity"},
    )
    rate_left_out = mistake(
        "Where does the learning rate come in? It doesn't: the whole gradient enters your velocity. Multiply dw by η.",
        {"- rate * dw": "- dw"},
    )

    @variant
    def in_place(w, dw, config=None):
        if config is None:
            config = {}
        config.setdefault("learning_rate", 1e-2)
        config.setdefault("momentum", 0.9)
        v = config.get("velocity", np.zeros_like(w))
        v *= config["momentum"]
        v -= config["learning_rate"] * dw
        w += v
        config["velocity"] = v
        return w, config

    scaled_sum_of_gradients = variant(
        {
            "momentum * previous - rate * dw": "-rate * (momentum * previous / -rate + dw)",
            '"velocity": velocity}': '"velocity": velocity, "method": "another algebra"}',
        }
    )

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
        next_w, velocity = w.copy().reshape(-1), np.array(config["velocity"], dtype=np.float64).reshape(-1)
        for i, slope in enumerate(dw.flat):
            velocity[i] = np.float64(config["momentum"]) * velocity[i] - config["learning_rate"] * slope
            next_w[i] += velocity[i]
        return next_w.reshape(w.shape), {**config, "velocity": velocity.reshape(w.shape)}
