"""Drivers that draw and search: what is recorded, with which generators, and what is refused."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case


def uniform(low, high, rng, size=None):
    return rng.uniform(low, high, size)


@pytest.mark.parametrize(
    ("size", "given", "shape"), [(4, 4, (4,)), (np.array([2, 3]), (2, 3), (2, 3)), (None, None, ())]
)
def test_draws_are_those_of_the_seed(size, given, shape):
    outputs = drivers.repeated_draws(uniform, seed=5, calls=3, size=size, low=1.0, high=2.0)
    rng = np.random.default_rng(5)
    expected = np.stack([rng.uniform(1, 2, given) for _ in range(3)])
    assert expected.shape == (3, *shape)
    assert np.array_equal(outputs["draws"], expected)
    assert np.array_equal(outputs["same seed"], expected)
    assert not np.isin(outputs["other seed"], expected).any()


def test_configurations_are_drawn_one_after_the_other_and_turned_into_columns():
    def function(names, rng):
        return {name: rng.integers(10) for name in names}

    outputs = drivers.draw_configurations(function, seed=1, calls=50, names=("a", "b"))
    rng = np.random.default_rng(1)
    expected = np.array([[rng.integers(10), rng.integers(10)] for _ in range(50)])
    assert set(outputs) == {f"{name}{label}" for name in "ab" for label in ("", ", same seed", ", other seed")}
    for column, name in zip(expected.T, "ab", strict=True):
        assert np.array_equal(outputs[name], column)
        assert np.array_equal(outputs[f"{name}, same seed"], column[:40])
        assert not np.array_equal(outputs[f"{name}, other seed"], column[:40])


def search(objective, sample, budget, rng):
    trials = [sample(rng) for _ in range(budget)]
    scores = [objective(config) for config in trials]
    return trials[np.argmax(scores)], max(scores)


def test_a_search_is_run_three_times_and_the_first_run_recorded():
    asked = []

    def objective(config):
        asked.append(config)
        return -config["x"]

    outputs = drivers.run_searches(search, objective, {"x": 0.0, "y": 5.0}, {"x": 1.0, "y": 6.0}, budget=7, seed=3)
    expected = np.random.default_rng(3).uniform([0, 5], [1, 6], (7, 2))
    assert np.array_equal(outputs["sampled"], expected)
    assert np.array_equal(outputs["tried"], expected)
    assert np.array_equal(outputs["best"], expected[expected[:, 0].argmin()])
    assert np.array_equal(outputs["best again"], outputs["best"])
    assert outputs["score"] == -expected[:, 0].min()
    assert asked[:7] == asked[7:14]
    other = np.random.default_rng(4).uniform([0, 5], [1, 6], (7, 2))
    assert np.array_equal(outputs["tried with another rng"], other)
    assert [list(config.values()) for config in asked[14:]] == other.tolist()


def test_a_halving_is_recorded_by_trial():
    def function(evaluate, trials, epochs):
        for trial in (0, 2, 2):
            epochs += 1
            evaluate(np.int64(trial), epochs)
        return 2, np.array([1, 0, 2])

    outputs = drivers.run_halvings(function, lambda trial, epochs: 0.0, 3, epochs=4)
    assert outputs.pop("best") == 2
    assert {name: values.tolist() for name, values in outputs.items()} == {
        "epochs": [1, 0, 2],
        "evaluations": [1, 0, 2],
        "trained": [5, 0, 7],
    }


LOW = {"x": 0.0}
REFUSED = {
    "draws of other shapes": (drivers.repeated_draws, lambda low, rng, size: [rng.random()], {"size": 3, "low": 1}),
    "no dict": (drivers.draw_configurations, lambda space, rng: [1.0], {"space": {}}),
    "other names": (drivers.draw_configurations, lambda space, rng: {str(rng.random()): 1.0}, {"space": {}}),
    "no score": (drivers.run_searches, lambda objective, **_: {"x": 1.0}, {"low": LOW, "high": LOW}),
    "no configuration": (drivers.run_searches, lambda objective, **_: (None, 1.0), {"low": LOW, "high": LOW}),
    "a name too many": (drivers.run_searches, lambda **_: ({"x": 1, "y": 1}, 1.0), {"low": LOW, "high": LOW}),
    "no epochs": (drivers.run_halvings, lambda evaluate, trials: 3, {}),
}


@pytest.mark.parametrize(("driver", "function", "inputs"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_of_the_form_is_refused_in_a_sentence(driver, function, inputs):
    more = {
        drivers.repeated_draws: {"seed": 0, "calls": 2},
        drivers.draw_configurations: {"seed": 0, "calls": 2},
        drivers.run_searches: {"objective": lambda config: 0.0, "budget": 2, "seed": 0},
        drivers.run_halvings: {"evaluate": lambda trial, epochs: 0.0, "trials": 2},
    }
    ran = run_case(driver, [function], inputs | more[driver])
    assert ran.problem.kind == "wrong_return"
    assert ran.problem.sentence.startswith("expected ")
