"""A diagnosis says which cases and outputs are wrong, and how, and claims nothing that holds in other cases only."""

import numpy as np
import pytest

from gradlab.checks.compare import compare
from gradlab.checks.diagnosis import diagnose
from gradlab.checks.outcome import Outcome

RNG = np.random.default_rng(0)
RIGHT = [{"dx": RNG.normal(size=(4, 3)), "dw": RNG.normal(size=3)} for _ in range(3)]
LABELS = ("one", "two", "three")


def diagnosis(*answers):
    """Return the diagnosis of three cases, given functions of the right outputs."""
    outcomes = [compare(right, answer(right), 1e-7) for right, answer in zip(RIGHT, answers, strict=True)]
    return diagnose(LABELS, [{}] * len(outcomes), outcomes)


def right(outputs):
    return outputs


def doubled(outputs):
    return outputs | {"dx": 2 * outputs["dx"]}


def both_doubled(outputs):
    return {name: 2 * value for name, value in outputs.items()}


def noisy(outputs):
    return outputs | {"dx": outputs["dx"] + np.arange(12.0).reshape(4, 3) + 1}


ANSWERS = {
    "all right": ((right, right, right), ""),
    "one finding": ((doubled, doubled, doubled), "Every case fails. `dw` is right. `dx` is twice as large."),
    "one case": ((right, doubled, right), 'Only the case "two" fails. `dw` is right. `dx` is twice as large.'),
    "two outputs": ((both_doubled,) * 3, "Every case fails. Each of `dx` and `dw` is twice as large."),
    "a finding in one case": (
        (doubled, noisy, noisy),
        "Every case fails. `dw` is right. In 1 of the 3 failing cases, `dx` is twice as large.",
    ),
    "a finding in two of two": ((doubled, doubled, right), "2 of 3 cases fail. `dw` is right. `dx` is twice as large."),
}


@pytest.mark.parametrize(("answers", "text"), ANSWERS.values(), ids=ANSWERS)
def test_finding_is_said_of_the_cases_in_which_it_holds(answers, text):
    assert diagnosis(*answers) == text


def test_finding_of_a_property_is_said_of_the_cases_in_which_it_holds():
    outcomes = [Outcome(False, finding="every row has the same mask"), Outcome(False, finding=""), Outcome(True)]
    assert diagnose(LABELS, [{}] * 3, outcomes) == (
        "2 of 3 cases fail. In 1 of the 2 failing cases, every row has the same mask."
    )
