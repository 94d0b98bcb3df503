"""A case is decided by a problem that occurs while it runs, by a property, or by comparing its outputs."""

import numpy as np
import pytest

from gradlab.checks.decide import decide_case
from gradlab.checks.outcome import CaseResult, Outcome, Problem

EXPECTED = {"w": np.array([1.0, 2.0])}
RIGHT, WRONG = CaseResult(outputs={"w": np.array([1.0, 2.0])}), CaseResult(outputs={"w": np.array([1.0, 6.0])})
NAMED_V = CaseResult(outputs={"v": 1.0})


def decide(result, *, expected=EXPECTED, judge=None, on_error=None):
    return decide_case(
        "the case", result, driver="call", expected=expected, tolerance=1e-7, judge=judge, on_error=on_error
    )


def accept(case, outputs):
    return Outcome(True, finding="accepted")


def raise_error(case, outputs):
    raise IndexError("no such entry")


@pytest.mark.parametrize(
    ("driver", "returned", "sentence"),
    [
        ("for_each_array", {"result 1": "saddle", "result 2": "minimum"}, "2 of 2 right"),
        ("for_each_array", {"result 1": "saddle", "result 2": "maximum"}, "1 of 2 right"),
        ("list_broken_layers", {"result 1": None, "result 2": 1.0}, "0 of 2 right"),
        ("call", {"result 1": "saddle", "result 2": "minimum"}, None),
    ],
)
def test_right_words_are_counted_if_each_is_a_separate_answer(driver, returned, sentence):
    expected = {"result 1": "saddle", "result 2": "minimum"}
    outcome = decide_case(
        "the case", CaseResult(outputs=returned), driver=driver, expected=expected, tolerance=1e-7, judge=None
    )
    assert (outcome.reached and outcome.reached.sentence) == sentence


TUPLE = {"result 1": 1.0, "result 2": EXPECTED["w"]}


@pytest.mark.parametrize("returned", [("loss", "dscores"), ("loss",), ()], ids=len)
def test_values_of_a_tuple_have_the_docstrings_names_if_there_is_one_for_each(returned):
    result = CaseResult(outputs=TUPLE | {"result 2": np.ones(3)})
    outcome = decide_case(None, result, driver="call", expected=TUPLE, tolerance=1e-7, judge=None, returned=returned)
    names = returned if len(returned) == 2 else tuple(TUPLE)
    assert tuple(part.output for part in outcome.parts) == names
    assert outcome.problem.detail.startswith(f"{names[1]}: expected shape (2,), got shape (3,)")


def test_without_a_property_outputs_are_compared():
    for result, passed, error in ((RIGHT, True, 0.0), (WRONG, False, 0.5)):
        outcome = decide(result)
        assert (outcome.passed, outcome.error, outcome.tolerance, outcome.problem) == (passed, error, 1e-7, None)


NUMBERS = np.array([[1.0, 2.0], [3.0, 4.0]])


ANSWERS = {
    "almost equal": (NUMBERS, NUMBERS + 1e-12),
    "twice as large": (NUMBERS, NUMBERS * 2),
    "float32": (NUMBERS, NUMBERS.astype(np.float32) + 1),
    "NaN": (NUMBERS, NUMBERS * np.nan),
    "NaN expected": (NUMBERS * np.nan, NUMBERS),
    "another shape": (NUMBERS, NUMBERS.T[:1]),
    "equal whole numbers": (np.arange(4), np.arange(4)),
    "reversed whole numbers": (np.arange(4), np.arange(4)[::-1]),
    "false": (True, False),
    "another word": ("saddle", "minimum"),
    "None": (NUMBERS, None),
}


@pytest.mark.parametrize(("right", "returned"), ANSWERS.values(), ids=ANSWERS)
def test_without_an_explanation_the_verdict_is_the_same(right, returned):
    result, expected = CaseResult(outputs={"result": returned}), {"result": right}
    options = {"driver": "call", "expected": expected, "tolerance": 1e-7, "judge": None}
    full, short = (decide_case("the case", result, explain=explain, **options) for explain in (True, False))
    assert (short.passed, short.problem) == (full.passed, full.problem)
    assert short.error == pytest.approx(full.error, rel=0, nan_ok=True)


@pytest.mark.parametrize("judge", [None, accept], ids=["comparison", "property"])
@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (CaseResult(problem=Problem("too_slow")), Problem("too_slow")),
        (CaseResult(outputs={"w": EXPECTED["w"]}, problem=Problem("crashed")), Problem("crashed")),
        (CaseResult(), Problem("no_answer")),
    ],
    ids=["problem", "problem with outputs", "neither outputs nor problem"],
)
def test_case_with_a_problem_fails_and_keeps_the_tolerance(result, problem, judge):
    assert decide(result, judge=judge) == Outcome(False, tolerance=1e-7, problem=problem)


def test_property_receives_the_case_and_replaces_the_comparison():
    seen = []
    outcome = decide(WRONG, judge=lambda case, outputs: seen.append((case, outputs)) or Outcome(True))
    assert outcome == Outcome(True)
    assert seen == [("the case", WRONG.outputs)]


def test_property_requires_the_expected_output_names_if_they_are_given():
    problem = Problem("wrong_names", got="missing: w; not expected: v")
    assert decide(NAMED_V, judge=accept) == Outcome(False, problem=problem)
    assert decide(NAMED_V, expected=None, judge=accept) == accept(None, None)


def test_case_fails_and_the_error_is_reported_if_the_property_raises():
    errors = []
    assert decide(RIGHT, judge=raise_error, on_error=errors.append) == Outcome.failed("wrong_return")
    assert [str(error) for error in errors] == ["no such entry"]
    assert decide(RIGHT, judge=raise_error) == Outcome.failed("wrong_return")


def test_on_error_is_not_called_without_an_error():
    assert decide(RIGHT, judge=accept, on_error=pytest.fail).passed


def test_case_with_neither_expected_outputs_nor_a_property_raises():
    with pytest.raises(ValueError, match="either expected or judge must be given"):
        decide(RIGHT, expected=None)
