"""Mistakes that can be made in any exercise get a hint that describes exactly what the answer did."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.decide import decide_case
from gradlab.checks.outcome import CaseResult, Outcome, Problem
from gradlab.checks.run import run_case
from gradlab.checks.universal import universal_mistake

X = np.array([1.0, 2.0, 3.0])


def hint(
    answer,
    reference=lambda x: 2 * x,
    driver=drivers.call,
    hidden=False,
    inputs=({"x": X}, {"x": X[:2]}),
    partners=(),
    partner_references=(),
):
    """Return the name of the mistake and its hint, for a function named `double` and partners named `partner`."""
    expected = [run_case(driver, [reference, *partner_references], given).outputs for given in inputs]
    results = [run_case(driver, [answer, *partners], given) for given in inputs]
    outcomes = [
        decide_case(None, result, driver="call", expected=right, tolerance=1e-7, judge=None)
        for result, right in zip(results, expected, strict=True)
    ]
    functions = ("double", *["partner"] * len(partners))
    found = universal_mistake(functions, ("x",), driver.__name__, inputs, results, outcomes, expected, hidden)
    return (found.name, found.hint) if found else ("", "")


def raises(x, *_):
    raise ValueError(f"the sum is {x.sum()}")


def stub(*_):
    raise NotImplementedError("not written yet")


ANSWERS = {
    "None": (lambda x: None, "returns_none", "`double` returns None. Is the `return` missing"),
    "an empty list": (lambda x: [], "returns_another_kind", "It returns an empty list."),
    "an empty dict": (lambda x: {}, "returns_another_kind", "It returns a dict."),
    "text": (lambda x: "text", "returns_another_kind", "an array of shape (3,), float64"),
    "a tuple": (lambda x: (2 * x, x), "wrong_number_of_values", "It returns a tuple of 2 values."),
    "an error": (raises, "raises_ValueError", "`double` stops with a ValueError before it returns anything."),
    "an extra axis": (
        lambda x: 2 * x[None],
        "shape: has an extra axis of length 1",
        "`keepdims=True`, or a column instead of a vector, gives such an axis.",
    ),
    "an extra axis with some wrong numbers": (
        lambda x: (2 if len(x) == 3 else 3) * x[None],
        "shape: has an extra axis of length 1",
        "`keepdims=True`, or a column instead of a vector, gives such an axis.",
    ),
    "a renamed parameter": (
        lambda a: 2 * a,
        "wrong_parameters",
        "Keep the parameters as in the template, `double(x)`. You wrote `double(a)`.",
    ),
    "a parameter too many": (lambda x, y: 2 * x, "wrong_parameters", "`double(x)`. You wrote `double(x, y)`."),
    "no parameters": (lambda: 2, "wrong_parameters", "`double(x)`. You wrote `double()`."),
    "a helper with different parameters": (lambda x: (lambda a: a)(x=x), "raises_TypeError", "stops with a TypeError"),
    "wrong numbers": (lambda x: 3 * x, "", ""),
    "the right numbers": (lambda x: 2 * x, "", ""),
    "None in one of two cases": (lambda x: 3 * x if len(x) == 3 else None, "", ""),
}


@pytest.mark.parametrize(("answer", "name", "words"), ANSWERS.values(), ids=ANSWERS)
def test_hint_describes_what_the_answer_did(answer, name, words):
    found, text = hint(answer)
    assert found == name
    assert words in text


def test_none_in_some_cases_is_not_called_a_missing_return_at_the_end():
    found, text = hint(lambda x: 2 * x if len(x) == 3 else None)
    assert found == "none_for_some_inputs"
    assert text.startswith("`double` returns None in the failing cases. Does a branch end without a `return`, or does")


def test_error_in_some_cases_is_not_said_to_happen_before_anything_is_returned():
    found, text = hint(lambda x: 2 * x if len(x) == 3 else x.nothing)
    assert found == "raises_AttributeError"
    assert text.startswith("`double` stops with an AttributeError in the failing cases.")


def test_none_among_separate_answers_is_not_named_by_number():
    lists = {"empty": np.array([]), "short": X[:1], "long": X}
    found, text = hint(
        lambda x: "long" if len(x) > 1 else None,
        lambda x: "long" if len(x) > 1 else "short",
        drivers.for_each_list,
        inputs=({"over": "x", "lists": lists},),
    )
    assert found == "none_for_some_inputs"
    assert text.startswith("For some inputs, `double` returns None instead of text.")


def rate_of(x, config):
    return x * config["rate"]


@pytest.mark.parametrize("hidden", [False, True])
def test_setting_that_a_case_leaves_at_its_default_is_recognized(hidden):
    inputs = ({"x": X, "config": {"rate": 2.0}}, {"x": X, "config": {"decay": 0.5}}, {"x": X, "config": {}})
    found, text = hint(rate_of, lambda x, config: x * config.get("rate", 1.0), hidden=hidden, inputs=inputs)
    assert found == "missing_setting: config"
    assert "`config` may lack any of its settings, and `double` stops with a KeyError" in text
    assert ("The line is" in text) is not hidden


def test_key_error_for_something_else_is_only_called_a_key_error():
    inputs = ({"x": X, "config": {"rate": 2.0}}, {"x": X, "config": {}})
    found, _ = hint(lambda x, config: config["speed"], lambda x, config: x, inputs=inputs)
    assert found == "raises_KeyError"


DICTS = {
    "a misspelled key": ({"sums": 1.0, "mean": 2.0}, "Check the spelling: `sums` should be `sum`."),
    "a missing key": ({"mean": 2.0}, "The returned dict has no `sum`."),
    "an additional key": ({"sum": 1.0, "mean": 2.0, "std": 3.0}, "It has `std`."),
}


@pytest.mark.parametrize(("returned", "words"), DICTS.values(), ids=DICTS)
def test_missing_misspelled_or_additional_key_is_named(returned, words):
    _, text = hint(lambda x: returned, lambda x: {"sum": 1.0, "mean": 2.0}, drivers.call_for_dict)
    assert words in text


@pytest.mark.parametrize(
    ("returned", "name"),
    [({}, "missing_key"), ({"sum": None}, "returns_none"), ((1.0, 2.0), "returns_another_kind")],
    ids=["an empty dict", "a dict of None", "a tuple"],
)
def test_none_is_claimed_only_if_none_was_returned(returned, name):
    assert hint(lambda x: returned, lambda x: {"sum": 1.0}, drivers.call_for_dict)[0] == name


def test_tuple_is_not_called_a_dict_if_a_driver_makes_several_calls():
    name, text = hint(lambda x, rng: (x, x), lambda x, rng: x, drivers.call_with_rngs, inputs=({"x": X, "seed": 0},))
    assert name == "wrong_number_of_values"
    assert (
        text
        == "`double` returns the wrong number of values: it should return one value. It returns a tuple of 2 values."
    )


def backward(dout, cache):
    return dout * cache


def forward(x, dropout_param):
    return x, 2.0


PARTNERS = {
    "raises an error": (
        raises,
        "`partner` stops with an error, so `double` could not be checked.",
    ),
    "is not written": (stub, "`partner` is not written yet, so"),
    "returns no cache": (lambda x, dropout_param: x, "`partner` does not return what it should, so"),
    "has different parameters": (lambda x: x, "`partner` does not have the parameters of its template, so"),
}


@pytest.mark.parametrize(("partner", "words"), PARTNERS.values(), ids=PARTNERS)
@pytest.mark.parametrize("hidden", [False, True])
def test_partner_at_fault_is_named(partner, words, hidden):
    inputs = ({"x": X, "dout": X, "dropout_param": {}},)
    driver = drivers.dropout_forward_backward
    name, text = hint(backward, backward, driver, hidden, inputs, [partner], [forward])
    assert name == "partner_fails: partner"
    assert text.startswith(words)
    name, text = hint(raises, backward, driver, hidden, inputs, [forward], [forward])
    assert text.startswith("`double` stops with a ")


HIDDEN = {
    "an error message": (raises, lambda x: x, drivers.call),
    "a key": (lambda x: {f"sum {x.sum()}": 1}, lambda x: {"sum": 1.0}, drivers.call_for_dict),
    "a number of values": (lambda x: (2 * x,) * int(x.sum()), lambda x: x, drivers.call),
    "parameters": (lambda sum_321: 0, lambda x: x, drivers.call),
    "a name of a class": (lambda x: type(f"Sum{x.sum()}", (), {})(), lambda x: x, drivers.call),
}


@pytest.mark.parametrize(("answer", "reference", "driver"), HIDDEN.values(), ids=HIDDEN)
def test_hint_on_hidden_cases_quotes_nothing_that_student_code_has_written(answer, reference, driver):
    name, text = hint(answer, reference, driver, hidden=True, inputs=({"x": np.array([321.0])},))
    assert name
    assert "321" not in text


@pytest.mark.parametrize(
    "kind", ["wrong_return", "wrong_type", "wrong_parameters", "error", "wrong_names", "wrong_shape"]
)
@pytest.mark.parametrize("function", [0, 1])
def test_hint_on_hidden_cases_quotes_nothing_that_the_students_process_has_sent(kind, function):
    """The process could report any problem in place of the real one."""
    problem = Problem(kind, "321: expected 321, got 321", "Error321", "321", "321", function)
    result, outcome = CaseResult(problem=problem), Outcome(False, problem=problem)
    found = universal_mistake(
        ("double", "partner"), ("x",), "call", [{"x": X}], [result], [outcome], [{"result": 1.0}], hidden=True
    )
    assert found is None or "321" not in found.name + found.hint


def test_missing_axis_is_explained():
    name, text = hint(lambda x: x.sum(axis=1), inputs=({"x": np.ones((4, 3))}, {"x": np.ones((5, 2))}))
    assert name == "shape: lacks an axis"
    assert text.startswith("The shape of the result is wrong: it lacks an axis. Does a sum, a mean, or an argmax")
