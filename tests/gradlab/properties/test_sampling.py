"""What is found in draws that are not what was asked for."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import drivers, properties

LOW, HIGH = 1e-4, 1e2
SPACE = {
    "rate": {"scale": "log", "low": 1e-5, "high": 1e-1},
    "share": {"scale": "linear", "low": 0.01, "high": 0.9},
    "layers": {"scale": "whole", "low": 1, "high": 3},
}
OTHER = np.random.default_rng(99)  # what draws from it cannot be repeated


def logs(rng, size):
    return 10 ** rng.uniform(-4, 2, size)


DRAWS = {
    "right": (logs, ""),
    "linear": (lambda rng, size: rng.uniform(LOW, HIGH, size), "uniform on a linear scale"),
    "crowded above": (lambda rng, size: LOW * 1e6 ** np.sqrt(rng.random(size)), "large numbers come up too often"),
    "crowded below": (lambda rng, size: LOW * 1e6 ** rng.random(size) ** 2, "small numbers come up too often"),
    "exponents": (lambda rng, size: rng.uniform(-4, 2, size), "the exponents are returned"),
    "negative": (lambda rng, size: -logs(rng, size), "some numbers are negative"),
    "below": (lambda rng, size: logs(rng, size) / 10, "below the range"),
    "above": (lambda rng, size: logs(rng, size) * 10, "above the range"),
    "beyond both": (lambda rng, size: 10 ** rng.uniform(-5, 3, size), "below the range and some above it"),
    "whole exponents": (lambda rng, size: 10.0 ** rng.integers(-4, 3, size), "only a few different"),
    "one number": (lambda rng, size: np.full(size, logs(rng, None)), "all numbers from one call are the same"),
    "from elsewhere": (lambda rng, size: logs(OTHER, size), "the same seed gives different numbers"),
    "a fresh generator": (lambda rng, size: logs(np.random.default_rng(7), size), "every call gives the same numbers"),
    "a grid": (lambda rng, size: np.geomspace(LOW, HIGH, size), "too evenly"),
    "sorted": (lambda rng, size: np.sort(logs(rng, size)), "each number depends"),
    "text": (lambda rng, size: np.full(size, "a"), "wrong_kind"),
    "whole numbers": (lambda rng, size: rng.integers(1, 100, size), "wrong_kind"),
    "a column": (lambda rng, size: logs(rng, (size, 1)), "wrong_shape"),
}


def said(outcome):
    return outcome.problem.kind if outcome.problem else outcome.finding


@pytest.mark.parametrize(("function", "found"), DRAWS.values(), ids=DRAWS)
def test_what_is_found_in_draws(function, found):
    inputs = {"low": LOW, "high": HIGH, "size": 1000, "calls": 2, "seed": 1}
    if found in ("wrong_kind", "wrong_shape"):
        returned = {name: np.stack([function(np.random.default_rng(0), 1000)] * 2) for name in drawn_names()}
    else:
        returned = drivers.repeated_draws(lambda low, high, rng, size: function(rng, size), **inputs)
    outcome = properties.samples_uniformly(SimpleNamespace(inputs=inputs), returned)
    assert outcome.passed == (found == "")
    assert found in said(outcome)


def drawn_names():
    return ("draws", "same seed", "other seed")


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (logs, ""),
        (lambda rng, size: logs(np.random.default_rng(0), size), "every call gives the same number"),
        (lambda rng, size: float(rng.choice([1e-3, 1.0])), "only a few different"),
    ],
)
def test_one_number_a_call(function, found):
    inputs = {"low": LOW, "high": HIGH, "size": None, "calls": 1000, "seed": 1}
    returned = drivers.repeated_draws(lambda low, high, rng, size: function(rng, size), **inputs)
    assert found in said(properties.samples_uniformly(SimpleNamespace(inputs=inputs), returned))


def right(rng):
    return {"rate": 10 ** rng.uniform(-5, -1), "share": rng.uniform(0.01, 0.9), "layers": int(rng.integers(1, 4))}


def tied(rng):
    share = rng.random()
    return {"rate": 1e-5 * 1e4**share, "share": 0.01 + 0.89 * share, "layers": int(1 + 3 * share)}


CONFIGURATIONS = {
    "right": (right, ""),
    "a log scale drawn linearly": (
        lambda rng: right(rng) | {"rate": rng.uniform(1e-5, 1e-1)},
        "numbers for a log scale are uniform on a linear scale",
    ),
    "a linear scale drawn by logarithms": (
        lambda rng: right(rng) | {"share": 0.01 * 90 ** rng.random()},
        "numbers for a linear scale are uniform on a log scale",
    ),
    "neither": (lambda rng: right(rng) | {"share": 0.01 + 0.89 * rng.random() ** 0.3}, "not uniform on a linear scale"),
    "few values": (lambda rng: right(rng) | {"share": rng.choice([0.1, 0.2])}, "only a few different"),
    "too large": (lambda rng: right(rng) | {"layers": int(rng.integers(1, 5))}, "above the range"),
    "the highest left out": (lambda rng: right(rng) | {"layers": int(rng.integers(1, 3))}, "the highest whole number"),
    "the lowest left out": (lambda rng: right(rng) | {"layers": int(rng.integers(2, 4))}, "the lowest whole number"),
    "rounded": (lambda rng: right(rng) | {"layers": round(rng.uniform(1, 3))}, "some whole numbers"),
    "by logarithms": (lambda rng: right(rng) | {"layers": int(4 ** rng.random())}, "small whole numbers"),
    "whole as a float": (lambda rng: right(rng) | {"layers": float(rng.integers(1, 4))}, "not returned as an int"),
    "not whole": (lambda rng: right(rng) | {"layers": rng.uniform(1, 3)}, "some numbers that should be whole are not"),
    "tied": (tied, "one hyperparameter depends on another"),
    "from elsewhere": (lambda rng: right(OTHER), "the same seed gives different numbers"),
    "always the same": (lambda rng: right(np.random.default_rng(0)), "only a few different"),
    "a name too few": (lambda rng: {"rate": 1e-3}, "wrong_names"),
    "text": (lambda rng: right(rng) | {"share": "text"}, "wrong_kind"),
}


@pytest.mark.parametrize(("function", "found"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_what_is_found_in_configurations(function, found):
    inputs = {"space": SPACE, "calls": 2000, "seed": 1}
    if found == "wrong_kind":
        returned = drivers.draw_configurations(lambda space, rng: right(rng), **inputs)
        returned |= {"share": np.full(2000, "text")}
    else:
        returned = drivers.draw_configurations(lambda space, rng: function(rng), **inputs)
    outcome = properties.samples_each_uniformly(SimpleNamespace(inputs=inputs), returned)
    assert outcome.passed == (found == "")
    assert found in said(outcome)
