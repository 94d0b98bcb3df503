"""Momentum: steps in the same direction add up, and alternating steps cancel."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, uniform
from gradlab import drivers


def momentum_cases(rng):
    """The cases of every rule that carries a velocity."""
    yield Case("ten steps, config=None", w=rng.normal(size=3), gradients=rng.normal(size=(10, 3)))
    yield Case(
        "another learning rate and momentum",
        w=rng.normal(size=4),
        gradients=rng.normal(size=(10, 4)),
        config={"learning_rate": uniform(rng, 0.05, 0.3), "momentum": uniform(rng, 0.4, 0.7)},
    )
    yield Case(
        "carried on from a given velocity",
        w=rng.normal(size=3),
        gradients=rng.normal(size=(10, 3)),
        config={"momentum": uniform(rng, 0.7, 0.8), "velocity": rng.normal(size=3)},
    )
    yield Case(
        "weights in a matrix",
        w=rng.normal(size=(2, 3)),
        gradients=rng.normal(size=(8, 2, 3)),
        config={"learning_rate": uniform(rng, 0.05, 0.3)},
    )
    w, gradients = as_float32(rng.normal(size=3), rng.normal(size=(8, 3)))
    yield Case("float32 weights", w=w, gradients=gradients, config={"momentum": uniform(rng, 0.4, 0.7)})


class SgdMomentum(Exercise):
    """Momentum: the velocity is a decaying sum of past steps, not their mean."""

    name, points = "sgd_momentum", 3
    driver = drivers.trajectory
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
            The settings and the new ``velocity``; they are handed to the next call.

        Notes
        -----
        `w`, `config` and the velocity in it may be changed in place, but need not be.

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
        "The velocity grows along the gradient, so the loss rises: the gradient enters it with a minus.",
        {"- rate * dw": "+ rate * dw"},
    )
    velocity_subtracted = mistake(
        "The velocity is subtracted. It has the minus of the gradient in it already and points downhill: add it.",
        {"w + velocity": "w - velocity"},
    )
    sum_of_gradients_added = mistake(
        "The velocity adds up gradients, which point uphill, and the weights move along it, so the loss rises. "
        "The gradient enters with a minus: v = μ v - η dw.",
        {"- rate * dw": "+ dw", "w + velocity": "w + rate * velocity"},
    )
    steps_by_the_gradient = mistake(
        "The weights move by the learning rate times the gradient, as in plain SGD. Move them by the velocity.",
        {"w + velocity": "w - rate * dw"},
    )
    velocity_never_updated = mistake(
        "The velocity never changes, and from zeros nothing ever moves. Is the line that updates it behind a comment?",
        {"momentum * previous - rate * dw": "previous"},
    )
    never_moves = mistake(
        "Your weights never move. Is the update behind a comment, or is its result not what you return?",
        {"w + velocity": "w"},
    )
    velocity_not_stored = mistake(
        "The new velocity is not stored in config, so every step starts again from the old one.",
        {', "velocity": velocity': ""},
    )
    velocity_expected = mistake(
        "On the first step there is no velocity in config yet: start from zeros of the shape of w.",
        {', "velocity": np.zeros_like(w)': ""},
    )
    rate_applied_twice = mistake(
        "The learning rate is applied twice: it is in the velocity already, so the weights move by v itself.",
        {"w + velocity": "w + rate * velocity"},
    )
    running_mean = mistake(
        "Your velocity is a running mean, with 1 - momentum before the gradient. Momentum keeps a "
        "decaying sum: under a constant gradient its steps grow to 1 / (1 - momentum) times those of "
        "plain SGD.",
        {"- rate * dw": "- (1 - momentum) * rate * dw"},
    )
    running_mean_of_gradients = mistake(
        "Your velocity is a running mean of the gradients, so the steps never get longer than those of plain SGD. "
        "Momentum keeps a decaying sum, v = μ v - η dw, without 1 - μ.",
        {"- rate * dw": "+ (1 - momentum) * dw", "w + velocity": "w - rate * velocity"},
    )
    velocity_of_gradients = mistake(
        "Your velocity is a sum of gradients that is scaled when the weights move. From zeros that gives "
        "the same path, but here the velocity is the step itself, v = μ v - η dw, and may be given at "
        "the start.",
        {"- rate * dw": "+ dw", "w + velocity": "w - rate * velocity"},
    )
    velocity_uphill = mistake(
        "Your velocity points uphill and is subtracted. From zeros that gives the same path, but here v "
        "= μ v - η dw is added, and a velocity given at the start has that sign.",
        {"- rate * dw": "+ rate * dw", "w + velocity": "w - velocity"},
    )
    moves_before_updating = mistake(
        "The weights move by the old velocity: update the velocity first, and then move by it.",
        {"w + velocity": "w + previous"},
    )
    gradient_damped_too = mistake(
        "Momentum multiplies the new gradient too. It damps the old velocity only.",
        {"- rate * dw": "- momentum * rate * dw"},
    )
    friction_for_momentum = mistake(
        "The old velocity is kept by a factor 1 - momentum. That is the friction; what is kept is momentum.",
        {"momentum * previous": "(1 - momentum) * previous"},
    )
    nesterov_instead = mistake(
        "This is Nesterov's step: it adds a correction to the velocity. Plain momentum moves by the velocity.",
        {"w + velocity": "w + momentum * velocity - rate * dw"},
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
