"""What an answer reaches: the names that it uses, and whether their values have changed."""

import numpy as np
import pytest

from gradlab.checks.reachable import changed_names, fingerprint, used_names

HELPER = "def helper(x):\n    return x + used\n"
ANSWERS = {
    "a function": f"{HELPER}def answer(x):\n    return helper(x)",
    "a decorated function": f"import functools\n@functools.cache\n{HELPER}def answer(x):\n    return helper(x)",
    "a partial": f"import functools\n{HELPER}part = functools.partial(helper, 1)\ndef answer(x):\n    return part()",
    "a class": "class Helper:\n    def run(self):\n        return used\ndef answer(x):\n    return Helper().run()",
    "an inner function": "def answer(x):\n    def inner():\n        return used\n    return inner()",
}


@pytest.mark.parametrize("source", ANSWERS.values(), ids=ANSWERS)
def test_names_are_found_in_everything_that_an_answer_calls(source):
    namespace = {"used": 1, "unused": 2}
    exec(source, namespace)
    names = used_names([namespace["answer"]], namespace)
    assert "used" in names
    assert "unused" not in names


def test_names_in_library_functions_do_not_count():
    """The library has its own variables, even if the notebook has some of the same names."""
    namespace = {"helper": used_names, "_reached_functions": 1}
    exec("def answer(x):\n    return helper(x)", namespace)
    assert used_names([namespace["answer"], used_names], namespace) == {"helper"}


CHANGES = {
    "a number": (1.0, 2.0, True),
    "an equal number": (1.0, 1.0, False),
    "an array": (np.zeros(3), np.ones(3), True),
    "an equal array": (np.zeros(3), np.zeros(3), False),
    "a dict": ({"t": 0}, {"t": 1}, True),
    "a nested list": ([[1], [2]], [[1], [3]], True),
    "a function": (lambda x: x, lambda x: -x, True),
    "the same function again": (lambda x: x, lambda x: x, False),
    "a large array": (np.zeros(10**6), np.ones(10**6), False),
    "other objects": (object(), object(), False),
    "another type": (1, np.zeros(1), True),
}


@pytest.mark.parametrize(("before", "after", "differs"), CHANGES.values(), ids=CHANGES)
def test_values_that_have_changed_are_found(before, after, differs):
    namespace = {"value": before}
    exec("def answer(x):\n    return value", namespace)
    first = fingerprint([namespace["answer"]], namespace)
    namespace["value"] = after
    assert changed_names(first, fingerprint([namespace["answer"]], namespace)) == ["value"] * differs


def test_list_that_contains_itself_has_a_fingerprint():
    value = []
    value.append(value)
    namespace = {"value": value}
    exec("def answer(x):\n    return value", namespace)
    assert "value" in fingerprint([namespace["answer"]], namespace)
