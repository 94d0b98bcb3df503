"""The driver for several instances: each call gets the data of one instance, and functions bound to that instance."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case


def arguments(**received):
    return received


def second_call(**inputs):
    return drivers.for_each_instance(arguments, 2, **inputs)["result 2"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array([1.5, 2.5]), 2.5),
        (np.array([1, 2]), 2),
        (np.array([False, True]), True),
        (np.array(["a", "b"]), "b"),
        (0.1, 0.1),
        ("text", "text"),
        (None, None),
    ],
    ids=["real numbers", "whole numbers", "bools", "words", "one number", "text", "None"],
)
def test_each_call_gets_a_value_of_plain_type(value, expected):
    received = second_call(x=value)["x"]
    assert (type(received), received) == (type(expected), expected)


def test_each_call_gets_its_own_copy_of_a_row():
    rows = np.arange(6.0).reshape(2, 3)
    received = second_call(x=rows)["x"]
    np.testing.assert_array_equal(received, rows[1])
    received[:] = 0
    np.testing.assert_array_equal(rows[1], [3, 4, 5])


def test_function_is_bound_to_the_instance_of_the_call():
    def twice(ask):
        return ask(10.0, 1.0) + ask(20.0, 2.0)

    outputs = drivers.for_each_instance(twice, 3, ask=lambda which, a, b: 1000 * which + a + b)
    assert outputs == {"result 1": 33.0, "result 2": 2033.0, "result 3": 4033.0}


@pytest.mark.parametrize(
    "ask",
    [
        lambda f: f(1, 2, 3),
        lambda f: f(1, 2, X_new=3),
        lambda f: f(X_new=3, y=2, X=1),
    ],
    ids=["by position", "mixed", "by name"],
)
def test_arguments_may_be_named(ask):
    """The judge's stubs take only positional arguments, so the driver must put named ones in order."""
    outputs = drivers.for_each_instance(
        lambda train_and_predict: ask(train_and_predict), 2, train_and_predict=lambda *a: np.array(a)
    )
    np.testing.assert_array_equal(outputs["result 2"], [1, 1, 2, 3])


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda loss: loss(), "missing a required argument: 'reg'"),
        (lambda loss: loss(1.0, 2.0), "too many positional arguments"),
        (lambda loss: loss(1.0, reg=2.0), "multiple values for argument 'reg'"),
        (lambda loss: loss(strength=0.0), "'reg'"),
    ],
    ids=["none", "too many", "twice", "another name"],
)
def test_wrong_arguments_to_a_known_function_raise(ask, message):
    result = run_case(drivers.for_each_instance, [ask], {"instances": 1, "loss": lambda which, reg: reg})
    assert result.problem.sentence.startswith("TypeError")
    assert message in result.problem.sentence


def test_named_arguments_to_an_unknown_function_raise():
    result = run_case(
        drivers.for_each_instance, [lambda ask: ask(reg=0.0)], {"instances": 1, "ask": lambda which, reg: reg}
    )
    assert result.problem.sentence.startswith("TypeError: pass reg by position: write the value without its name")


def test_calls_to_an_input_function_are_counted():
    inputs = {"instances": 3, "ask": lambda which: float(which)}
    assert run_case(drivers.for_each_instance, [lambda ask: ask() + ask()], inputs).calls == {"ask": 6}
