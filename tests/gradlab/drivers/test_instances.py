"""Several instances in a row: each call gets its own numbers, and functions that ask for its own instance."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case


def seen(**given):
    return given


def result(function=seen, **inputs):
    return drivers.for_each_instance(function, 2, **inputs)["result 2"]


@pytest.mark.parametrize(
    ("given", "second"),
    [
        (np.array([1.5, 2.5]), 2.5),
        (np.array([1, 2]), 2),
        (np.array([False, True]), True),
        (np.array(["a", "b"]), "b"),
        (0.1, 0.1),
        ("text", "text"),
        (None, None),
    ],
    ids=["numbers", "whole numbers", "truths", "words", "a number", "a text", "None"],
)
def test_what_each_call_gets(given, second):
    found = result(x=given)["x"]
    assert (type(found), found) == (type(second), second)


def test_of_higher_arrays_each_call_gets_a_row_of_its_own():
    rows = np.arange(6.0).reshape(2, 3)
    found = result(x=rows)["x"]
    np.testing.assert_array_equal(found, rows[1])
    found[:] = 0
    np.testing.assert_array_equal(rows[1], [3, 4, 5])


def test_a_function_is_asked_for_the_instance_at_hand():
    def twice(ask):
        return ask(10.0, 1.0) + ask(20.0, 2.0)

    outputs = drivers.for_each_instance(twice, 3, ask=lambda which, a, b: 1000 * which + a + b)
    assert outputs == {"result 1": 33.0, "result 2": 2033.0, "result 3": 4033.0}


def test_a_value_with_a_name_is_refused_in_words():
    """A stub of the judge's takes values by position, and a notebook must not be more lenient."""
    ran = run_case(
        drivers.for_each_instance, [lambda ask: ask(reg=0.0)], {"instances": 1, "ask": lambda which, reg: reg}
    )
    assert ran.problem.sentence.startswith("TypeError: give reg by position: write the value without its name")


def test_calls_of_a_function_are_counted():
    inputs = {"instances": 3, "ask": lambda which: float(which)}
    assert run_case(drivers.for_each_instance, [lambda ask: ask() + ask()], inputs).calls == {"ask": 6}
