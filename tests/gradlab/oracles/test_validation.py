"""Scores as trainings would give them."""

import numpy as np
import pytest

from gradlab import oracles

HILL = {"best": {"a": 1.0, "b": -2.0}, "top": 0.9, "width": {"a": 2.0, "b": 4.0}, "limits": {"a": 3.0}}
CURVES = {"final": np.array([0.9, np.nan]), "slowness": np.array([3.0, 1.0])}


@pytest.mark.parametrize(
    ("config", "score"),
    [
        ({"a": 1.0, "b": -2.0}, 0.9),
        ({"b": -2.0, "a": 3.0}, -0.1),
        ({"a": np.float64(1.0), "b": 2.0}, -0.1),
        ({"a": 3.1, "b": -2.0}, np.nan),
        ({"a": np.nan, "b": -2.0}, np.nan),
    ],
)
def test_a_hill_falls_with_the_squared_distance_and_ends_at_its_limit(config, score):
    assert oracles.hill(config, **HILL) == pytest.approx(score, nan_ok=True)


@pytest.mark.parametrize("config", [{"a": 1.0}, {"a": 1.0, "b": 1.0, "c": 1.0}, [1.0, 1.0], None])
def test_a_hill_wants_a_configuration(config):
    with pytest.raises(ValueError, match="a configuration is a dict with the names a, b"):
        oracles.hill(config, **HILL)


@pytest.mark.parametrize(
    ("trial", "epochs", "score"), [(0, 1, 0.9 - 3 / 4), (0, 3, 0.4), (np.int64(0), 27, 0.8), (1, 5, np.nan)]
)
def test_a_learning_curve_rises_to_its_end(trial, epochs, score):
    assert oracles.learning_curve(trial, epochs, **CURVES) == pytest.approx(score, nan_ok=True)


@pytest.mark.parametrize(
    ("trial", "epochs", "says"),
    [
        (2, 1, "trial must be a number from 0 to 1"),
        (-1, 1, "trial must be"),
        (0.5, 1, "trial must be"),
        (np.arange(2), 1, "trial must be"),
        (0, 0, "epochs must be a number, 1 or more"),
        (0, np.inf, "epochs must be"),
        (0, np.nan, "epochs must be"),
    ],
)
def test_a_learning_curve_wants_a_trial_and_epochs(trial, epochs, says):
    with pytest.raises(ValueError, match=says):
        oracles.learning_curve(trial, epochs, **CURVES)
