"""Make update_rules_torch_values.npz: 50 steps of PyTorch's optimizers, and its clipping, for comparison in the tests.

Run this script by hand, with torch 2.13.0 installed: ``python tests/exercises/make_update_rules_torch_values.py``.
The tests only read the file and do not need PyTorch.
"""

import json
from pathlib import Path

import numpy as np
import torch

STEPS, SHAPE = 50, (2, 3)

# Each reference rule with its config should take the same path as the PyTorch optimizer with its settings.
PATHS = [
    ("sgd", {"learning_rate": 0.03}, torch.optim.SGD, {"lr": 0.03}),
    ("sgd_momentum", {}, torch.optim.SGD, {"lr": 1e-2, "momentum": 0.9}),
    (
        "sgd_momentum",
        {"learning_rate": 0.05, "momentum": 0.6},
        torch.optim.SGD,
        {"lr": 0.05, "momentum": 0.6},
    ),
    ("nesterov_momentum", {}, torch.optim.SGD, {"lr": 1e-2, "momentum": 0.9, "nesterov": True}),
    (
        "nesterov_momentum",
        {"learning_rate": 0.05, "momentum": 0.6},
        torch.optim.SGD,
        {"lr": 0.05, "momentum": 0.6, "nesterov": True},
    ),
    ("adagrad", {}, torch.optim.Adagrad, {"lr": 1e-2, "lr_decay": 0, "eps": 1e-8}),
    (
        "adagrad",
        {"learning_rate": 0.3, "epsilon": 1e-3},
        torch.optim.Adagrad,
        {"lr": 0.3, "lr_decay": 0, "eps": 1e-3},
    ),
    ("rmsprop", {}, torch.optim.RMSprop, {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8}),
    (
        "rmsprop",
        {"learning_rate": 0.03, "decay_rate": 0.9, "epsilon": 1e-3},
        torch.optim.RMSprop,
        {"lr": 0.03, "alpha": 0.9, "eps": 1e-3},
    ),
    ("adam", {}, torch.optim.Adam, {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8}),
    (
        "adam",
        {"learning_rate": 0.05, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-4},
        torch.optim.Adam,
        {"lr": 0.05, "betas": (0.7, 0.95), "eps": 1e-4},
    ),
    (
        "adam_epsilon",
        {"learning_rate": 0.05, "epsilon": 1e-3, "placement": "outside"},
        torch.optim.Adam,
        {"lr": 0.05, "betas": (0.9, 0.999), "eps": 1e-3},
    ),
    ("adamw", {}, torch.optim.AdamW, {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-2}),
    (
        "adamw",
        {"learning_rate": 0.05, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-4, "weight_decay": 0.8},
        torch.optim.AdamW,
        {"lr": 0.05, "betas": (0.7, 0.95), "eps": 1e-4, "weight_decay": 0.8},
    ),
]

# PyTorch's momentum under a schedule: the learning rate falls tenfold after half of the steps.
SCHEDULE = np.repeat([0.05, 0.005], STEPS // 2)
SCHEDULED = {"sgd_momentum": False, "nesterov_momentum": True}

# The factors by which gradients of a fixed norm exceed the clipping limit; the last is not clipped.
EXCESSES = (1e4, 30.0, 1.5, 0.5)


# PyTorch's names of state variables, and the names that the references use.
STATE = {
    "momentum_buffer": "velocity",
    "sum": "cache",
    "square_avg": "cache",
    "exp_avg": "m",
    "exp_avg_sq": "v",
}


def follow(optimizer, settings, start, gradients):
    """Return the weights after every step, and the state after the last step."""
    w = torch.tensor(start, requires_grad=True)
    stepper = optimizer([w], **settings)
    weights = []
    for gradient in gradients:
        w.grad = torch.tensor(gradient)
        stepper.step()
        weights.append(w.detach().numpy().copy())
    state = {STATE[key]: value.numpy() for key, value in stepper.state[w].items() if key in STATE and value is not None}
    if "velocity" in state:
        # PyTorch sums gradients and multiplies by the learning rate in the step; the reference's velocity is the step.
        state["velocity"] = -settings["lr"] * state["velocity"]
    return np.stack(weights), state


def follow_schedule(nesterov, start, gradients):
    """Return the weights after every step of momentum 0.9 with the learning rates in `SCHEDULE`."""
    w = torch.tensor(start, requires_grad=True)
    stepper = torch.optim.SGD([w], lr=1.0, momentum=0.9, nesterov=nesterov)
    weights = []
    for gradient, rate in zip(gradients, SCHEDULE.tolist(), strict=True):
        stepper.param_groups[0]["lr"] = rate
        w.grad = torch.tensor(gradient)
        stepper.step()
        weights.append(w.detach().numpy().copy())
    return np.stack(weights)


def clip(grads, max_norm):
    """Return the gradients clipped by PyTorch, and their norm before clipping."""
    params = {name: torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for name, g in grads.items()}
    for name, param in params.items():
        param.grad = torch.tensor(grads[name])
    norm = torch.nn.utils.clip_grad_norm_(params.values(), max_norm)
    return {name: param.grad.numpy() for name, param in params.items()}, norm.item()


def main():
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=SHAPE), rng.normal(size=(STEPS, *SHAPE))
    arrays = {"start": start, "gradients": gradients}
    for i, (_, _, optimizer, settings) in enumerate(PATHS):
        weights, state = follow(optimizer, settings, start, gradients)
        arrays |= {f"{i} w": weights} | {f"{i} {key}": value for key, value in state.items()}
    arrays["schedule"] = SCHEDULE
    for rule, nesterov in SCHEDULED.items():
        arrays[f"scheduled {rule}"] = follow_schedule(nesterov, start, gradients)
    grads = {name: 1e4 * rng.normal(size=shape) for name, shape in (("W1", (3, 4)), ("b1", (4,)), ("K", (2, 3, 2, 2)))}
    norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
    arrays |= {f"raw {name}": g for name, g in grads.items()} | {"limits": norm / np.array(EXCESSES)}
    for i, limit in enumerate(arrays["limits"].tolist()):
        clipped, arrays[f"norm {i}"] = clip(grads, limit)
        arrays |= {f"clipped {i} {name}": g for name, g in clipped.items()}
    rules = json.dumps([[rule, config] for rule, config, *_ in PATHS])
    np.savez(Path(__file__).with_name("update_rules_torch_values.npz"), rules=np.array(rules), **arrays)


if __name__ == "__main__":
    main()
