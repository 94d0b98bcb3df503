"""The drivers for schedules and early stopping, which react to the validation error."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case


def test_epoch_by_epoch_passes_learning_rate_and_config_to_the_next_call():
    def schedule(learning_rate, error, config=None):
        config = config or {"seen": 0}
        config["seen"] += 1
        return learning_rate * error + config["seen"], config

    result = run_case(drivers.epoch_by_epoch, [schedule], {"learning_rate": 1.0, "errors": np.array([2.0, 3.0, 0.5])})
    assert result.outputs["learning_rate"].tolist() == [3.0, 11.0, 8.5]


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        (0.1, "expected two values, (learning_rate, config), got a float"),
        ((0.1, None), "expected a dict as the second value returned (the config, which carries the state), got None"),
        (("0.1", {}), "expected a number as the learning rate from every call, got text"),
    ],
    ids=["config missing", "None as config", "text as learning rate"],
)
def test_epoch_by_epoch_reports_wrong_results(returned, sentence):
    inputs = {"learning_rate": 0.1, "errors": np.ones(3)}
    result = run_case(drivers.epoch_by_epoch, [lambda learning_rate, error, config=None: returned], inputs)
    assert (result.problem.kind, result.problem.sentence) == ("wrong_return", sentence)


PARAMS = {"W1": np.array([[1.0], [2.0], [3.0], [4.0]])}
ERRORS = np.array([0.5, 0.2, 0.3, 0.1])


def keep_lowest(copy, at=2):
    """Return a function that saves the parameters with the lowest error, copied or not, and stops at a given call."""

    def function(params, error, config=None):
        config = dict(config or {"calls": 0, "best": np.inf})
        if error < config["best"]:
            config |= {"best": error, "best_params": {k: w.copy() if copy else w for k, w in params.items()}}
        config["calls"] += 1
        return params, config["calls"] > at, config

    return function


def test_stop_early_ends_with_the_first_stop_and_repeats_the_last_parameters():
    outputs = drivers.stop_early(keep_lowest(copy=True), PARAMS, ERRORS)
    assert outputs["epochs"] == 3
    assert outputs["W1"].ravel().tolist() == [1, 2, 3, 3]
    assert outputs["best W1"].tolist() == [2]


def test_stop_early_reuses_the_arrays_of_the_training_loop():
    assert drivers.stop_early(keep_lowest(copy=False), PARAMS, ERRORS)["best W1"].tolist() == [0]


def test_stop_early_starts_from_given_best_parameters():
    config = {"calls": 0, "best": 0.0}
    best = {"W1": np.array([7.0])}
    outputs = drivers.stop_early(keep_lowest(copy=True, at=9), PARAMS, ERRORS, config, best)
    assert (outputs["epochs"], outputs["best W1"].tolist()) == (4, [7])
    assert "best_params" not in config


STATE = {"best_params": {"W1": np.ones(1)}}


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        (False, "expected three values, (params, stop, config), got a bool"),
        (({}, False, STATE), "expected a dict with W1 as the first value returned (params), got a dict"),
        ((STATE["best_params"], 1, STATE), "expected True or False as the second value returned (stop), got an int"),
        (
            (STATE["best_params"], True, None),
            "expected a dict as the third value returned (the config, which carries the state), got None",
        ),
        ((STATE["best_params"], True, {}), 'expected a dict with W1 in config["best_params"], got None'),
        ((STATE["best_params"], np.True_, STATE), ""),
    ],
    ids=["one value", "parameters missing", "number as stop", "None as config", "best parameters missing", "right"],
)
def test_stop_early_reports_wrong_results(returned, sentence):
    inputs = {"params": PARAMS, "errors": ERRORS}
    result = run_case(drivers.stop_early, [lambda params, error, config=None: returned], inputs)
    assert (result.problem.sentence if result.problem else "") == sentence
