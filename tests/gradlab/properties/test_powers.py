"""Properties of random powers of ten: correct samples pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import drivers, properties

OTHER = np.random.default_rng(99)  # shared by all calls, so samples from this generator are not reproducible


def powers(low, high, count, rng):
    return 10 ** rng.uniform(low, high, count)


SAMPLES = {
    "right": (powers, ""),
    "float32": (lambda low, high, count, rng: powers(low, high, count, rng).astype(np.float32), ""),
    "one by one": (lambda low, high, count, rng: np.array([powers(low, high, None, rng) for _ in range(count)]), ""),
    "exponents": (lambda low, high, count, rng: rng.uniform(low, high, count), "the exponents are returned"),
    "negative": (lambda **given: -powers(**given), "some numbers are not positive"),
    "whole exponents": (
        lambda low, high, count, rng: 10.0 ** rng.integers(int(low), int(high) + 1, count),
        "every exponent is a whole number",
    ),
    "constant": (
        lambda low, high, count, rng: np.full(count, powers(low, high, None, rng)),
        "all numbers are the same",
    ),
    "powers of e": (lambda low, high, count, rng: np.exp(rng.uniform(low, high, count)), "powers of e"),
    "powers of 2": (lambda low, high, count, rng: 2 ** rng.uniform(low, high, count), "powers of 2"),
    "evenly spaced": (lambda low, high, count, rng: np.logspace(low, high, count), "too evenly"),
    "below the range": (lambda low, **given: powers(low - 1, **given), "some numbers are below the range"),
    "above the range": (lambda high, **given: powers(high=high + 1, **given), "some numbers are above the range"),
    "global generator": (
        lambda low, high, count, rng: powers(low, high, count, OTHER),
        "`rng` in the same state gives different numbers",
    ),
    "fixed seed": (
        lambda low, high, count, rng: powers(low, high, count, np.random.default_rng(0)),
        "a different `rng` gives the same numbers",
    ),
    "repeated": (lambda low, high, count, rng: np.tile(powers(low, high, count // 5, rng), 5), "again and again"),
    "linear": (lambda low, high, count, rng: rng.uniform(10**low, 10**high, count), "uniform, not their exponents"),
    "in the middle": (
        lambda low, high, count, rng: 10 ** np.clip(rng.normal(-2.5, 0.8, count), low, high),
        "in the middle of the range",
    ),
    "too many large": (lambda low, high, count, rng: powers(0, high, count, rng), "large numbers come up too often"),
    "too many small": (lambda low, high, count, rng: powers(low, 0, count, rng), "small numbers come up too often"),
    "text": (lambda low, high, count, rng: np.full(count, "a"), "wrong_type"),
    "matrix": (lambda low, high, count, rng: powers(low, high, (count, 1), rng), "wrong_shape"),
}


def found(function, count=1000, seed=0):
    inputs = {"low": -6.0, "high": 1.0, "count": count}
    returned = drivers.call_with_rngs(function, seed=seed, **inputs)
    outcome = properties.is_sample_of_powers(SimpleNamespace(inputs=inputs), returned)
    return outcome.problem.kind if outcome.problem else outcome.finding


@pytest.mark.parametrize(("function", "finding"), SAMPLES.values(), ids=SAMPLES)
def test_samples_get_the_right_finding(function, finding):
    assert finding in found(function)
    assert (found(function) == "") == (finding == "")


@pytest.mark.parametrize("count", [1, 2, 100, 1000])
def test_correct_samples_always_pass(count):
    assert [seed for seed in range(300) if found(powers, count, seed)] == []


@pytest.mark.parametrize("fault", ["global generator", "fixed seed", "negative", "constant"])
def test_faults_that_show_in_a_few_numbers_are_found(fault):
    function, finding = SAMPLES[fault]
    assert finding in found(function, count=3)
