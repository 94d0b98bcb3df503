"""Make learning_rates_torch_values.npz: the learning rates of PyTorch's schedulers, for comparison in the tests.

Run this script by hand, with torch 2.13.0 installed: ``python tests/exercises/make_learning_rates_torch_values.py``.
The tests only read the file and do not need PyTorch.
"""

import warnings
from pathlib import Path

import numpy as np
import torch
from torch.optim import lr_scheduler

TIMES = 60


def rates(scheduler, errors=None, learning_rate=0.3, **settings):
    """Return the learning rate before each of TIMES epochs or steps, or after each epoch if `errors` are given."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=learning_rate)
    schedule, found = scheduler(optimizer, **settings), []
    for time in range(TIMES):
        if errors is None:
            found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step(*([] if errors is None else [errors[time]]))
        if errors is not None:
            found.append(optimizer.param_groups[0]["lr"])
    return np.array(found)


def momenta():
    """Return the momentum at each step of OneCycleLR, which cycles against the learning rate."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3, momentum=0.9)
    schedule, found = lr_scheduler.OneCycleLR(optimizer, max_lr=0.3, total_steps=TIMES), []
    for _ in range(TIMES):
        found.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        schedule.step()
    return np.array(found)


def warm_up_and_cosine(optimizer):
    # PyTorch counts 9 steps between the first factor, 1/10, and the last, 10/10.
    warm = lr_scheduler.LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=9)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=50, eta_min=0.02)
    return lr_scheduler.SequentialLR(optimizer, [warm, cosine], milestones=[10])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    errors = 0.3 * np.exp(-np.arange(TIMES) / 15) + 0.02 * np.random.default_rng(0).random(TIMES)
    np.savez(
        Path(__file__).with_name("learning_rates_torch_values.npz"),
        step_decay=rates(lr_scheduler.StepLR, step_size=7, gamma=0.4),
        exponential_decay=rates(lr_scheduler.ExponentialLR, gamma=np.exp(-0.07)),
        linear_warmup=rates(lr_scheduler.LinearLR, start_factor=1 / 20, end_factor=1.0, total_iters=19),
        warmup_cosine=rates(warm_up_and_cosine),
        one_cycle=rates(
            lr_scheduler.OneCycleLR, max_lr=0.3, total_steps=TIMES, anneal_strategy="cos", three_phase=False
        ),
        one_cycle_momentum=momenta(),
        one_shallow_cycle=rates(
            lr_scheduler.OneCycleLR,
            max_lr=0.3,
            total_steps=TIMES,
            pct_start=0.42,
            anneal_strategy="cos",
            div_factor=7.0,
            final_div_factor=3.0,
            three_phase=False,
        ),
        errors=errors,
        # PyTorch's patience is the number of bad epochs that pass without a drop: one less than ours.
        reduce_on_plateau=rates(
            lr_scheduler.ReduceLROnPlateau,
            errors,
            factor=0.4,
            patience=2,
            threshold=0.004,
            threshold_mode="abs",
            min_lr=0.002,
        ),
        first_plateau=rates(
            lr_scheduler.ReduceLROnPlateau, errors, factor=0.5, patience=2, threshold=1e-3, threshold_mode="abs"
        ),
        # With our patience, on errors that never improve after the first.
        flat_plateau=rates(lr_scheduler.ReduceLROnPlateau, np.ones(TIMES), factor=0.5, patience=3),
        # Each error is 0.02% lower than the previous one, which is more than PyTorch's relative threshold.
        small_gains=rates(
            lr_scheduler.ReduceLROnPlateau, 0.1 * 0.9998 ** np.arange(TIMES), factor=0.5, patience=2, threshold=1e-4
        ),
    )
