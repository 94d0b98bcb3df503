"""The property for searches: correct searches pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

TRIED = np.array([[0.1, 0.0], [0.4, 1.0], [0.9, 2.0], [0.2, 3.0]])


def objective(config):
    """Return a score that is highest for the second trial and NaN for the third."""
    return np.nan if config["x"] > 0.8 else config["x"]


CASE = SimpleNamespace(inputs={"objective": objective, "budget": 4, "low": {"x": 0.0, "y": 0.0}})
RIGHT = {
    "best": TRIED[1],
    "score": 0.4,
    "sampled": TRIED,
    "tried": TRIED,
    "best again": TRIED[1],
    "tried with another rng": TRIED + 0.01,
    "calls": {"objective": 12},
}
JUDGED = {
    "right": ({}, ""),
    "tried in a different order": ({"tried": TRIED[::-1]}, ""),
    "sampled more": ({"sampled": np.concatenate([TRIED, [[0.7, 0.7]]])}, ""),
    "score as an array": ({"score": np.array(0.4)}, ""),
    "not the best": ({"best": TRIED[3], "best again": TRIED[3], "score": 0.2}, "a better configuration was tried"),
    "worst": ({"best": TRIED[0], "best again": TRIED[0], "score": 0.1}, "the worst configuration is returned"),
    "diverged trial": ({"best": TRIED[2], "best again": TRIED[2], "score": "nan"}, "a trial that diverged"),
    "score of a diverged trial": ({"score": "nan"}, "the score returned with it is not a finite number"),
    "no configuration": ({"best": None, "best again": None, "score": "-inf"}, "None is returned instead of"),
    "no configuration in the second run": ({"best again": None}, "the same seed gives a different search"),
    "never tried": ({"best": TRIED[1] + 1, "best again": TRIED[1] + 1}, "the returned configuration was never"),
    "score of another trial": ({"score": 0.2}, "the score does not belong to the returned configuration"),
    "not reproducible": ({"best again": TRIED[0]}, "the same seed gives a different search"),
    "rng not used": ({"tried with another rng": TRIED}, "a different rng gives the same search"),
    "tried twice": ({"tried": np.concatenate([TRIED, TRIED[:1]])}, "a configuration is tried more than once"),
    "one trial too many": ({"calls": {"objective": 13}}, "more configurations are tried than the budget allows"),
    "one trial too few": ({"tried": TRIED[:3], "calls": {"objective": 9}}, "fewer configurations are tried"),
    "not from sample": ({"sampled": TRIED[:3]}, "a configuration that did not come from sample is tried"),
    "no score": ({"score": None}, "wrong_type"),
    "score in words": ({"score": "high"}, "wrong_type"),
    "text": ({"best": "text"}, "wrong_type"),
    "matrix": ({"best": TRIED[:2]}, "wrong_shape"),
    "extra name": ({"more": 1.0}, "wrong_names"),
}


@pytest.mark.parametrize(("changed", "found"), JUDGED.values(), ids=JUDGED)
def test_search_gets_the_right_finding(changed, found):
    outcome = properties.returns_best_tried(CASE, RIGHT | changed)
    assert outcome.passed == (found == "")
    assert found in (outcome.problem.kind if outcome.problem else outcome.finding)


def test_objective_may_be_an_oracle():
    """The judge wraps the objective in an oracle; in a notebook, the objective is a plain function."""
    oracle = SimpleNamespace(function=objective)
    case = SimpleNamespace(inputs=CASE.inputs | {"objective": oracle})
    assert properties.returns_best_tried(case, RIGHT).passed


def test_single_trial_passes():
    """The only trial is both the best and the worst one, which is not a fault."""
    case = SimpleNamespace(inputs=CASE.inputs | {"budget": 1})
    one = {"tried": TRIED[1:2], "calls": {"objective": 3}}
    assert properties.returns_best_tried(case, RIGHT | one).passed
