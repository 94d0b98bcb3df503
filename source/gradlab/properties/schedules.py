"""Schedules, judged by how well networks learn with them. The student's function gives only the learning rates."""

from dataclasses import replace
from typing import Any

import numpy as np

from .. import data, races
from ..checks.outcome import Outcome, Reached
from ..typing import Floats
from ._returned import Case, Returned, verdict, wrong_arrays, wrong_names

NETWORKS = 32
PROBES = 16  # fewer networks for diagnosing failed schedules, because only large differences are reported


def reaches_digit_accuracy(case: Case, returned: Returned) -> Outcome:
    """Check for learning rates, one per step, with which networks learn to read enough digits.

    The networks are trained here, by `gradlab.races.accuracies`, and read digits that they were not trained on.

    Parameters
    ----------
    case : Case
        Its ``inputs["values"]`` are the steps, as an ndarray (T,). Its ``truth`` has ``X``: ndarray (N, 64), pixels
        from 0 to 16; ``y``: ndarray (N,) of int, the digits to read; ``seed``: int, the seed for training; and
        ``accuracy``: float, the fraction of digits that must be read correctly.
    returned : dict
        ``{"values": ndarray (T,)}``, the learning rates.

    Returns
    -------
    Outcome
        The verdict, with the fraction that was reached. If too few digits are read correctly, it says what is wrong
        with the learning rates.
    """
    shapes = {"values": (len(case.inputs["values"]),)}
    problem = wrong_names(returned, shapes, "a learning rate for every step, and nothing else") or wrong_arrays(
        returned, shapes, "fiu"
    )
    if problem:
        return problem
    rates = returned["values"].astype(np.float64)
    if (rates < 0).any():
        return verdict("a learning rate is negative: that step goes uphill")
    accuracy, asked = _accuracy(case.truth, rates), case.truth["accuracy"]
    reached = Reached.fraction(accuracy, asked)
    if accuracy >= asked:
        return Outcome(True, reached=reached)
    fault = _shape_fault(rates) or _height_fault(case.truth, rates)
    return replace(verdict(f"too few digits are read correctly: {fault}"), reached=reached)


def _accuracy(truth: dict[str, Any], rates: Floats, networks: int = NETWORKS) -> float:
    X = truth["X"] / 16 - data.load_digits()["mean_image"]
    return races.accuracies(rates, X, truth["y"], seed=truth["seed"], networks=networks)[-1]


def _shape_fault(rates: Floats) -> str:
    """Describe a fault that a plot of the learning rates would show, or return an empty string."""
    highest, lowest = rates.max(), rates.min()
    late = rates[-max(len(rates) // 20, 1) :]
    if highest == 0:
        return "every learning rate is zero"
    if highest > 1:
        return "the highest learning rate is far too high"
    if highest == lowest:
        return "the learning rate never changes"
    if late.mean() > 0.3 * highest:
        if rates[-1] > 0.99 * highest:
            return "the learning rate is as high as ever at the end"
        return "the learning rate is still high at the end"
    if (rates > 0.02 * highest).mean() < 0.6:
        return "the learning rate is close to zero much of the time"
    return ""


def _height_fault(truth: dict[str, Any], rates: Floats) -> str:
    """Say whether halving or doubling these learning rates would do better."""
    same, half, double = (_accuracy(truth, factor * rates, PROBES) for factor in (1.0, 0.5, 2.0))
    if max(half, double) < same + 0.01:
        return "neither halving nor doubling these learning rates helps, but a different shape might"
    better = "halving" if half > double else "doubling"
    return f"{better} these learning rates would do better"
