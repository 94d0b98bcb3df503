"""Run trials on a given executor or on the search's own workers, and yield each outcome as soon as a trial finishes."""

import contextlib
import pickle
import time
from collections import deque
from collections.abc import Collection, Generator
from concurrent.futures import BrokenExecutor, Executor, Future
from queue import Empty, SimpleQueue
from typing import Any

from tqdm import tqdm

from ..typing import Config
from .interrupts import POLL, deliver_interrupt
from .trial import Objective, TrialOutcome, describe_error, run_trial
from .worker_pools import NoProcessesError, Submit, own_pool, process_pool, processors

DIED = "The trial's process died: it was killed, perhaps because memory ran out, or the objective ended it."

Numbered = tuple[int, TrialOutcome]
Outcomes = Generator[Numbered, None, None]


def as_executor(executor: Any, objective: Objective) -> Executor | None:
    """Return `executor` itself or, for a Dask client, the client's executor. None is returned unchanged.

    Raises
    ------
    TypeError
        If `executor` has any other type, or if `objective` cannot be sent to the executor's processes.
    """
    if executor is None:
        return None
    if hasattr(executor, "get_executor"):
        if hasattr(executor, "ncores") and not executor.ncores():
            tqdm.write("The cluster has no workers yet. The search begins when the first one connects.")
        executor = executor.get_executor(pure=False)  # otherwise Dask runs equal configurations only once
    if isinstance(executor, type) or not hasattr(executor, "submit"):
        raise TypeError(
            "executor must be an executor of concurrent.futures, such as ThreadPoolExecutor(4), a client of "
            f"dask.distributed, or None. Got {executor!r}."
        )
    if type(executor).__module__ == "concurrent.futures.process":
        try:
            pickle.dumps(objective)
        except Exception as error:
            raise TypeError(
                f"The objective cannot be sent to the executor's processes ({describe_error(error)}). Define it in a "
                ".py file and import it, or pass no executor."
            ) from None
    return executor


def outcomes(objective: Objective, configurations: dict[int, Config], executor: Executor | None = None) -> Outcomes:
    """Yield each trial's outcome as soon as the trial finishes.

    If one of the search's own processes dies while several trials are under way, each of these trials is run once
    more in a separate process, to find out which of them caused the death.

    Parameters
    ----------
    objective : callable
    configurations : dict of int to dict
    executor : concurrent.futures.Executor, optional
        Where the trials run; by default, on the search's own workers.

    Yields
    ------
    number, (result, error, seconds)
    """
    left = dict(configurations)
    with contextlib.closing(_run_all(objective, left, executor)) as finished:
        for number, outcome in finished:
            del left[number]
            yield number, outcome


def _run_all(objective: Objective, left: dict[int, Config], executor: Executor | None) -> Outcomes:
    """Yield the outcomes of the trials in `left`; the caller must remove each trial from `left` when it is yielded."""
    if executor is not None:
        yield from _run_on_given(lambda number: executor.submit(run_trial, objective, left[number]), left)
        if left:
            tqdm.write("The executor's processes died. The search starts its own processes for the remaining trials.")
    while left:
        count = min(len(left), processors())
        with own_pool(objective, left, count) as submit:
            died = yield from _drain(submit, left, count)
        for number, seconds in died.items():
            fatal: float | None = seconds
            if len(died) > 1:
                fatal = yield from _run_alone(objective, number, left[number])
            if fatal is not None:
                yield number, (None, DIED, fatal)


def _run_on_given(submit: Submit, left: dict[int, Config]) -> Outcomes:
    """Submit all trials to a given executor at once; then repeat any trials lost when a worker died, one at a time."""
    died = yield from _drain(submit, left, len(left))
    for number in died:
        again = yield from _drain(submit, [number], 1)
        if number in again:
            yield number, (None, DIED, again[number])


def _run_alone(objective: Objective, number: int, config: Config) -> Generator[Numbered, None, float | None]:
    """Run one trial in a separate process; return the seconds until the process died, or None if it survived."""
    try:
        with process_pool(objective, {number: config}, 1) as submit:
            died = yield from _drain(submit, [number], 1)
    except NoProcessesError:
        return 0.0
    return died.get(number)


def _drain(submit: Submit, numbers: Collection[int], at_once: int) -> Generator[Numbered, None, dict[int, float]]:
    """Run at most `at_once` trials at a time and yield each outcome, until all are done or the pool is broken.

    Returns a dict of the trials under way when a worker died, with the seconds for which each had been running.
    """
    todo = deque(numbers)
    under_way: dict[Future[TrialOutcome], tuple[int, float]] = {}
    died: dict[int, float] = {}
    finished: SimpleQueue[Future[TrialOutcome]] = SimpleQueue()
    try:
        while todo or under_way:
            while todo and len(under_way) < at_once:
                deliver_interrupt()
                try:
                    future = submit(todo[0])
                except BrokenExecutor:
                    todo.clear()
                    break
                under_way[future] = todo.popleft(), time.perf_counter()
                future.add_done_callback(finished.put)
                if future.done():  # the executor is serial: report this trial before the next one starts
                    break
            if not under_way:
                break
            future = _next(finished)
            number, begin = under_way.pop(future)
            seconds = time.perf_counter() - begin
            try:
                outcome = future.result()
            except BrokenExecutor:
                todo.clear()
                died[number] = seconds
            except Exception as error:
                if _is_lost(error):
                    died[number] = seconds
                else:
                    yield number, (None, describe_error(error), seconds)
            else:
                yield number, outcome
    finally:
        for future in under_way:
            future.cancel()
    return died


def _is_lost(error: Exception) -> bool:
    """Return whether a Dask worker died before a trial's result had been fetched, while other workers kept running.

    If the worker dies at the moment its result is fetched, Dask treats the result as an exception and fails to raise
    it. Exceptions raised by the objective itself never get here.
    """
    return type(error).__module__.startswith("distributed.") or "attribute 'with_traceback'" in str(error)


def _next(finished: SimpleQueue[Future[TrialOutcome]]) -> Future[TrialOutcome]:
    """Return the next trial that finishes. Ctrl-C interrupts the wait."""
    while True:
        deliver_interrupt()
        with contextlib.suppress(Empty):
            return finished.get(timeout=POLL)
