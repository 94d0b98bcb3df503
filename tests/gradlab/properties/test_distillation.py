"""The property of a student network: it says whether the network falls short, and numbers only in the detail."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

# Points on a line, of ten classes; the network gives the class 1 to positive numbers and the class 0 to others.
TRUTH = {"X": np.array([[1.0], [2.0], [-1.0], [-3.0]]), "y": np.array([1, 1, 0, 2]), "num_classes": 10}
SIGN = {"W1": np.array([[-1.0, 1.0] + 8 * [0.0]]), "b1": np.zeros(10)}
TWICE = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.eye(2, 10), "b2": np.zeros(10)}
NEVER = {"W1": np.zeros((1, 10)), "b1": np.eye(10)[9]}

JUDGED = {
    "just enough": (0.75, SIGN, "", ""),
    "two layers": (0.75, TWICE, "", ""),
    "short": (0.8, SIGN, "falls short of the accuracy asked for", "75.0% of the examples are right, and 80% should be"),
    "two layers, short": (
        0.9,
        TWICE,
        "falls short of the accuracy asked for",
        "75.0% of the examples are right, and 90% should be",
    ),
    "chance": (
        0.8,
        NEVER,
        "falls far short of the accuracy asked for: it is hardly better than chance",
        "0.0% of the examples are right, and 80% should be",
    ),
}


@pytest.mark.parametrize("what", JUDGED)
def test_finding_says_whether_the_network_falls_short(what):
    accuracy, params, finding, detail = JUDGED[what]
    outcome = properties.reaches_accuracy(SimpleNamespace(inputs={}, truth=TRUTH | {"accuracy": accuracy}), params)
    assert outcome.passed == (finding == "")
    assert outcome.finding == finding
    assert [part.detail for part in outcome.parts] == ([detail] if detail else [])


def test_parameters_of_the_wrong_form_keep_their_problem():
    outcome = properties.reaches_accuracy(SimpleNamespace(inputs={}, truth=TRUTH | {"accuracy": 0.8}), {"W1": "text"})
    assert outcome.problem.kind == "wrong_names"
