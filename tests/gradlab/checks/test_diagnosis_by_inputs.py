"""A diagnosis describes the failing cases by what sets their inputs apart from those of all other cases."""

import numpy as np
import pytest

from gradlab.checks.diagnosis import diagnose
from gradlab.checks.outcome import Outcome

CASES = {
    "without a config": {"w": 1.0},
    "with a velocity": {"w": 1.0, "config": {"velocity": 1.0}},
    "with a rate": {"w": 1.0, "config": {"rate": 1.0}},
}


@pytest.mark.parametrize(
    ("failing", "sentence"),
    [
        (["without a config", "with a rate"], "Only the cases without `velocity` in `config` fail."),
        (["with a rate"], 'Only the case "with a rate" fails. It is the only one with `rate` in `config`.'),
        (["without a config", "with a velocity"], "Only the cases without `rate` in `config` fail."),
        (["with a velocity", "with a rate"], 'Only the case "without a config" passes.'),
    ],
)
def test_case_without_a_config_counts_as_lacking_each_of_its_keys(failing, sentence):
    outcomes = [Outcome(label not in failing) for label in CASES]
    assert diagnose(list(CASES), list(CASES.values()), outcomes).startswith(sentence)


def test_axes_are_those_of_the_array_that_the_students_function_gets():
    inputs = [{"x": np.ones((5, 2, 3, 4))}, {"x": np.ones((5, 3, 4))}]
    found = diagnose(["three axes", "two axes"], inputs, [Outcome(False), Outcome(True)], "layernorm_sequence")
    assert found == 'Only the case "three axes" fails. It is the only one where `x` has 3 axes.'
