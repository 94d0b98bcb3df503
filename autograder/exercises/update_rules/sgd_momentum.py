"""Momentum: steps in the same direction add up, and alternating steps cancel."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.config import updated, with_defaults
from autograder.exercises.drawing import as_float32, uniform
from gradlab import drivers


def momentum_settings(config, w):
    return with_defaults(config, learning_rate=1e-2, momentum=0.9, velocity=np.zeros_like(w))


def decayed_velocity(g, dw):
    return g.momentum * g.velocity - g.learning_rate * dw


def uphill_velocity(g, dw):
    return g.momentum * g.velocity + g.learning_rate * dw


def sum_of_gradients(g, dw):
    return g.momentum * g.velocity + dw


def add_velocity(w, dw, g, velocity):
    return w + velocity


def subtract_velocity(w, dw, g, velocity):
    return w - velocity


def subtract_scaled_velocity(w, dw, g, velocity):
    return w - g.learning_rate * velocity


def momentum_with(w, dw, config, velocity=decayed_velocity, move=add_velocity):
    """A step of a rule with momentum in which the velocity or the move is replaced, for most of the known mistakes."""
    g = momentum_settings(config, w)
    new = velocity(g, dw)
    return move(w, dw, g, new), updated(config, velocity=new)


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
        velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
        return w + velocity, {**config, "velocity": velocity}

    @mistake("The velocity grows along the gradient, so the loss rises: the gradient enters it with a minus.")
    def wrong_sign(w, dw, config=None):
        return momentum_with(w, dw, config, uphill_velocity)

    @mistake("The velocity is subtracted. It has the minus of the gradient in it already and points downhill: add it.")
    def velocity_subtracted(w, dw, config=None):
        return momentum_with(w, dw, config, move=subtract_velocity)

    @mistake(
        "The velocity adds up gradients, which point uphill, and the weights move along it, so the loss rises. "
        "The gradient enters with a minus: v = μ v - η dw."
    )
    def sum_of_gradients_added(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w + g.learning_rate * velocity

        return momentum_with(w, dw, config, sum_of_gradients, move)

    @mistake("The weights move by the learning rate times the gradient, as in plain SGD. Move them by the velocity.")
    def steps_by_the_gradient(w, dw, config=None):
        return momentum_with(w, dw, config, move=lambda w, dw, g, velocity: w - g.learning_rate * dw)

    @mistake(
        "The velocity never changes, and from zeros nothing ever moves. Is the line that updates it behind a comment?"
    )
    def velocity_never_updated(w, dw, config=None):
        return momentum_with(w, dw, config, lambda g, dw: g.velocity)

    @mistake("Your weights never move. Is the update behind a comment, or is its result not what you return?")
    def never_moves(w, dw, config=None):
        return momentum_with(w, dw, config, move=lambda w, dw, g, velocity: w)

    @mistake("The new velocity is not stored in config, so every step starts again from the old one.")
    def velocity_not_stored(w, dw, config=None):
        g = momentum_settings(config, w)
        return w + g.momentum * g.velocity - g.learning_rate * dw, updated(config)

    @mistake("On the first step there is no velocity in config yet: start from zeros of the shape of w.")
    def velocity_expected(w, dw, config=None):
        return momentum_with(w, dw, {"velocity": updated(config)["velocity"], **updated(config)})

    @mistake("The learning rate is applied twice: it is in the velocity already, so the weights move by v itself.")
    def rate_applied_twice(w, dw, config=None):
        return momentum_with(w, dw, config, move=lambda w, dw, g, velocity: w + g.learning_rate * velocity)

    @mistake(
        "Your velocity is a running mean, with 1 - momentum before the gradient. Momentum keeps a "
        "decaying sum: under a constant gradient its steps grow to 1 / (1 - momentum) times those of "
        "plain SGD."
    )
    def running_mean(w, dw, config=None):
        def velocity(g, dw):
            return g.momentum * g.velocity - (1 - g.momentum) * g.learning_rate * dw

        return momentum_with(w, dw, config, velocity)

    @mistake(
        "Your velocity is a running mean of the gradients, so the steps never get longer than those of plain SGD. "
        "Momentum keeps a decaying sum, v = μ v - η dw, without 1 - μ."
    )
    def running_mean_of_gradients(w, dw, config=None):
        def velocity(g, dw):
            return g.momentum * g.velocity + (1 - g.momentum) * dw

        return momentum_with(w, dw, config, velocity, subtract_scaled_velocity)

    @mistake(
        "Your velocity is a sum of gradients that is scaled when the weights move. From zeros that gives "
        "the same path, but here the velocity is the step itself, v = μ v - η dw, and may be given at "
        "the start."
    )
    def velocity_of_gradients(w, dw, config=None):
        return momentum_with(w, dw, config, sum_of_gradients, subtract_scaled_velocity)

    @mistake(
        "Your velocity points uphill and is subtracted. From zeros that gives the same path, but here v "
        "= μ v - η dw is added, and a velocity given at the start has that sign."
    )
    def velocity_uphill(w, dw, config=None):
        return momentum_with(w, dw, config, uphill_velocity, subtract_velocity)

    @mistake("The weights move by the old velocity: update the velocity first, and then move by it.")
    def moves_before_updating(w, dw, config=None):
        return momentum_with(w, dw, config, move=lambda w, dw, g, velocity: w + g.velocity)

    @mistake("Momentum multiplies the new gradient too. It damps the old velocity only.")
    def gradient_damped_too(w, dw, config=None):
        return momentum_with(w, dw, config, lambda g, dw: g.momentum * (g.velocity - g.learning_rate * dw))

    @mistake("The old velocity is kept by a factor 1 - momentum. That is the friction; what is kept is momentum.")
    def friction_for_momentum(w, dw, config=None):
        def velocity(g, dw):
            return (1 - g.momentum) * g.velocity - g.learning_rate * dw

        return momentum_with(w, dw, config, velocity)

    @mistake("This is Nesterov's step: it adds a correction to the velocity. Plain momentum moves by the velocity.")
    def nesterov_instead(w, dw, config=None):
        def move(w, dw, g, velocity):
            return w + g.momentum * velocity - g.learning_rate * dw

        return momentum_with(w, dw, config, move=move)

    @mistake("The momentum is always 0.9. Read it from config; 0.9 is only what to use when it is missing.")
    def momentum_hard_coded(w, dw, config=None):
        next_w, after = momentum_with(w, dw, updated(config, momentum=0.9))
        return next_w, updated(config, velocity=after["velocity"])

    @mistake("The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.")
    def rate_hard_coded(w, dw, config=None):
        next_w, after = momentum_with(w, dw, updated(config, learning_rate=1e-2))
        return next_w, updated(config, velocity=after["velocity"])

    @mistake("You return a config with the velocity alone, so the settings are lost after the first step.")
    def settings_lost(w, dw, config=None):
        next_w, config = momentum_with(w, dw, config)
        return next_w, {"velocity": config["velocity"]}

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

    @variant
    def scaled_sum_of_gradients(w, dw, config=None):
        config = dict(config or {}, method="another algebra")
        rate, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
        total = mu * config.get("velocity", np.zeros(w.shape)) / -rate + dw
        config["velocity"] = -rate * total
        return (w - rate * total).astype(w.dtype), config

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = momentum_settings(config, w)
        next_w, velocity = w.copy().reshape(-1), np.array(g.velocity, dtype=np.float64).reshape(-1)
        for i, slope in enumerate(dw.flat):
            velocity[i] = np.float64(g.momentum) * velocity[i] - g.learning_rate * slope
            next_w[i] += velocity[i]
        return next_w.reshape(w.shape), updated(config, velocity=velocity.reshape(w.shape))
