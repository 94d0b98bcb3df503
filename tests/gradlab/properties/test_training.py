"""The property for trained parameters: accurate parameters pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

# Points on a line, classified by their sign. LINE separates them with a single layer. HALVES separates them with a
# hidden layer of two units, one for each half of the line.
SIGNS = {"X": np.array([[1.0], [2.0], [-1.0], [-3.0]]), "y": np.array([1, 1, 0, 0]), "num_classes": 2, "accuracy": 1.0}
LINE = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2)}
HALVES = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.zeros(2)}

JUDGED = {
    "one layer": (SIGNS, LINE, ""),
    "two layers": (SIGNS, HALVES, ""),
    "float32": (SIGNS, {name: value.astype(np.float32) for name, value in LINE.items()}, ""),
    "right only without a ReLU": (
        SIGNS | {"accuracy": 0.9},
        {"W1": np.array([[1.0]]), "b1": np.zeros(1), "W2": np.array([[-1.0, 1.0]]), "b2": np.array([0.0, -2.0])},
        "not clearly better than chance",
    ),
    "swapped classes": (SIGNS, LINE | {"W1": -LINE["W1"]}, "not clearly better than chance"),
    "always the same class": (
        SIGNS | {"num_classes": 10},
        {"W1": np.zeros((1, 10)), "b1": np.eye(10)[1]},
        "too few examples are classified correctly",
    ),
    "loss low enough": (SIGNS | {"loss": 0.1}, LINE | {"W1": 10 * LINE["W1"]}, ""),
    "loss too high": (
        SIGNS | {"loss": 0.1},
        LINE | {"W1": 0.1 * LINE["W1"]},
        "the loss is too high",
    ),
    "scores that overflow exp": (SIGNS | {"loss": 0.1}, LINE | {"W1": 1e4 * LINE["W1"]}, ""),
    "missing bias": (SIGNS, {"W1": LINE["W1"]}, "wrong_names"),
    "extra name": (SIGNS, LINE | {"note": "text"}, "wrong_names"),
    "no parameters": (SIGNS, {}, "wrong_names"),
    "text as weights": (SIGNS, LINE | {"W1": "text"}, "wrong_type"),
    "integer bias": (SIGNS, LINE | {"b1": np.zeros(2, dtype=int)}, "wrong_type"),
    "transposed": (SIGNS, LINE | {"W1": LINE["W1"].T}, "wrong_shape"),
    "matrix as bias": (SIGNS, LINE | {"b1": np.zeros((1, 2))}, "wrong_shape"),
    "too few classes": (SIGNS | {"num_classes": 3}, LINE, "wrong_shape"),
    "layers that do not fit together": (SIGNS, HALVES | {"W2": np.ones((3, 2))}, "wrong_shape"),
    "huge layer": (
        SIGNS,
        {"W1": np.zeros((1, 20_000)), "b1": np.zeros(20_000), "W2": np.zeros((20_000, 2)), "b2": np.zeros(2)},
        "wrong_shape",
    ),
}


@pytest.mark.parametrize(("truth", "returned", "found"), JUDGED.values(), ids=JUDGED)
def test_parameters_get_the_right_finding(truth, returned, found):
    outcome = properties.classifies_accurately(SimpleNamespace(truth=truth), returned)
    assert outcome.passed == (found == "")
    assert (outcome.problem.kind if outcome.problem else outcome.finding) == found
