"""The property for the schedule race: good learning rates pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import data, properties

STEPS = 300
DIGITS = data.load_digits()
TRUTH = {
    "X": np.rint(16 * (DIGITS["X_val"] + DIGITS["mean_image"])).astype(np.uint8),
    "y": DIGITS["y_val"],
    "seed": 0,
    "accuracy": 0.72,
}
u = np.arange(STEPS) / STEPS


def found(returned):
    """Return the finding or the kind of problem, or an empty string if the learning rates pass."""
    case = SimpleNamespace(inputs={"values": np.arange(STEPS)}, truth=TRUTH)
    outcome = properties.reaches_digit_accuracy(case, returned)
    return "" if outcome.passed else (outcome.problem.kind if outcome.problem else outcome.finding)


RATES = {
    "straight line": (0.25 * (1 - u), ""),
    "float32": ((0.25 * (1 - u)).astype(np.float32), ""),
    "zeros": (0 * u, "too few digits are read correctly: every learning rate is zero"),
    "whole numbers": (np.zeros(STEPS, dtype=int), "too few digits are read correctly: every learning rate is zero"),
    "constant": (0.02 + 0 * u, "too few digits are read correctly: the learning rate never changes"),
    "rising": (0.02 * u, "too few digits are read correctly: the learning rate is as high as ever at the end"),
    "hardly falling": (
        0.02 - 0.01 * u,
        "too few digits are read correctly: the learning rate is still high at the end",
    ),
    "huge": (100 * (1 - u), "too few digits are read correctly: the highest learning rate is far too high"),
    "vanishing too soon": (
        0.25 * 0.5 ** np.arange(STEPS),
        "too few digits are read correctly: the learning rate is close to zero much of the time",
    ),
    "too low": (0.02 * (1 - u), "too few digits are read correctly: doubling these learning rates would do better"),
    "too high": (0.99 * (1 - u), "too few digits are read correctly: halving these learning rates would do better"),
    "negative": (0.25 * (1 - 2 * u), "a learning rate is negative: that step goes uphill"),
    "one too few": (0.25 * (1 - u[1:]), "wrong_shape"),
    "matrix": (np.ones((STEPS, 2)), "wrong_shape"),
    "text": ("0.1", "wrong_type"),
    "array of text": (np.full(STEPS, "0.1"), "wrong_type"),
    "one number": (0.1, "wrong_type"),
}


@pytest.mark.parametrize(("rates", "finding"), RATES.values(), ids=RATES)
def test_learning_rates_get_the_right_finding(rates, finding):
    assert found({"values": rates}) == finding


@pytest.mark.parametrize(
    "returned", [{}, {"rates": u}, {"values": u, "accuracy": 1.0}], ids=["no outputs", "another name", "extra output"]
)
def test_outputs_other_than_the_rates_are_reported_as_wrong_names(returned):
    assert found(returned) == "wrong_names"
