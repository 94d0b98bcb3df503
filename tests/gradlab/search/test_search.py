"""A search tries every configuration and returns the trials in order, even if some of them fail."""

import concurrent.futures
import multiprocessing
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from operator import itemgetter

import numpy as np
import pytest

from gradlab.search import Trial, search

from .common import NUMBERS, quietly, results

# Python warns about forking a process that has threads. The pools in these tests do that, as a user's pools would.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


class Here(concurrent.futures.Executor):
    """An executor that runs each function immediately, in the calling thread."""

    def submit(self, function, /, *args):
        future = Future()
        future.set_result(function(*args))
        return future


EXECUTORS = {
    "none": lambda: None,
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2),
    "custom": Here,
}


@pytest.fixture(params=EXECUTORS)
def executor(request):
    executor = EXECUTORS[request.param]()
    yield executor
    if executor:
        executor.shutdown()


def test_trials_are_returned_in_order_from_any_executor(executor):
    trials = quietly(itemgetter("x"), iter(NUMBERS), executor=executor)
    assert [(trial.config, trial.result, trial.error) for trial in trials] == [(c, c["x"], None) for c in NUMBERS]
    assert all(0 <= trial.seconds < 60 for trial in trials)


def test_given_executor_is_left_open():
    with ThreadPoolExecutor(1) as executor:
        quietly(itemgetter("x"), NUMBERS, executor=executor)
        assert executor.submit(int).result() == 0


def test_search_without_configurations_returns_an_empty_table(executor):
    assert quietly(itemgetter("x"), [], executor=executor) == []


def test_trials_are_reported_as_they_finish():
    """The first trial waits for the second one, so it is reported last, but it is first in the table."""
    second = threading.Event()
    reported = []

    def objective(config):
        return second.wait(60) if config["x"] == 0 else config["x"]

    def on_result(trial):
        reported.append(trial.config["x"])
        second.set()

    with ThreadPoolExecutor(2) as executor:
        trials = quietly(objective, NUMBERS[:2], executor=executor, on_result=on_result)
    assert reported == [1, 0]
    assert results(trials) == [True, 1]


def test_each_serial_trial_is_reported_before_the_next_one_runs():
    reported = []
    trials = quietly(lambda config: len(reported), NUMBERS, executor=Here(), on_result=reported.append)
    assert results(trials) == list(range(6))


def test_each_returned_trial_is_reported_once(executor):
    reported = []
    trials = quietly(itemgetter("x"), NUMBERS, executor=executor, on_result=reported.append)
    assert sorted(reported, key=lambda trial: trial.config["x"]) == trials


def exits(config):
    sys.exit("bye")


def raises_unpicklable_error(config):
    class Odd(Exception):
        pass

    raise Odd(3)


FAILURES = {
    "an exception": (lambda config: 1 / 0, "ZeroDivisionError: division by zero"),
    "an exception with a two-line message": (lambda config: int("one\ntwo"), "ValueError: invalid literal for int()"),
    "an exception that cannot be pickled": (raises_unpicklable_error, "Odd: 3"),
    "an exit": (exits, "SystemExit: bye"),
    "a missing key": (lambda config: config["y"], "KeyError: 'y'"),
    "out of memory": (lambda config: np.ones(10**18), "MemoryError: Unable to allocate"),
    "infinite recursion": (lambda config: (lambda f: f(f))(lambda f: f(f)), "RecursionError: "),
    "nothing returned": (lambda config: None, "TypeError: The objective must return a number, or a dict of results"),
    "an array": (lambda config: np.ones(2), "TypeError: The objective must return a number, or a dict of results"),
    "an object": (lambda config: {"model": object()}, "TypeError: Only numbers, strings, None, lists, and dicts"),
    "a key that is a number": (lambda config: {1: 2}, "TypeError: Only numbers, strings, None, lists, and dicts"),
    "a complex number": (lambda config: 1j, "TypeError: Only numbers"),
}  # fmt: skip


@pytest.mark.parametrize("executor", ["none", "threads"], indirect=True)
@pytest.mark.parametrize("case", FAILURES)
def test_failed_trial_is_a_row_with_its_error(case, executor):
    objective, says = FAILURES[case]
    trials = quietly(lambda config: objective(config) if config["x"] == 1 else config["x"], NUMBERS, executor=executor)
    assert results(trials) == [0, None, 2, 3, 4, 5]
    assert [trial.error is None for trial in trials] == [True, False, True, True, True, True]
    assert trials[1].error.startswith(says)


PLAIN = {
    "a NumPy float": (np.float32(0.5), 0.5),
    "a NumPy integer": (np.int64(3), 3),
    "a NumPy boolean": (np.bool_(True), True),
    "a 0-d array": (np.array(0.25), 0.25),
    "a dict": ({"a": np.float64(1), "b": (1, np.arange(2)), "c": None}, {"a": 1, "b": [1, [0, 1]], "c": None}),
    "infinity": (np.inf, np.inf),
}  # fmt: skip


@pytest.mark.parametrize("case", PLAIN)
def test_results_are_converted_to_plain_values(case):
    given, expected = PLAIN[case]
    (trial,) = quietly(lambda config: given, [{}])
    assert trial.result == expected
    assert type(trial.result) is type(expected)


def test_nan_is_a_valid_result():
    (trial,) = quietly(lambda config: np.nan, [{}])
    assert np.isnan(trial.result)
    assert trial.error is None


def test_configurations_are_not_changed(executor):
    given = [{"list": [1]}, {"list": [2]}]
    trials = quietly(empty_the_list, given, executor=executor)
    assert given == [{"list": [1]}, {"list": [2]}] == [trial.config for trial in trials]


def empty_the_list(config):
    return config.pop("list").pop()


def test_error_in_on_result_ends_the_search():
    def on_result(trial):
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        quietly(itemgetter("x"), NUMBERS, on_result=on_result)
    assert not multiprocessing.active_children()


def test_progress_bar_on_stdout_counts_trials_and_failures(capsys):
    search(lambda config: 1 / config["x"], NUMBERS)
    out, err = capsys.readouterr()
    assert "search: 100%" in out
    assert "6/6" in out
    assert "failed=1" in out
    assert err == ""


BAD = {
    "a configuration that is not a dict": (
        ([3],), {}, r'must be a dict with names as keys, such as \{"learning_rate": 1e-3\}\. Got 3 at index 0',
    ),
    "a key that is not a name": (([{"a": 1}, {2: 1}],), {}, r"Got \{2: 1\} at index 1"),
    "a dict of ranges": (({"rate": (0, 1)},), {}, "Got 'rate' at index 0"),
    "a class": ((NUMBERS,), {"executor": ThreadPoolExecutor}, r"such as ThreadPoolExecutor\(4\), .* Got <class"),
    "a number of workers": ((NUMBERS,), {"executor": 4}, "or None. Got 4"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_arguments_of_the_wrong_type_raise(case):
    given, options, says = BAD[case]
    with pytest.raises(TypeError, match=says):
        quietly(itemgetter("x"), *given, **options)


def test_unpicklable_objective_raises_for_a_given_process_pool():
    with ProcessPoolExecutor(1) as executor, pytest.raises(TypeError, match=r"Define it in a \.py file and import it"):
        quietly(lambda config: 0, NUMBERS, executor=executor)


def test_trials_with_equal_fields_are_equal():
    assert Trial({"x": 1}, 2.0, None, 0.5) == Trial(config={"x": 1}, result=2.0, error=None, seconds=0.5)


def test_importing_gradlab_does_not_import_gradlab_search():
    code = "import sys, gradlab; assert 'gradlab.search' not in sys.modules; gradlab.search.search"
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
