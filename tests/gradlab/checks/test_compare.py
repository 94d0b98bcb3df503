"""Outputs that cannot be compared get a named problem. Only real numbers are judged by their relative error."""

import numpy as np
import pytest

from gradlab.checks.closeness import compare_numbers
from gradlab.checks.compare import compare
from gradlab.checks.decide import by_property
from gradlab.checks.foreign import Foreign, describe
from gradlab.checks.outcome import CaseResult, Outcome
from gradlab.drivers._rows import Rows

# The errors are computed by hand from max |x - y| / max(|x| + |y|, max |y| / 100, 1e-8).
ERRORS = {
    "equal arrays": ([1.0, -2.0], [1.0, -2.0], 0.0),
    "a value that is 10 percent larger": ([1.1], [1.0], 0.1 / 2.1),
    "the largest error counts": ([1.0, 3.0, 1.0], [1.0, 1.0, 1.0], 0.5),
    "opposite signs": ([-5.0], [5.0], 1.0),
    "all zeros returned": ([0.0, 0.0], [3.0, -4.0], 1.0),
    "a small entry is measured against a hundredth of the largest entry": ([100.0, 0.5], [100.0, 0.0], 0.5),
    "rounding near zero is negligible": ([100.0, 1e-14], [100.0, -1e-14], 2e-14),
    "all zeros are measured against 1e-8": ([1e-9], [0.0], 0.1),
    "near the largest double": ([1.7e308], [-1.7e308], 1.0),
    "integers": ([3], [1], 0.5),
    "booleans": ([True, False], [True, True], 1.0),
    "scalars": (1.5, 0.5, 0.5),
    "empty arrays": ([], [], 0.0),
}


@pytest.mark.parametrize(("x", "y", "error"), ERRORS.values(), ids=ERRORS)
def test_error_is_the_largest_relative_error(x, y, error):
    assert compare_numbers(np.array(x), np.array(y), 1.0).error == pytest.approx(error, rel=1e-12, abs=0)


@pytest.mark.parametrize("factor", [1e-3, -1.0, 2.0**40])
def test_relative_error_does_not_depend_on_units(factor):
    x, y = np.random.default_rng(0).normal(size=(2, 20))
    scaled, plain = compare_numbers(factor * x, factor * y, 1.0), compare_numbers(x, y, 1.0)
    assert scaled.error == pytest.approx(plain.error, rel=1e-12)


A = np.array([1.0, 2.0])
PROBLEMS = {
    "None instead of an array": (A, None, "wrong_type", "expected an array of shape (2,), float64, got None"),
    "text instead of an array": (A, "no", "wrong_type", "got text"),
    "a list": (A, Foreign("a list"), "wrong_type", "got a list"),
    "an array instead of None": (None, A, "wrong_type", "expected None, got an array of shape (2,), float64"),
    "an array instead of text": ("saddle", A, "wrong_type", "expected text, got an array"),
    "a different word": ("saddle", "minimum", "wrong_word", "expected 'saddle', got 'minimum'"),
    "None instead of a word": ("saddle", None, "wrong_type", "expected text, got None"),
    "a column vector": (A, A[:, None], "wrong_shape", "expected shape (2,), got shape (2, 1)"),
    "a scalar that would broadcast": (A, 1.0, "wrong_shape", "got shape ()"),
    "an empty array": (A, A[:0], "wrong_shape", "got shape (0,)"),
    "integers instead of floats": (A, np.array([1, 2]), "wrong_kind", "expected real numbers (float64), got int64"),
    "an empty array of strings": (A[:0], np.array([], dtype=str), "wrong_kind", "got <U1"),
    "a float instead of an integer": (1, 1.0, "wrong_kind", "expected whole numbers (int64), got float64"),
    "floats instead of integers": (np.array([1, 2]), A, "wrong_kind", "expected whole numbers (int64), got float64"),
    "booleans instead of integers": (np.array([1]), np.array([True]), "wrong_kind", "got bool"),
    "strings instead of numbers": (A, np.array(["1", "2"]), "wrong_kind", "got <U1"),
    "NaN in an array": (A, np.array([1.0, np.nan]), "not_finite", "got NaN in 1 of 2 entries"),
    "infinity in an array": (A, np.array([-np.inf, np.inf]), "not_finite", "got infinity in 2 of 2 entries"),
    "a scalar NaN": (1.0, float("nan"), "not_finite", "got NaN in 1 of 1 entries"),
}


@pytest.mark.parametrize(("expected", "returned", "kind", "words"), PROBLEMS.values(), ids=PROBLEMS)
def test_values_that_cannot_be_compared_give_a_problem(expected, returned, kind, words):
    outcome = compare({"w": expected}, {"w": returned}, 1e-7)
    assert not outcome.passed
    assert outcome.error is None
    assert outcome.problem.kind == kind
    assert words in outcome.problem.sentence
    assert outcome.problem.sentence.startswith("w: ")


@pytest.mark.parametrize("value", ["saddle", None])
def test_equal_words_and_two_nones_pass_without_a_relative_error(value):
    outcome = compare({"w": value}, {"w": value}, 1e-7)
    assert (outcome.passed, outcome.error, outcome.problem) == (True, None, None)


VERDICTS = {
    "equal arrays": (A, A.copy(), True, 0.0),
    "an error within the tolerance": (A, A * (1 + 1e-8), True, 5e-9),
    "an error beyond the tolerance": (A, A * (1 + 1e-6), False, 5e-7),
    "equal values in single precision": (A, A.astype(np.float32), True, 0.0),
    "a scalar instead of a 0-d array": (np.array(2.0), 2.0, True, 0.0),
    "empty arrays": (A[:0], A[:0], True, 0.0),
    "an integer instead of a float scalar": (np.array(2.0), 2, True, 0.0),
    "a wrong integer instead of a float scalar": (1.0, np.array(3), False, 0.5),
}


@pytest.mark.parametrize(("expected", "returned", "passed", "error"), VERDICTS.values(), ids=VERDICTS)
def test_numbers_have_a_relative_error_if_real_numbers_are_expected(expected, returned, passed, error):
    outcome = compare({"w": expected}, {"w": returned}, 1e-7)
    assert (outcome.passed, outcome.problem, outcome.tolerance) == (passed, None, 1e-7)
    assert outcome.error == pytest.approx(error, rel=1e-5, abs=0)


WRONG_STRING = "1 of 2 entries are wrong: at [1]: expected b, got c"
EXACT = {
    "equal integers": (np.array([1, 2]), np.array([1, 2]), ""),
    "unsigned integers instead of signed integers": (np.array([1, 2]), np.array([1, 2], dtype=np.uint8), ""),
    "a different integer": (
        np.array([1, 2, 7]),
        np.array([1, 3, 7]),
        "1 of 3 entries are wrong: at [1]: expected 2, got 3",
    ),
    "a wrong scalar integer": (4, 5, "expected 4, got 5"),
    "equal strings": (np.array(["a", "b"]), np.array(["a", "b"], dtype="<U9"), ""),
    "a different string": (
        np.array(["a", "b"]),
        np.array(["a", "c"]),
        "1 of 2 entries are wrong: at [1]: expected b, got c",
    ),
    "a different boolean": (np.array([True]), np.array([False]), "at [0]: expected True, got False"),
    "an empty float array instead of an empty integer array": (np.zeros(0, dtype=int), A[:0], ""),
}


@pytest.mark.parametrize(("expected", "returned", "detail"), EXACT.values(), ids=EXACT)
def test_integers_booleans_and_strings_are_right_or_wrong_without_a_relative_error(expected, returned, detail):
    outcome = compare({"w": expected}, {"w": returned}, 0.9)
    assert (outcome.passed, outcome.error, outcome.problem) == (not detail, None, None)
    assert outcome.parts[0].detail == detail


def test_error_equal_to_the_tolerance_passes():
    assert compare({"w": np.array([1.0])}, {"w": np.array([3.0])}, 0.5).passed
    assert not compare({"w": np.array([1.0])}, {"w": np.array([3.0])}, np.nextafter(0.5, 0)).passed


@pytest.mark.parametrize("order", [("good", "bad"), ("bad", "good")])
def test_output_with_the_largest_error_determines_the_verdict_in_any_order(order):
    expected = dict.fromkeys(order, np.array([1.0]))
    outcome = compare(expected, {"good": np.array([1.0]), "bad": np.array([3.0])}, 1e-7)
    assert not outcome.passed
    assert outcome.error == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        ({}, "missing: v, w"),
        ({"w": A}, "missing: v"),
        ({"w": A, "v": A, "u": A}, "not expected: u"),
        ({"w": A, "V": A}, "missing: v; not expected: V"),
    ],
)
def test_output_names_must_match_exactly(returned, sentence):
    outcome = compare({"w": A, "v": A}, returned, 1e-7)
    assert (outcome.problem.kind, outcome.problem.sentence) == ("wrong_names", sentence)


def test_long_output_names_are_truncated_in_the_feedback():
    outcome = compare({"w": A}, {"x" * 10**6: A}, 1e-7)
    assert len(outcome.problem.sentence) < 300


@pytest.mark.parametrize("expected", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_answer_fails_if_the_reference_is_not_finite(expected):
    """A faulty reference must not give arbitrary answers full points."""
    outcome = compare({"a": A, "w": np.array([expected, 1.0])}, {"a": A, "w": np.array([3.0, 1.0])}, 1e-7)
    assert not outcome.passed


NOT_MEASURABLE = {
    "a list": (Foreign("a list"), "wrong_type"),
    "NaN": (float("nan"), "not_finite"),
    "infinity in an array": (np.array([1.0, np.inf]), "not_finite"),
}


@pytest.mark.parametrize(("value", "kind"), NOT_MEASURABLE.values(), ids=NOT_MEASURABLE)
def test_property_cannot_accept_lists_or_nonfinite_numbers(value, kind):
    """Most properties would accept NaN, because NaN is not greater than any threshold."""
    outcome = by_property(lambda case, returned: Outcome(True), None, CaseResult(outputs={"w": value}))
    assert outcome.problem.kind == kind


@pytest.mark.parametrize("value", [A, 1.0, 3, True, None, "word", np.array(["word"]), np.array([1, 2])])
def test_property_judges_finite_numbers_text_and_none(value):
    outcome = by_property(
        lambda case, returned: Outcome(returned["w"] is value), None, CaseResult(outputs={"w": value})
    )
    assert outcome.passed


@pytest.mark.parametrize("calls", [{"loss": 7}, {}])
def test_property_receives_the_call_counts(calls):
    seen = []
    by_property(lambda case, returned: seen.append(returned), None, CaseResult(outputs={"w": 1.0}, calls=calls))
    assert seen == [{"w": 1.0, "calls": calls} if calls else {"w": 1.0}]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (np.zeros((2, 3), np.float32), "an array of shape (2, 3), float32"),
        (np.float64(3.5), "a float64"),
        (np.asarray(3.5), "a number"),
        (np.asarray(True), "an array of shape (), bool"),
        ("secret", "text"),
        ([1], "a list of 1 value"),
        ((1, 2), "a tuple of 2 values"),
        ([], "an empty list"),
        (7, "an int"),
        (Foreign("a set"), "a set"),
    ],
)
def test_descriptions_do_not_reveal_contents(value, words):
    assert describe(value) == words


THIRD = np.array([1 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("returned", "tolerance", "named"),
    [
        (THIRD.astype(np.float32), 1e-9, True),
        (THIRD.astype(np.float32), 1e-4, False),
        (THIRD + 1, 1e-9, False),
    ],
    ids=["float32 fails", "float32 within tolerance", "float64 fails"],
)
def test_float32_is_reported_only_if_the_case_fails(returned, tolerance, named):
    """By itself, an error slightly above the tolerance does not reveal its cause."""
    outcome = compare({"w": THIRD}, {"w": returned}, tolerance)
    assert ("float32" in outcome.finding) == named
    assert not (outcome.passed and named)


def test_description_of_a_foreign_value_is_text():
    assert describe(Foreign(np.arange(3))) == "[0 1 2]"


@pytest.mark.parametrize(
    ("expected", "finding"), [(True, "is False but should be True"), (False, "is True but should be False")]
)
def test_finding_about_a_wrong_boolean_states_the_right_value(expected, finding):
    """A relative error of 1 would explain nothing."""
    outcome = compare({"a": expected, "b": True}, {"a": np.array(not expected), "b": True}, 1e-7)
    assert (outcome.passed, outcome.finding) == (False, finding)


def test_every_output_gets_its_own_verdict():
    expected = {"dx": A, "dgamma": A, "dbeta": A}
    outcome = compare(expected, {"dx": A, "dgamma": 2 * A, "dbeta": A[:1]}, 1e-7)
    assert [(part.output, part.passed) for part in outcome.parts] == [("dx", True), ("dgamma", False), ("dbeta", False)]
    assert (outcome.parts[1].finding, outcome.parts[1].detail) == ("is twice as large", "at [1]: expected 2, got 4")
    assert outcome.problem.kind == "wrong_shape"


def test_first_wrong_step_is_shown_even_if_later_ones_are_worse():
    w = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    got = np.array([[1.0, 1.0], [2.0, 2.5], [9.0, 9.0]])
    outcome = compare({"w": w}, {"w": got}, 1e-7, Rows("step", {"w": "w"}), {"w": np.zeros(2)})
    (part,) = outcome.parts
    assert part.finding.startswith("is right up to step 1 and wrong from step 2 onward")
    assert part.detail == "at step 2 at [1]: expected 2, got 2.5"


def test_output_that_is_read_once_has_no_rows():
    want = {"w": np.ones((3, 2)), "best w": np.ones((3, 2))}
    rows = Rows("epoch", once="best ")
    for name, by_row in (("w", True), ("best w", False)):
        got = want | {name: np.array([[2.0, 1.0], [1.0, 3.0], [1.0, 1.0]])}
        text = str(compare(want, got, 1e-7, rows).parts)
        assert ("epoch" in text) is by_row


@pytest.mark.parametrize(
    ("expected", "returned", "detail"),
    [
        (0.5, 0.25, "expected 0.5, got 0.25"),
        (0.1167441, 0.1167442, "expected 0.1167441, got 0.1167442"),
        (1.0, 1 + 1e-11, "expected 1, got 1.00000000001"),
        (np.array([2.0, 1.0]), np.array([2.0, 1 + 1e-7]), "at [1]: expected 1, got 1.0000001"),
    ],
)
def test_wrong_number_never_looks_like_the_expected_one(expected, returned, detail):
    (part,) = compare({"result": expected}, {"result": returned}, 1e-13).parts
    assert detail in part.detail
