"""The property for fine-tuning: correct parameters pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

BEFORE = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.ones((2, 3)), "b2": np.zeros(3)}
TRUTH = {"X": np.array([[1.0], [2.0], [-1.0], [-3.0]]), "y": np.array([1, 1, 0, 0]), "num_classes": 2, "accuracy": 0.9}
AFTER = BEFORE | {"W2": np.eye(2), "b2": np.zeros(2)}


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        (AFTER, ""),
        (AFTER | {"W2": np.eye(2)[::-1]}, "not clearly better than chance"),
        (AFTER | {"W2": np.zeros((2, 2))}, "the last layer is all zeros"),
        (AFTER | {"b1": np.full(2, 1e-12)}, "a layer before the last was changed"),
        (BEFORE, "the last layer is still the old one"),
        ({"W2": np.eye(2), "b2": np.zeros(2)}, "wrong_names"),
        (AFTER | {"W2": np.eye(3)}, "wrong_shape"),
        (AFTER | {"W1": "text"}, "wrong_type"),
    ],
    ids=[
        "right",
        "classes in the wrong order",
        "zeros",
        "changed hidden layer",
        "unchanged",
        "only the last layer",
        "wrong shape",
        "text",
    ],
)
def test_fine_tuned_parameters_get_the_right_finding(returned, expected):
    outcome = properties.fine_tunes_last_layer(SimpleNamespace(inputs={"params": BEFORE}, truth=TRUTH), returned)
    found = outcome.problem.kind if outcome.problem else outcome.finding
    assert (outcome.passed, found) == (expected == "", expected)
