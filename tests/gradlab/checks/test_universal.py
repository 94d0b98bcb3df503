"""Mistakes that can be made in any exercise get a hint that describes exactly what came back."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.decide import decide_case
from gradlab.checks.run import run_case
from gradlab.checks.universal import universal_mistake

X = np.array([1.0, 2.0, 3.0])


def hint(answer, reference=lambda x: 2 * x, driver=drivers.call, hidden=False, inputs=({"x": X}, {"x": X[:2]})):
    """Return the name of the mistake and its hint, for a function named `double`."""
    expected = [run_case(driver, [reference], given).outputs for given in inputs]
    results = [run_case(driver, [answer], given) for given in inputs]
    outcomes = [
        decide_case(None, result, driver="call", expected=right, tolerance=1e-7, judge=None)
        for result, right in zip(results, expected, strict=True)
    ]
    found = universal_mistake("double", results, outcomes, expected, hidden)
    return (found.name, found.hint) if found else ("", "")


def raises(x):
    raise ValueError(f"the sum is {x.sum()}")


EXTRA_AXIS = "has an extra axis of length 1; the numbers in it are right"
ANSWERS = {
    "None": (lambda x: None, "returns_none", "`double` returns None. Is the `return` missing"),
    "an empty list": (lambda x: [], "returns_another_kind", "It returns an empty list."),
    "an empty dict": (lambda x: {}, "returns_another_kind", "It returns a dict."),
    "text": (lambda x: "text", "returns_another_kind", "an array of shape (3,), float64"),
    "a tuple": (lambda x: (2 * x, x), "wrong_number_of_values", "It returns a tuple of 2 values."),
    "an error": (raises, "raises_ValueError", "`double` stops with a ValueError before it returns anything."),
    "an extra axis": (
        lambda x: 2 * x[None],
        "shape: has an extra axis of length 1; the numbers in it are right",
        "keep",
    ),
    "wrong numbers": (lambda x: 3 * x, "", ""),
    "the right numbers": (lambda x: 2 * x, "", ""),
    "None in one of two cases": (lambda x: 3 * x if len(x) == 3 else None, "", ""),
}


@pytest.mark.parametrize(("answer", "name", "words"), ANSWERS.values(), ids=ANSWERS)
def test_hint_says_what_came_back(answer, name, words):
    found, text = hint(answer)
    assert found == name
    assert words in text


DICTS = {
    "a misspelled key": ({"sums": 1.0, "mean": 2.0}, "Check the spelling: `sums` should be `sum`."),
    "a missing key": ({"mean": 2.0}, "The returned dict has no `sum`."),
    "an additional key": ({"sum": 1.0, "mean": 2.0, "std": 3.0}, "It has `std`."),
}


@pytest.mark.parametrize(("returned", "words"), DICTS.values(), ids=DICTS)
def test_key_that_is_missing_or_misspelled_is_named(returned, words):
    _, text = hint(lambda x: returned, lambda x: {"sum": 1.0, "mean": 2.0}, drivers.call_for_dict)
    assert words in text


HIDDEN = {
    "an error message": (raises, lambda x: x, drivers.call),
    "a key": (lambda x: {f"sum {x.sum()}": 1}, lambda x: {"sum": 1.0}, drivers.call_for_dict),
    "a number of values": (lambda x: (2 * x,) * int(x.sum()), lambda x: x, drivers.call),
    "a name of a class": (lambda x: type(f"Sum{x.sum()}", (), {})(), lambda x: x, drivers.call),
}


@pytest.mark.parametrize(("answer", "reference", "driver"), HIDDEN.values(), ids=HIDDEN)
def test_hint_on_hidden_cases_quotes_nothing_that_student_code_has_written(answer, reference, driver):
    name, text = hint(answer, reference, driver, hidden=True, inputs=({"x": np.array([321.0])},))
    assert name
    assert "321" not in text
