"""Errors printed in lecture notes, submitted in the style of those notes, are recognized as known mistakes."""

import numpy as np
import pytest

from autograder import catalogue
from autograder.judging.cases import draw, public_cases, run_here
from autograder.judging.judge import verdict

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}


def momentum(step):
    """Return an update rule with momentum, made from ``step(v, dw, lr, mu) -> (v, update)``."""

    def rule(w, dw, config=None):
        config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
        v, update = step(config["velocity"], dw, config["learning_rate"], config["momentum"])
        return w + update, {**config, "velocity": v}

    return rule


def by_plain_descent(v, dw, lr, mu):
    return mu * v - lr * dw, -lr * dw


def uphill(v, dw, lr, mu):
    v = mu * v + dw
    return v, lr * v


def running_mean(v, dw, lr, mu):
    v = mu * v + (1 - mu) * dw
    return v, -lr * v


def drag(v, dw, lr, mu):
    v = v - mu * v - lr * dw
    return v, v


def velocity_in_a_comment(v, dw, lr, mu):
    return v, v


def rmsprop_of_notes(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    grad_squared = config["cache"]
    grad_squared = config["decay_rate"] * grad_squared + (1 - grad_squared) * dw * dw
    next_w = w - config["learning_rate"] * dw / (np.sqrt(grad_squared) + config["epsilon"])
    return next_w, {**config, "cache": grad_squared}


def adam_without_t(w, dw, config=None):
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, **(config or {})}
    m = config["beta1"] * config.get("m", np.zeros_like(w)) + (1 - config["beta1"]) * dw
    first_unbias = m / (1 - config["beta1"] ** t)  # noqa: F821
    return w - config["learning_rate"] * first_unbias, {**config, "m": m}


def list_of_momenta(t, total, start=0.5, end=0.99):
    return [0.5, 0.9, 0.95, 0.99][min(int(4 * t / total), 3)]


def minima_and_saddles(hessian, tolerance=1e-8):
    eigenvalues = np.linalg.eigvalsh(hessian)
    if np.all(eigenvalues > tolerance):
        return "minimum"
    return "saddle" if np.any(eigenvalues < -tolerance) else "undecided"


def dropout_of_notes(X, params, p, rng):
    h1 = np.maximum(0, X @ params["W1"])
    u1 = rng.random(h1.shape) < p
    h1 = h1 * u1
    h2 = np.maximum(0, h1 @ params["W2"])
    u2 = rng.random(h2.shape) < p
    h1 = h2 * u2
    return h2 @ params["W3"] + params["b3"], [u1, u2]


def decaying_sum_of_weights(w, config=None):
    config = {"decay": 0.99, "average": np.zeros_like(w), "t": 0, **(config or {})}
    total = config["decay"] * config["average"] + w
    return total, {**config, "average": total, "t": config["t"] + 1}


def forward_difference_in_place(f, x, verbose=False, h=1e-5):
    grad, fx = np.zeros_like(x), f(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        grad[i] = (f(x) - fx) / h
        x[i] = old
    return grad


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [
        ("sgd_momentum", momentum(by_plain_descent), "steps_by_the_gradient"),
        ("sgd_momentum", momentum(uphill), "sum_of_gradients_added"),
        ("sgd_momentum", momentum(running_mean), "running_mean_of_gradients"),
        ("sgd_momentum", momentum(drag), "friction_for_momentum"),
        ("sgd_momentum", momentum(velocity_in_a_comment), "velocity_never_updated"),
        ("rmsprop", rmsprop_of_notes, "weighed_by_the_cache"),
        ("adam", adam_without_t, "t_from_nowhere"),
        ("momentum_schedule", list_of_momenta, "list_for_a_schedule"),
        ("classify_critical_point", minima_and_saddles, "maximum_is_a_saddle"),
        ("vanilla_dropout_train", dropout_of_notes, "second_mask_and_biases_lost"),
        ("ema_update", decaying_sum_of_weights, "decaying_sum_as_it_is"),
        ("eval_numerical_gradient", forward_difference_in_place, ("forward", "in_the_type_of_x")),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_published_error_loses_points_and_is_named(exercise, answer, mistake, seed):
    cases = draw(EXERCISES[exercise], seed)
    # Two mistakes at once are recognized by the results on the public cases.
    pair = isinstance(mistake, tuple)
    public = run_here(EXERCISES[exercise], answer, public_cases(EXERCISES[exercise])[0]) if pair else None
    found = verdict(EXERCISES[exercise], cases, run_here(EXERCISES[exercise], answer, cases), public=public)
    assert found.score < found.points
    assert tuple(each.name for each in found.mistakes) == (mistake if pair else (mistake,))
