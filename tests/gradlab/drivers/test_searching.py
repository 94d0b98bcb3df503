"""Drivers for searches: what they record, the generators that they pass, and the results that they reject."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case


def search(objective, sample, budget, rng):
    trials = [sample(rng) for _ in range(budget)]
    scores = [objective(config) for config in trials]
    return trials[np.argmax(scores)], max(scores)


def test_search_runs_twice_with_the_seed_and_once_with_the_next_seed():
    evaluated = []

    def objective(config):
        evaluated.append(config)
        return -config["x"]

    outputs = drivers.run_searches(search, objective, {"x": 0.0, "y": 5.0}, {"x": 1.0, "y": 6.0}, budget=7, seed=3)
    expected = np.random.default_rng(3).uniform([0, 5], [1, 6], (7, 2))
    assert np.array_equal(outputs["sampled"], expected)
    assert np.array_equal(outputs["tried"], expected)
    assert np.array_equal(outputs["best"], expected[expected[:, 0].argmin()])
    assert np.array_equal(outputs["best again"], outputs["best"])
    assert outputs["score"] == -expected[:, 0].min()
    assert evaluated[:7] == evaluated[7:14]
    other = np.random.default_rng(4).uniform([0, 5], [1, 6], (7, 2))
    assert np.array_equal(outputs["tried with another rng"], other)
    assert [list(config.values()) for config in evaluated[14:]] == other.tolist()


def test_evaluations_and_epochs_are_recorded_per_trial():
    def function(evaluate, trials, epochs):
        for trial in (0, 2, 2):
            epochs += 1
            evaluate(np.int64(trial), epochs)
        return 2, np.array([1, 0, 2])

    outputs = drivers.run_halvings(function, lambda trial, epochs: 0.0, 3, epochs=4)
    assert outputs.pop("best") == 2
    assert {name: values.tolist() for name, values in outputs.items()} == {
        "epochs": [1, 0, 2],
        "calls to evaluate": [1, 0, 2],
        "epochs asked for": [5, 0, 7],
    }


SEARCH = {"objective": lambda config: 0.0, "low": {"x": 0.0}, "high": {"x": 0.0}, "budget": 2, "seed": 0}
HALVING = {"evaluate": lambda trial, epochs: 0.0, "trials": 2}
REJECTED = {
    "score missing": (drivers.run_searches, lambda objective, **_: {"x": 1.0}, SEARCH),
    "text instead of a configuration": (drivers.run_searches, lambda objective, **_: ("x", 1.0), SEARCH),
    "extra hyperparameter": (drivers.run_searches, lambda **_: ({"x": 1, "y": 1}, 1.0), SEARCH),
    "epochs missing": (drivers.run_halvings, lambda evaluate, trials: 3, HALVING),
}


@pytest.mark.parametrize("score", [np.nan, np.float64(-np.inf), np.array(np.inf)])
def test_search_that_finds_nothing_has_no_best_configuration_and_a_score_stored_as_text(score):
    outputs = drivers.run_searches(lambda **_: (None, score), **SEARCH)
    assert outputs["best"] is None
    assert outputs["best again"] is None
    assert outputs["score"] == str(float(score))


@pytest.mark.parametrize(("driver", "function", "inputs"), REJECTED.values(), ids=REJECTED)
def test_invalid_result_is_reported_as_a_wrong_return_value(driver, function, inputs):
    result = run_case(driver, [function], inputs)
    assert result.problem.kind == "wrong_return"
    assert result.problem.sentence.startswith("expected ")
