"""The property for diagnoses: how many words must be right, and which confusion is reported."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

WORDS = np.array(["high", "low"] * 5)
LABELS = {"labels": WORDS, "allowed": np.array(["high", "low"]), "share": 0.8}
RIGHT = {f"result {i}": str(word) for i, word in enumerate(WORDS, start=1)}

JUDGED = {
    "all right": (LABELS, RIGHT, ""),
    "two of ten wrong": (LABELS, RIGHT | {"result 1": "low", "result 3": "low"}, ""),
    "three of ten wrong": (
        LABELS,
        RIGHT | {"result 1": "low", "result 3": "low", "result 2": "high"},
        "'high' is mistaken for 'low'",
    ),
    "tie between two confusions": (
        LABELS,
        RIGHT | {"result 2": "high", "result 4": "high", "result 1": "low", "result 3": "low"},
        "'high' is mistaken for 'low'",
    ),
    "word that is not in the list": (
        LABELS,
        RIGHT | {"result 1": "High"},
        "an answer is not one of high, low",
    ),
    "number instead of a word": (LABELS, RIGHT | {"result 1": 1.0}, "wrong_type"),
    "one word missing": (LABELS, {"result 1": "high"}, "wrong_names"),
    "no outputs": (LABELS, {}, "wrong_names"),
}


@pytest.mark.parametrize(("truth", "returned", "found"), JUDGED.values(), ids=JUDGED)
def test_diagnoses_get_the_right_finding(truth, returned, found):
    outcome = properties.diagnoses_correctly(SimpleNamespace(truth=truth), returned)
    assert outcome.passed == (found == "")
    assert (outcome.problem.kind if outcome.problem else outcome.finding) == found
