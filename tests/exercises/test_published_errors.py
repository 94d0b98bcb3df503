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


def decay_of_the_moment(w, dw, config=None):
    start = {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0}
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1e-2}
    config = {**defaults, **start, **(config or {})}
    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * dw**2
    m, v = config["m"] / (1 - config["beta1"] ** config["t"]), config["v"] / (1 - config["beta2"] ** config["t"])
    decay = config["weight_decay"] * config["learning_rate"] * config["m"]
    return w - config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"]) - decay, config


def lookahead_with_a_sum_of_gradients(x, v, gradient, learning_rate=1e-2, momentum=0.9):
    v = momentum * v + gradient(x - learning_rate * momentum * v)
    return x - learning_rate * v, v


def lookahead_uphill_and_clipped(x, v, gradient, learning_rate=1e-2, momentum=0.9):
    v = momentum * v + learning_rate * np.clip(gradient(x - momentum * v), -1, 1)
    return x - v, v


def signs_before_the_tolerance(hessian, tolerance=1e-8):
    values = np.linalg.eigvalsh(hessian)
    if (values > 0).all():
        return "minimum"
    if (values < 0).all():
        return "maximum"
    return "undecided" if (np.abs(values) < tolerance).any() else "saddle"


def straight_cycle(step, total_steps, learning_rate, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
    low, last, rise = learning_rate / div_factor, learning_rate / final_div_factor, total_steps * pct_start
    if step < rise:
        return low + step / rise * (learning_rate - low)
    return learning_rate - (step - rise) / (total_steps - rise) * (learning_rate - last)


def warmup_from_the_minimum(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
    if step < warmup_steps:
        return floor + (learning_rate - floor) * (step / warmup_steps)
    u = (step - warmup_steps) / max(total_steps - warmup_steps, 1)
    return floor + 0.5 * (learning_rate - floor) * (1 + np.cos(np.pi * u))


def last_name(names):
    checkpoints = [name for name in names if name.startswith("epoch_")]
    return sorted(checkpoints)[-1] if checkpoints else None


def lifted_bounds(low, high, rng, size=None):
    return 10 ** rng.uniform(np.log10(low + 1e-8), np.log10(high + 1e-8), size)


def class_of_the_mean_scores(scores):
    return np.argmax(np.mean(scores, axis=0), axis=1)


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
        ("adamw", decay_of_the_moment, "decay_of_m"),
        ("nesterov_lookahead", lookahead_with_a_sum_of_gradients, "velocity_of_gradients"),
        ("nesterov_lookahead", lookahead_uphill_and_clipped, ("uphill_velocity", "gradient_clipped")),
        (
            "classify_critical_point",
            signs_before_the_tolerance,
            ("flat_before_saddle", "all_of_one_sign_without_tolerance"),
        ),
        (
            "one_cycle",
            straight_cycle,
            ("falls_from_the_peak_by_the_final_factor", "straight_lines_a_step_late_twice"),
        ),
        ("warmup_cosine", warmup_from_the_minimum, ("rises_again", "warmup_starts_at_the_floor")),
        ("best_checkpoint", last_name, ("by_name", "part_counts")),
        ("log_uniform", lifted_bounds, "epsilon_added"),
        ("average_predictions", class_of_the_mean_scores, "class_of_the_highest_mean_score"),
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
