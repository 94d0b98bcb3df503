"""Every configuration's trial, on a given executor or on workers of our own, as they are finished."""

import contextlib
import pickle
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait

from tqdm import tqdm

from .trial import run_trial, told
from .worker_pools import NoProcessesError, own_pool, process_pool, processors

DIED = "Its process died: killed, perhaps for want of memory, or ended by the objective."


def as_executor(executor, objective):
    """The executor that was given, or a dask client's; None stays None.

    Raises
    ------
    TypeError
        If it is neither, or the objective cannot be sent to its processes.
    """
    if executor is None:
        return None
    if hasattr(executor, "get_executor"):
        executor = executor.get_executor(pure=False)  # Else dask runs what stands twice once.
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
                f"The objective cannot be sent to the executor's processes ({told(error)}). Define it in a .py file "
                "and import it, or leave the executor out."
            ) from None
    return executor


def outcomes(objective, configurations, executor=None):
    """A generator that gives what each trial came to, as soon as it is finished.

    When a process of our own dies, and several trials were under way, each of these is run once more in a process
    by itself, to find the one that is to blame.

    Parameters
    ----------
    objective : callable
    configurations : dict of int to dict
    executor : concurrent.futures.Executor, optional
        Without one, workers of our own.

    Yields
    ------
    number, (result, error, seconds)
    """
    left = dict(configurations)
    with contextlib.closing(_found(objective, left, executor)) as found:
        for number, outcome in found:
            del left[number]
            yield number, outcome


def _found(objective, left, executor):
    """The outcomes of what is left, from which whoever asks takes them off."""
    if executor is not None:
        yield from _on_given(lambda number: executor.submit(run_trial, objective, left[number]), left)
        if left:
            tqdm.write("The executor's processes died. The search makes its own for what is left.")
    while left:
        count = min(len(left), processors())
        with own_pool(objective, left, count) as submit:
            died = yield from _drain(submit, left, count)
        for number, seconds in died.items():
            if len(died) > 1:
                seconds = yield from _alone(objective, number, left[number])
            if seconds is not None:
                yield number, (None, DIED, seconds)


def _on_given(submit, left):
    """What a given executor can do: all at once; then what a worker's death has hit, one by one."""
    died = yield from _drain(submit, left, len(left))
    for number in died:
        again = yield from _drain(submit, [number], 1)
        if number in again:
            yield number, (None, DIED, again[number])


def _alone(objective, number, config):
    """Run one trial in a process by itself; returns after how many seconds that died, or None if it did not."""
    try:
        with process_pool(objective, {number: config}, 1) as submit:
            died = yield from _drain(submit, [number], 1)
    except NoProcessesError:
        return 0.0
    return died.get(number)


def _drain(submit, numbers, at_once):
    """Submit the trials, at most `at_once` at a time, and give each outcome, until all are done or no more can be.

    Returns those that were under way when a worker died, and for how many seconds.
    """
    todo, under_way, died = deque(numbers), {}, {}
    try:
        while todo or under_way:
            while todo and len(under_way) < at_once:
                try:
                    future = submit(todo[0])
                except BrokenExecutor:
                    todo.clear()
                    break
                under_way[future] = todo.popleft(), time.perf_counter()
                if future.done():  # At once, as where trials run one after the other: tell it before the next.
                    break
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                number, begin = under_way.pop(future)
                seconds = time.perf_counter() - begin
                try:
                    outcome = future.result()
                except BrokenExecutor:
                    todo.clear()
                    died[number] = seconds
                except Exception as error:
                    if type(error).__name__ == "KilledWorker":  # dask's word for it; the others are well
                        died[number] = seconds
                    else:
                        yield number, (None, told(error), seconds)
                else:
                    yield number, outcome
    finally:
        for future in under_way:
            future.cancel()
    return died
