"""Schedules, by what networks learn with them: the rates are all that is taken from the student's function."""

import numpy as np

from .. import data, races
from ..checks.compare import describe
from ..checks.outcome import Outcome

PROBES = 16  # networks for a second look at rates that failed: fewer, as only great differences are told


def reaches_digit_accuracy(case, returned):
    """Learning rates, one for each step, with which networks learn to read enough digits.

    The networks are trained here, by `gradlab.races.accuracies`, and read digits that they were not trained on.

    Parameters
    ----------
    case : has ``inputs["values"]`` and ``truth``
        The steps, ndarray (T,). ``X``: ndarray (N, 64), pixels from 0 to 16, and ``y``: ndarray (N,) of int, what is
        to be read; ``seed``: int, for the training; ``accuracy``: float, the least share that must be right.
    returned : dict
        ``{"values": ndarray (T,)}``, the rates.

    Returns
    -------
    Outcome
        With what is wrong with the rates, if too few are right.
    """
    if set(returned) != {"values"}:
        return Outcome.failed("wrong_names", "expected a learning rate for every step, and nothing else")
    rates, steps = returned["values"], len(case.inputs["values"])
    if not isinstance(rates, np.ndarray) or rates.dtype.kind not in "fiu":
        return Outcome.failed("wrong_type", f"expected a number for every step, got {describe(rates)}")
    if rates.shape != (steps,):
        return Outcome.failed("wrong_shape", f"expected one number for each of {steps} steps, got shape {rates.shape}")
    rates = rates.astype(np.float64)
    if (rates < 0).any():
        return Outcome(False, finding="a rate is below zero: its step goes uphill")
    if _share_right(case.truth, rates) >= case.truth["accuracy"]:
        return Outcome(True)
    return Outcome(False, finding=f"too few digits are read: {_course(rates) or _height(case.truth, rates)}")


def _share_right(truth, rates, networks=32):
    X = truth["X"] / 16 - data.load_digits()["mean_image"]
    return races.accuracies(rates, X, truth["y"], seed=truth["seed"], networks=networks)[-1]


def _course(rates):
    """What the eye sees on a picture of the rates, or None."""
    highest, lowest = rates.max(), rates.min()
    late = rates[-max(len(rates) // 20, 1) :]
    if highest == 0:
        return "all rates are zero"
    if highest > 1:
        return "the highest rate is far too high"
    if highest == lowest:
        return "the rate never changes"
    if late.mean() > 0.3 * highest:
        if rates[-1] > 0.99 * highest:
            return "the rate is highest at the end"
        return "the rate is still high at the end"
    if (rates > 0.02 * highest).mean() < 0.6:
        return "for much of the time the rate is next to zero"
    return None


def _height(truth, rates):
    """Whether other rates on the same course would do better."""
    same, half, double = (_share_right(truth, factor * rates, PROBES) for factor in (1.0, 0.5, 2.0))
    if max(half, double) < same + 0.01:
        return "neither half nor twice these rates do better, another course might"
    return "half of these rates do better" if half > double else "twice these rates do better"
