"""The student's side of grading answers the judge's requests."""

import signal

import numpy as np
import pytest

from autograder.running.child import Child


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
