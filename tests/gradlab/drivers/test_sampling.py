"""Drivers for functions that sample at random: the generators that they pass, and the results that they reject."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case


def test_call_with_rngs_uses_the_seed_twice_and_the_next_seed_once():
    def sample(size, rng):
        return rng.random(size)

    outputs = drivers.call_with_rngs(sample, seed=7, size=3)
    assert list(outputs) == ["result", "result again", "result of another rng"]
    for result, seed in zip(outputs.values(), (7, 7, 8), strict=True):
        np.testing.assert_array_equal(result, np.random.default_rng(seed).random(3))


def uniform(low, high, rng, size=None):
    return rng.uniform(low, high, size)


@pytest.mark.parametrize(
    ("size", "passed", "shape"), [(4, 4, (4,)), (np.array([2, 3]), (2, 3), (2, 3)), (None, None, ())]
)
def test_repeated_draws_share_one_generator_with_the_given_seed(size, passed, shape):
    outputs = drivers.repeated_draws(uniform, seed=5, calls=3, size=size, low=1.0, high=2.0)
    rng = np.random.default_rng(5)
    expected = np.stack([rng.uniform(1, 2, passed) for _ in range(3)])
    assert expected.shape == (3, *shape)
    assert np.array_equal(outputs["draws"], expected)
    assert np.array_equal(outputs["same seed"], expected)
    assert not np.isin(outputs["other seed"], expected).any()


def test_each_hyperparameter_becomes_an_array_over_all_calls():
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


REJECTED = {
    "wrong shape": (drivers.repeated_draws, lambda low, rng, size: [rng.random()], {"size": 3, "low": 1}),
    "list instead of a dict": (drivers.draw_configurations, lambda space, rng: [1.0], {"space": {}}),
    "names differ between calls": (
        drivers.draw_configurations,
        lambda space, rng: {str(rng.random()): 1.0},
        {"space": {}},
    ),
}


@pytest.mark.parametrize(("driver", "function", "inputs"), REJECTED.values(), ids=REJECTED)
def test_invalid_result_is_reported_as_a_wrong_return_value(driver, function, inputs):
    result = run_case(driver, [function], {"seed": 0, "calls": 2, **inputs})
    assert result.problem.kind == "wrong_return"
    assert result.problem.sentence.startswith("expected ")
