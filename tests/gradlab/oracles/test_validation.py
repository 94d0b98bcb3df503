"""Simulated validation scores of training runs."""

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
def test_hill_falls_with_the_squared_distance_and_is_nan_beyond_its_limit(config, score):
    assert oracles.hill(config, **HILL) == pytest.approx(score, nan_ok=True)


@pytest.mark.parametrize("config", [{"a": 1.0}, {"a": 1.0, "b": 1.0, "c": 1.0}, [1.0, 1.0], None])
def test_wrong_configuration_raises(config):
    with pytest.raises(ValueError, match="a configuration must be a dict with exactly the keys a, b"):
        oracles.hill(config, **HILL)


@pytest.mark.parametrize(
    ("trial", "epochs", "score"), [(0, 1, 0.9 - 3 / 4), (0, 3, 0.4), (np.int64(0), 27, 0.8), (1, 5, np.nan)]
)
def test_learning_curve_rises_to_its_final_score(trial, epochs, score):
    assert oracles.learning_curve(trial, epochs, **CURVES) == pytest.approx(score, nan_ok=True)


@pytest.mark.parametrize(
    ("trial", "epochs", "message"),
    [
        (2, 1, "trial must be a whole number in"),
        (-1, 1, "trial must be"),
        (0.5, 1, "trial must be"),
        (np.arange(2), 1, "trial must be"),
        (0, 0, "epochs must be a finite number of at least 1"),
        (0, np.inf, "epochs must be"),
        (0, np.nan, "epochs must be"),
    ],
)
def test_wrong_trial_or_number_of_epochs_raises(trial, epochs, message):
    with pytest.raises(ValueError, match=message):
        oracles.learning_curve(trial, epochs, **CURVES)
