"""Properties with a target say what was reached and what was asked for, on success and on failure."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

# Points on a line. SIGN assigns class 1 to positive numbers and class 0 to the others: 3 of 4 are right.
TRUTH = {"X": np.array([[1.0], [2.0], [-1.0], [-3.0]]), "y": np.array([1, 1, 0, 2]), "num_classes": 3}
SIGN = {"W1": np.array([[-1.0, 1.0, 0.0]]), "b1": np.zeros(3)}
NEVER = {"W1": np.zeros((1, 3)), "b1": np.array([-1.0, -1.0, 0.0])}
WORDS = np.array(["high", "low"] * 5)
LABELS = {"labels": WORDS, "allowed": np.array(["high", "low"])}
NAMED = {f"result {i}": str(word) for i, word in enumerate(WORDS, start=1)}
SADDLE = {"values": np.array([[[2.0, 0.0], [0.0, -2.0]]])}
BOWL = {"values": np.array([[[2.0, 0.0], [0.0, 2.0]]])}


def along(angle):
    return {"result 1": np.array([np.sin(angle), np.cos(angle)])}


REACHED = {
    "enough examples": (
        properties.classifies_accurately,
        {},
        TRUTH | {"accuracy": 0.75},
        SIGN,
        "75% (required: 75%)",
    ),
    "too few examples": (
        properties.classifies_accurately,
        {},
        TRUTH | {"accuracy": 0.8},
        SIGN,
        "75% (required: 80%)",
    ),
    "chance": (properties.classifies_accurately, {}, TRUTH | {"accuracy": 0.8}, NEVER, "25% (required: 80%)"),
    "low enough loss": (
        properties.classifies_accurately,
        {},
        TRUTH | {"accuracy": 0.25, "loss": 2.0},
        NEVER,
        "25% with a loss of 1.3 (required: 25% with at most 2)",
    ),
    "too high a loss": (
        properties.classifies_accurately,
        {},
        TRUTH | {"accuracy": 0.25, "loss": 0.01},
        NEVER,
        "25% with a loss of 1.3 (required: 25% with at most 0.01)",
    ),
    "all words right": (
        properties.diagnoses_correctly,
        {},
        LABELS | {"share": 0.9},
        NAMED,
        "10 of 10 named correctly (required: 9)",
    ),
    "a word too few": (
        properties.diagnoses_correctly,
        {},
        LABELS | {"share": 0.95},
        NAMED | {"result 1": "low"},
        "9 of 10 named correctly (required: 10)",
    ),
    "no word from the list": (
        properties.diagnoses_correctly,
        {},
        LABELS | {"share": 0.9},
        NAMED | {"result 1": "High"},
        None,
    ),
    "steepest direction": (
        properties.has_negative_curvature,
        SADDLE,
        {},
        along(0),
        "100% of the steepest curvature (required: 50%)",
    ),
    "slanted direction": (
        properties.has_negative_curvature,
        SADDLE,
        {},
        along(np.pi / 5),
        "30.9% of the steepest curvature (required: 50%)",
    ),
    "no way down": (properties.has_negative_curvature, BOWL, {}, {"result 1": None}, None),
}


@pytest.mark.parametrize("what", REACHED)
def test_property_says_what_was_reached(what):
    judge, inputs, truth, returned, sentence = REACHED[what]
    outcome = judge(SimpleNamespace(inputs=inputs, truth=truth), returned)
    assert (outcome.reached and outcome.reached.sentence) == sentence


def test_search_compares_its_score_with_the_best_that_it_tried():
    tried = np.array([[0.1], [0.4], [0.3]])
    inputs = {"objective": lambda config: config["x"], "budget": 3, "low": {"x": 0.0}}
    calls = {"sampled": tried, "tried": tried, "tried with another rng": tried + 0.01, "calls": {"objective": 9}}
    for row, sentence in ((1, "0.4, the best of 3 tried"), (2, "0.3, where the best of 3 tried is 0.4")):
        returned = {"best": tried[row], "best again": tried[row], "score": tried[row, 0], **calls}
        outcome = properties.returns_best_tried(SimpleNamespace(inputs=inputs), returned)
        assert outcome.reached.sentence == sentence


@pytest.mark.parametrize(("height", "passed"), [(0.25, True), (0.0, False)])
def test_race_states_the_fraction_reached_and_the_fraction_asked_for(height, passed):
    truth = {"X": np.eye(10, 64) * 16, "y": np.arange(10), "seed": 0, "accuracy": 0.0 if passed else 1.0}
    case = SimpleNamespace(inputs={"values": np.arange(5)}, truth=truth)
    outcome = properties.reaches_digit_accuracy(case, {"values": np.full(5, height)})
    assert outcome.passed == passed
    assert outcome.reached.asked == ("0%" if passed else "100%")
    assert outcome.reached.shown.endswith("%")
