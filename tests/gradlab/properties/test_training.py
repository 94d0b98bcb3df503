"""Properties decide where many answers are right: what passes, and what each finds in what does not."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties
from gradlab.checks.compare import by_property
from gradlab.checks.outcome import CaseResult, Outcome

WORDS = np.array(["high", "low"] * 5)
LABELS = {"labels": WORDS, "allowed": np.array(["high", "low"]), "share": 0.8}
RIGHT = {f"result {i}": str(word) for i, word in enumerate(WORDS, start=1)}
# Two classes of points on a line, told apart by their sign: by one layer, and by the halves of a hidden one.
SIGNS = {"X": np.array([[1.0], [2.0], [-1.0], [-3.0]]), "y": np.array([1, 1, 0, 0]), "num_classes": 2, "accuracy": 1.0}
LINE = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2)}
HALVES = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.zeros(2)}

JUDGED = {
    "all words right": ("diagnoses_correctly", LABELS, RIGHT, ""),
    "two of ten wrong": ("diagnoses_correctly", LABELS, RIGHT | {"result 1": "low", "result 3": "low"}, ""),
    "three of ten wrong": (
        "diagnoses_correctly",
        LABELS,
        RIGHT | {"result 1": "low", "result 3": "low", "result 2": "high"},
        "'high' is mistaken for 'low'",
    ),
    "as often either way": (
        "diagnoses_correctly",
        LABELS,
        RIGHT | {"result 2": "high", "result 4": "high", "result 1": "low", "result 3": "low"},
        "'high' is mistaken for 'low'",
    ),
    "a word of one's own": (
        "diagnoses_correctly",
        LABELS,
        RIGHT | {"result 1": "High"},
        "an answer is not one of high, low",
    ),
    "a number for a word": ("diagnoses_correctly", LABELS, RIGHT | {"result 1": 1.0}, "wrong_type"),
    "a word too few": ("diagnoses_correctly", LABELS, {"result 1": "high"}, "wrong_names"),
    "nothing": ("diagnoses_correctly", LABELS, {}, "wrong_names"),
    "one layer": ("classifies_accurately", SIGNS, LINE, ""),
    "two layers": ("classifies_accurately", SIGNS, HALVES, ""),
    "float32": ("classifies_accurately", SIGNS, {name: value.astype(np.float32) for name, value in LINE.items()}, ""),
    "no rectifier between would be right": (
        "classifies_accurately",
        SIGNS | {"accuracy": 0.9},
        {"W1": np.array([[1.0]]), "b1": np.zeros(1), "W2": np.array([[-1.0, 1.0]]), "b2": np.array([0.0, -2.0])},
        "hardly better than chance",
    ),
    "the classes swapped": ("classifies_accurately", SIGNS, LINE | {"W1": -LINE["W1"]}, "hardly better than chance"),
    "all of one class": (
        "classifies_accurately",
        SIGNS | {"num_classes": 10},
        {"W1": np.zeros((1, 10)), "b1": np.eye(10)[1]},
        "too few examples are classified correctly",
    ),
    "a loss that is low enough": ("classifies_accurately", SIGNS | {"loss": 0.1}, LINE | {"W1": 10 * LINE["W1"]}, ""),
    "a loss that is not": (
        "classifies_accurately",
        SIGNS | {"loss": 0.1},
        LINE | {"W1": 0.1 * LINE["W1"]},
        "enough examples are classified correctly, but the loss is too high",
    ),
    "scores that overflow exp": ("classifies_accurately", SIGNS | {"loss": 0.1}, LINE | {"W1": 1e4 * LINE["W1"]}, ""),
    "a bias missing": ("classifies_accurately", SIGNS, {"W1": LINE["W1"]}, "wrong_names"),
    "another name": ("classifies_accurately", SIGNS, LINE | {"note": "text"}, "wrong_names"),
    "no parameters": ("classifies_accurately", SIGNS, {}, "wrong_names"),
    "text for weights": ("classifies_accurately", SIGNS, LINE | {"W1": "text"}, "wrong_type"),
    "whole numbers": ("classifies_accurately", SIGNS, LINE | {"b1": np.zeros(2, dtype=int)}, "wrong_type"),
    "transposed": ("classifies_accurately", SIGNS, LINE | {"W1": LINE["W1"].T}, "wrong_shape"),
    "a bias in a matrix": ("classifies_accurately", SIGNS, LINE | {"b1": np.zeros((1, 2))}, "wrong_shape"),
    "too few classes": ("classifies_accurately", SIGNS | {"num_classes": 3}, LINE, "wrong_shape"),
    "layers that do not fit": ("classifies_accurately", SIGNS, HALVES | {"W2": np.ones((3, 2))}, "wrong_shape"),
    "a huge layer": (
        "classifies_accurately",
        SIGNS,
        {"W1": np.zeros((1, 20_000)), "b1": np.zeros(20_000), "W2": np.zeros((20_000, 2)), "b2": np.zeros(2)},
        "wrong_shape",
    ),
}


@pytest.mark.parametrize(("judge", "truth", "returned", "found"), JUDGED.values(), ids=JUDGED)
def test_what_is_found(judge, truth, returned, found):
    outcome = getattr(properties, judge)(SimpleNamespace(truth=truth), returned)
    assert outcome.passed == (found == "")
    assert (outcome.problem.kind if outcome.problem else outcome.finding) == found


def test_how_often_functions_were_called_cannot_be_made_up():
    """What a process returns is merged with the judge's own count, which has that name."""
    ran = CaseResult(outputs={"calls": {"loss": 1}})
    outcome = by_property(lambda case, returned: Outcome(returned["calls"]["loss"] == 1), None, ran)
    assert outcome.problem.kind == "wrong_names"
