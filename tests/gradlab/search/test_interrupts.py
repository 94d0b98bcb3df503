"""Ctrl-C during a search is never lost, no matter when it arrives, and it interrupts the caller's code at once."""

import _thread
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Executor, Future

import pytest

from gradlab.search.interrupts import InterruptGuard, deferred_interrupts, deliver_interrupt, interruptible

from .common import NUMBERS, linux, quietly, results


def ctrl_c():
    signal.raise_signal(signal.SIGINT)


class Here(Executor):
    """An executor that runs each trial immediately, in the search's thread. `new_future` creates its future."""

    def __init__(self, new_future=Future):
        self.new_future = new_future

    def submit(self, function, /, *args):
        future = self.new_future()
        future.set_result(function(*args))
        return future


@pytest.fixture
def handler():
    """A function that sets the SIGINT handler; the previous handler is restored after the test."""
    before = signal.getsignal(signal.SIGINT)
    yield lambda function: signal.signal(signal.SIGINT, function)
    signal.signal(signal.SIGINT, before)


IN_A_LOCK = """
import signal, sys
from gradlab.search import search

def objective(config):
    if config["x"] >= 2:
        signal.pause()
    return config["x"]

def interrupt(frame, event, argument):
    code, caller = frame.f_code, frame.f_back
    if event == "return" and code.co_name == "__enter__" and code.co_filename.endswith("threading.py"):
        if caller.f_code.co_filename.endswith("_base.py"):
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)

def on_result(trial):
    finished.append(trial)
    if len(finished) == 2:
        sys.setprofile(interrupt)

finished = []
trials = search(objective, [{"x": x} for x in range(20)], on_result=on_result, progress=False)
print([trial.result for trial in trials])
"""


@linux
def test_ctrl_c_while_the_main_thread_takes_a_futures_lock_ends_the_search():
    """A KeyboardInterrupt at that point would leave the lock locked, and the pool's own thread would wait forever."""
    done = subprocess.run([sys.executable, "-c", IN_A_LOCK], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("Stopped: 2 of 20 trials are finished.\n[0, 1]\n", "")


def test_ctrl_c_in_a_finalizer_ends_the_search(capsys):
    """If a finalizer raises KeyboardInterrupt, Python prints the exception but does not propagate it."""

    class Interrupted(Future):
        first = True

        def __del__(self):
            if Interrupted.first:
                Interrupted.first = False
                ctrl_c()

    trials = quietly(lambda config: config["x"], NUMBERS, executor=Here(Interrupted))
    assert 1 <= len(trials) < len(NUMBERS)
    assert capsys.readouterr().out == f"Stopped: {len(trials)} of 6 trials are finished.\n"


def test_ctrl_c_that_does_not_wake_the_main_thread_ends_the_search(capsys):
    """A signal that arrives just before the main thread blocks on a lock does not wake the thread."""

    class Never(Executor):
        def submit(self, function, /, *args):
            return Future()

    # When the timer fires, the main thread is most likely waiting already. If it is not, the test still passes.
    timer = threading.Timer(0.2, _thread.interrupt_main)
    timer.start()
    assert quietly(lambda config: 0, NUMBERS, executor=Never()) == []
    timer.join()
    assert capsys.readouterr().out == "Stopped: 0 of 6 trials are finished.\n"


def test_ctrl_c_at_the_end_of_the_last_trial_is_not_lost(capsys):
    class Last(Here):
        def submit(self, function, /, *args):
            future = super().submit(function, *args)
            ctrl_c()
            return future

    assert results(quietly(lambda config: config["x"], NUMBERS[:1], executor=Last())) == []
    assert capsys.readouterr().out == "Stopped: 0 of 1 trials are finished.\n"


def test_on_result_is_interrupted_at_once():
    reached = []

    def on_result(trial):
        reached.append("before")
        ctrl_c()
        reached.append("after")

    assert len(quietly(lambda config: config["x"], NUMBERS, on_result=on_result)) >= 1
    assert reached == ["before"]
    assert not multiprocessing.active_children()


def test_objective_in_the_main_thread_is_interrupted_at_once():
    reached = []

    def objective(config):
        reached.append("before")
        ctrl_c()
        reached.append("after")
        return 0

    assert quietly(objective, NUMBERS, executor=Here()) == []
    assert reached == ["before"]


def test_ctrl_c_in_a_nested_search_ends_only_the_inner_search():
    inner = []

    def objective(config):
        def on_result(trial):
            if config["x"] == 1:
                ctrl_c()

        inner.append(results(quietly(lambda config: config["x"], NUMBERS, executor=Here(), on_result=on_result)))
        return config["x"]

    assert results(quietly(objective, NUMBERS[:3], executor=Here())) == [0, 1, 2]
    assert inner == [[0, 1, 2, 3, 4, 5], [0], [0, 1, 2, 3, 4, 5]]


def test_search_continues_if_the_callers_handler_does_not_raise(handler):
    calls = []
    handler(lambda signum, frame: calls.append(signum))

    class Interrupting(Here):
        def submit(self, function, /, *args):
            ctrl_c()
            return super().submit(function, *args)

    assert results(quietly(lambda config: config["x"], NUMBERS, executor=Interrupting())) == list(range(6))
    assert set(calls) == {signal.SIGINT}


@pytest.mark.parametrize("ending", ["done", "error", "ctrl-c"])
def test_previous_handler_is_restored(ending, handler):
    def mine(signum, frame):
        raise KeyboardInterrupt

    def on_result(trial):
        assert signal.getsignal(signal.SIGINT) is not mine
        if ending == "error":
            raise ZeroDivisionError
        if ending == "ctrl-c":
            ctrl_c()

    handler(mine)
    try:
        quietly(lambda config: 0, NUMBERS[:2], executor=Here(), on_result=on_result)
    except ZeroDivisionError:
        assert ending == "error"
    assert signal.getsignal(signal.SIGINT) is mine


def test_handler_installed_by_the_callers_code_is_kept(handler):
    def mine(signum, frame):
        pass

    handler(signal.default_int_handler)
    quietly(lambda config: 0, NUMBERS[:1], executor=Here(), on_result=lambda trial: signal.signal(signal.SIGINT, mine))
    assert signal.getsignal(signal.SIGINT) is mine


@pytest.mark.parametrize("ignored", [signal.SIG_IGN, signal.SIG_DFL])
def test_sig_ign_and_sig_dfl_are_left_unchanged(ignored, handler):
    handler(ignored)
    seen = []
    quietly(
        lambda config: 0, NUMBERS[:1], executor=Here(), on_result=lambda t: seen.append(signal.getsignal(signal.SIGINT))
    )
    assert seen == [ignored]


def test_search_in_another_thread_leaves_the_handler_unchanged():
    before, seen = signal.getsignal(signal.SIGINT), []

    def run():
        quietly(lambda config: seen.append(signal.getsignal(signal.SIGINT)) or 0, NUMBERS[:1], executor=Here())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]


def test_interrupts_are_delivered_at_the_next_safe_point():
    with pytest.raises(KeyboardInterrupt), deferred_interrupts():  # noqa: PT012
        ctrl_c()
        reached = True
        deliver_interrupt()
        reached = False
    assert reached

    with pytest.raises(KeyboardInterrupt), deferred_interrupts():  # noqa: PT012
        ctrl_c()
        with interruptible():
            reached = False
    assert reached

    with pytest.raises(KeyboardInterrupt), deferred_interrupts():
        ctrl_c()


def test_error_takes_precedence_over_a_deferred_interrupt():
    with pytest.raises(ZeroDivisionError), deferred_interrupts():  # noqa: PT012
        ctrl_c()
        1 / 0


@pytest.mark.parametrize(("patience", "calls"), [(0.0, 1), (1e9, 0)], ids=["after it runs out", "before it runs out"])
def test_second_interrupt_is_delivered_only_after_patience_runs_out(patience, calls):
    called = []
    guard = InterruptGuard(lambda signum, frame: called.append(signum), patience)
    guard(signal.SIGINT, None)
    assert called == []
    guard(signal.SIGINT, None)
    assert len(called) == calls


@pytest.mark.parametrize(("starting", "calls"), [(True, 0), (False, 1)], ids=["own worker", "other process"])
def test_forked_process_ignores_interrupts_only_if_it_is_a_worker(starting, calls):
    called = []
    guard = InterruptGuard(lambda signum, frame: called.append(signum))
    guard.owner = -os.getpid(), guard.owner[1]
    guard.starting_workers = starting
    guard(signal.SIGINT, None)
    assert len(called) == calls
