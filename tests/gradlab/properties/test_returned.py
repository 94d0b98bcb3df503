"""The validation of names, shapes, and dtypes that all properties share."""

import numpy as np
import pytest

from gradlab.checks.decide import by_property
from gradlab.checks.outcome import CaseResult, Outcome
from gradlab.properties._returned import REAL, wrong_array, wrong_names


@pytest.mark.parametrize(
    ("returned", "detail"),
    [({"a": 1, "b": 2}, None), ({"a": 1}, "expected a, b"), ({"a": 1, "b": 2, "c": 3}, "expected a, b"), ({}, "")],
    ids=["right", "one missing", "one extra", "no outputs"],
)
def test_wrong_names_are_reported_as_a_problem(returned, detail):
    problem = wrong_names(returned, ("a", "b"))
    assert (problem is None) == (detail is None)
    assert problem is None or (problem.problem.kind == "wrong_names" and detail in problem.problem.detail)


@pytest.mark.parametrize(
    ("value", "each", "sentence"),
    [
        (np.zeros((5, 3)), "", ""),
        (np.zeros((0, 3)), "", ""),
        (np.zeros((5, 2)), "", "x: expected shape (..., 3), got shape (5, 2)"),
        (np.zeros(3), "", "x: expected shape (..., 3), got shape (3,)"),
        (np.zeros((5, 2)), "from every call", "x: expected shape (3,) from every call, got shape (2,)"),
        (np.zeros((5, 3), dtype=int), "", "x: expected an array of real numbers, got an array of shape (5, 3), int64"),
        ("text", "", "x: expected an array of real numbers, got text"),
    ],
    ids=["right", "any size", "wrong size", "wrong dimension", "stacked results", "integers", "text"],
)
def test_wrong_shape_or_dtype_is_reported_as_a_problem(value, each, sentence):
    problem = wrong_array("x", value, (None, 3), REAL, each)
    assert (problem.problem.detail if problem else "") == sentence


def test_outputs_cannot_forge_the_number_of_calls():
    """The judge adds its own count, under the name "calls", to the outputs of a student's process."""
    result = CaseResult(outputs={"calls": {"loss": 1}})
    outcome = by_property(lambda case, returned: Outcome(returned["calls"]["loss"] == 1), None, result)
    assert outcome.problem.kind == "wrong_names"
