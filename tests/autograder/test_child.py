"""The student's side of grading answers the judge's requests."""

import signal

import numpy as np
import pytest

from autograder.running.child import Child, as_argument


@pytest.fixture(autouse=True)
def ctrl_c():
    """Restore the handling of Ctrl-C: a child ignores Ctrl-C while it isn't running a student's code."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("error", "ran"), [(MemoryError, ["0"]), (ValueError, ["0", "1", "2"])])
def test_cases_after_one_that_ran_out_of_memory_are_not_run(error, ran):
    def answer(x):
        raise error

    child = Child(fd=-1, shell=None)
    child.functions["exercise"] = [answer]
    cases = {str(number): {"inputs": {"x": np.ones(2)}, "oracles": []} for number in range(3)}
    reply = child.handle_run({"id": 1, "exercise": "exercise", "driver": "call", "cases": cases})
    assert list(reply["ran"]) == ran


class Subclass(np.ndarray):
    """A subclass of `np.ndarray`, like `np.matrix`."""


X = np.array([[1.0, 2.0], [3.0, 4.0]])
ARGUMENTS = {
    "an iterator": (X.flat, X.ravel()),
    "a list": ([1.0, 2.0], np.array([1.0, 2.0])),
    "nested tuples": (((1.0, 2.0), (3.0, 4.0)), X),
    "a subclass": (X.view(Subclass), X),
}


@pytest.mark.parametrize(("value", "array"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_that_numpy_takes_for_arrays_become_plain_arrays(value, array):
    converted = as_argument(value)
    assert type(converted) is np.ndarray
    np.testing.assert_array_equal(converted, array)


@pytest.mark.parametrize("value", [1.5, "text", None, [[1.0], [1.0, 2.0]], len], ids=repr)
def test_any_other_argument_is_passed_on_as_it_is(value):
    assert as_argument(value) is value
