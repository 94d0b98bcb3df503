"""What schedules are checked with: the driver of those that watch, and the property of the race."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import data, drivers, properties
from gradlab.checks.run import run_case

STEPS = 300
DIGITS = data.load_digits()
TRUTH = {
    "X": np.rint(16 * (DIGITS["X_val"] + DIGITS["mean_image"])).astype(np.uint8),
    "y": DIGITS["y_val"],
    "seed": 0,
    "accuracy": 0.72,
}
u = np.arange(STEPS) / STEPS


def judged(returned):
    case = SimpleNamespace(inputs={"values": np.arange(STEPS)}, truth=TRUTH)
    outcome = properties.reaches_digit_accuracy(case, returned)
    return "" if outcome.passed else (outcome.problem.kind if outcome.problem else outcome.finding)


COURSES = {
    "a straight line": (0.25 * (1 - u), ""),
    "float32": ((0.25 * (1 - u)).astype(np.float32), ""),
    "zero": (0 * u, "too few digits are read: all rates are zero"),
    "whole numbers": (np.zeros(STEPS, dtype=int), "too few digits are read: all rates are zero"),
    "constant": (0.02 + 0 * u, "too few digits are read: the rate never changes"),
    "rising": (0.02 * u, "too few digits are read: the rate is highest at the end"),
    "hardly falling": (0.02 - 0.01 * u, "too few digits are read: the rate is still high at the end"),
    "huge": (100 * (1 - u), "too few digits are read: the highest rate is far too high"),
    "over at once": (
        0.25 * 0.5 ** np.arange(STEPS),
        "too few digits are read: for much of the time the rate is next to zero",
    ),
    "too low": (0.02 * (1 - u), "too few digits are read: twice these rates do better"),
    "too high": (0.99 * (1 - u), "too few digits are read: half of these rates do better"),
    "below zero": (0.25 * (1 - 2 * u), "a rate is below zero: its step goes uphill"),
    "a rate too few": (0.25 * (1 - u[1:]), "wrong_shape"),
    "a table": (np.ones((STEPS, 2)), "wrong_shape"),
    "text": ("0.1", "wrong_type"),
    "words": (np.full(STEPS, "0.1"), "wrong_type"),
    "one number": (0.1, "wrong_type"),
}


@pytest.mark.parametrize(("rates", "found"), COURSES.values(), ids=COURSES)
def test_what_is_found_in_rates(rates, found):
    assert judged({"values": rates}) == found


@pytest.mark.parametrize("returned", [{}, {"rates": u}, {"values": u, "accuracy": 1.0}], ids=["none", "other", "more"])
def test_rates_come_alone(returned):
    assert judged(returned) == "wrong_names"


def test_epoch_by_epoch_carries_the_memory():
    def schedule(learning_rate, error, config=None):
        config = config or {"seen": 0}
        config["seen"] += 1
        return learning_rate * error + config["seen"], config

    ran = run_case(drivers.epoch_by_epoch, [schedule], {"learning_rate": 1.0, "errors": np.array([2.0, 3.0, 0.5])})
    assert ran.outputs["learning_rate"].tolist() == [3.0, 11.0, 8.5]


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        (0.1, "expected two things, (learning_rate, config), got a float"),
        ((0.1, None), "expected a dict as the second thing returned (the config, which is the memory), got None"),
        (("0.1", {}), "expected a number as the learning rate from every call, got text"),
    ],
)
def test_epoch_by_epoch_says_what_it_cannot_go_on_with(returned, sentence):
    inputs = {"learning_rate": 0.1, "errors": np.ones(3)}
    ran = run_case(drivers.epoch_by_epoch, [lambda learning_rate, error, config=None: returned], inputs)
    assert (ran.problem.kind, ran.problem.sentence) == ("wrong_return", sentence)
