"""Properties of random samples: correct samples pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import drivers, properties

LOW, HIGH = 1e-4, 1e2
SPACE = {
    "rate": {"scale": "log", "low": 1e-5, "high": 1e-1},
    "fraction": {"scale": "linear", "low": 0.01, "high": 0.9},
    "layers": {"scale": "whole", "low": 1, "high": 3},
}
OTHER = np.random.default_rng(99)  # shared by all calls, so samples from this generator are not reproducible


def logs(rng, size):
    return 10 ** rng.uniform(-4, 2, size)


SAMPLES = {
    "right": (logs, ""),
    "linear": (lambda rng, size: rng.uniform(LOW, HIGH, size), "uniform on a linear scale"),
    "too many large": (lambda rng, size: LOW * 1e6 ** np.sqrt(rng.random(size)), "large numbers come up too often"),
    "too many small": (lambda rng, size: LOW * 1e6 ** rng.random(size) ** 2, "small numbers come up too often"),
    "exponents": (lambda rng, size: rng.uniform(-4, 2, size), "the exponents are returned"),
    "negative": (lambda rng, size: -logs(rng, size), "some numbers are negative"),
    "below the range": (lambda rng, size: logs(rng, size) / 10, "below the range"),
    "above the range": (lambda rng, size: logs(rng, size) * 10, "above the range"),
    "outside the range": (lambda rng, size: 10 ** rng.uniform(-5, 3, size), "below the range and some above it"),
    "whole exponents": (lambda rng, size: 10.0 ** rng.integers(-4, 3, size), "only a few different"),
    "constant within a call": (
        lambda rng, size: np.full(size, logs(rng, None)),
        "all numbers from one call are the same",
    ),
    "another generator": (lambda rng, size: logs(OTHER, size), "the same seed gives different numbers"),
    "fresh generator in every call": (
        lambda rng, size: logs(np.random.default_rng(7), size),
        "every call gives the same numbers",
    ),
    "grid": (lambda rng, size: np.geomspace(LOW, HIGH, size), "too evenly"),
    "sorted": (lambda rng, size: np.sort(logs(rng, size)), "each number depends"),
    "text": (lambda rng, size: np.full(size, "a"), "wrong_kind"),
    "whole numbers": (lambda rng, size: rng.integers(1, 100, size), "wrong_kind"),
    "matrix": (lambda rng, size: logs(rng, (size, 1)), "wrong_shape"),
}


def found(outcome):
    return outcome.problem.kind if outcome.problem else outcome.finding


@pytest.mark.parametrize(("function", "finding"), SAMPLES.values(), ids=SAMPLES)
def test_samples_get_the_right_finding(function, finding):
    inputs = {"low": LOW, "high": HIGH, "size": 1000, "calls": 2, "seed": 1}
    if finding in ("wrong_kind", "wrong_shape"):
        names = ("draws", "same seed", "other seed")
        returned = {name: np.stack([function(np.random.default_rng(0), 1000)] * 2) for name in names}
    else:
        returned = drivers.repeated_draws(lambda low, high, rng, size: function(rng, size), **inputs)
    outcome = properties.samples_uniformly(SimpleNamespace(inputs=inputs), returned)
    assert outcome.passed == (finding == "")
    assert finding in found(outcome)


@pytest.mark.parametrize(
    ("function", "finding"),
    [
        (logs, ""),
        (lambda rng, size: logs(np.random.default_rng(0), size), "every call gives the same number"),
        (lambda rng, size: float(rng.choice([1e-3, 1.0])), "only a few different"),
    ],
    ids=["right", "fresh generator in every call", "two values"],
)
def test_single_numbers_get_the_right_finding(function, finding):
    inputs = {"low": LOW, "high": HIGH, "size": None, "calls": 1000, "seed": 1}
    returned = drivers.repeated_draws(lambda low, high, rng, size: function(rng, size), **inputs)
    assert finding in found(properties.samples_uniformly(SimpleNamespace(inputs=inputs), returned))


def right(rng):
    return {"rate": 10 ** rng.uniform(-5, -1), "fraction": rng.uniform(0.01, 0.9), "layers": int(rng.integers(1, 4))}


def dependent(rng):
    u = rng.random()
    return {"rate": 1e-5 * 1e4**u, "fraction": 0.01 + 0.89 * u, "layers": int(1 + 3 * u)}


CONFIGURATIONS = {
    "right": (right, ""),
    "linear instead of log": (
        lambda rng: right(rng) | {"rate": rng.uniform(1e-5, 1e-1)},
        "numbers for a log scale are uniform on a linear scale",
    ),
    "log instead of linear": (
        lambda rng: right(rng) | {"fraction": 0.01 * 90 ** rng.random()},
        "numbers for a linear scale are uniform on a log scale",
    ),
    "neither log nor linear": (
        lambda rng: right(rng) | {"fraction": 0.01 + 0.89 * rng.random() ** 0.3},
        "not uniform on a linear scale",
    ),
    "few values": (lambda rng: right(rng) | {"fraction": rng.choice([0.1, 0.2])}, "only a few different"),
    "too large": (lambda rng: right(rng) | {"layers": int(rng.integers(1, 5))}, "above the range"),
    "highest left out": (lambda rng: right(rng) | {"layers": int(rng.integers(1, 3))}, "the highest whole number"),
    "lowest left out": (lambda rng: right(rng) | {"layers": int(rng.integers(2, 4))}, "the lowest whole number"),
    "always the same": (lambda rng: right(rng) | {"layers": 1}, "the same whole number comes up every time"),
    "rounded": (lambda rng: right(rng) | {"layers": round(rng.uniform(1, 3))}, "some whole numbers"),
    "log instead of whole": (lambda rng: right(rng) | {"layers": int(4 ** rng.random())}, "small whole numbers"),
    "whole number as a float": (
        lambda rng: right(rng) | {"layers": float(rng.integers(1, 4))},
        "not returned as an int",
    ),
    "not whole": (lambda rng: right(rng) | {"layers": rng.uniform(1, 3)}, "some numbers that should be whole are not"),
    "dependent": (dependent, "one hyperparameter depends on another"),
    "another generator": (lambda rng: right(OTHER), "the same seed gives different numbers"),
    "constant": (lambda rng: right(np.random.default_rng(0)), "only a few different"),
    "missing names": (lambda rng: {"rate": 1e-3}, "wrong_names"),
    "text": (lambda rng: right(rng) | {"fraction": "text"}, "wrong_kind"),
}


@pytest.mark.parametrize(("function", "finding"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_configurations_get_the_right_finding(function, finding):
    inputs = {"space": SPACE, "calls": 2000, "seed": 1}
    if finding == "wrong_kind":
        returned = drivers.draw_configurations(lambda space, rng: right(rng), **inputs)
        returned |= {"fraction": np.full(2000, "text")}
    else:
        returned = drivers.draw_configurations(lambda space, rng: function(rng), **inputs)
    outcome = properties.samples_each_uniformly(SimpleNamespace(inputs=inputs), returned)
    assert outcome.passed == (finding == "")
    assert finding in found(outcome)
