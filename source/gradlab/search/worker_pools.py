"""A search's own workers: processes if the system allows any, otherwise threads, otherwise only the current thread."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from ..typing import Config
from .interrupts import POLL, deliver_interrupt, starting_workers
from .trial import Objective, TrialOutcome, describe_error, run_trial

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

P = ParamSpec("P")
T = TypeVar("T")
Work = tuple[Objective, dict[int, Config]]
Submit = Callable[[int], Future[TrialOutcome]]

_work: Work | bytes | None = None  # in a worker process: the objective and configurations, pickled until needed


class NoProcessesError(Exception):
    """Raised if worker processes cannot be used; the message says why."""


def processors() -> int:
    """Return the number of CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def own_pool(objective: Objective, configurations: dict[int, Config], count: int) -> Iterator[Submit]:
    """Provide `count` workers of the best kind available.

    Parameters
    ----------
    objective : callable
    configurations : dict of int to dict
    count : int

    Yields
    ------
    callable
        ``submit(number)`` starts the trial of a configuration and returns a future.
    """
    with contextlib.ExitStack() as stack:
        try:
            submit = stack.enter_context(process_pool(objective, configurations, count))
        except NoProcessesError as reason:
            submit = stack.enter_context(_pool_here(objective, configurations, count, reason))
        yield submit


@contextlib.contextmanager
def process_pool(objective: Objective, configurations: dict[int, Config], count: int) -> Iterator[Submit]:
    """Provide `count` worker processes. An exception in the block ends the processes at once.

    Raises
    ------
    NoProcessesError
        If worker processes cannot be used.
    """
    before = set(multiprocessing.active_children())
    pool = None
    try:
        pool = started = _started(objective, configurations, count)
        yield lambda number: started.submit(_run, number)
        pool.submit(_unpack)  # raises if the pool is broken
    except BaseException as error:
        # A broken pool that was starting another process would wait for that process forever.
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        if not isinstance(error, BrokenExecutor):
            raise
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)


def _started(objective: Objective, configurations: dict[int, Config], count: int) -> "ProcessPoolExecutor":
    """Return a pool whose processes have all started and received the objective."""
    work: Work | bytes = (objective, configurations)
    # A forked process has everything that a notebook has defined, lambdas included, and needs no imports. On macOS,
    # system libraries do not survive a fork; Windows cannot fork.
    start_method = "fork" if sys.platform == "linux" else "spawn"
    try:
        from concurrent.futures import ProcessPoolExecutor  # not available when Python runs in a browser

        if start_method != "fork":
            work = _pickled(work)
        context: Any = multiprocessing.get_context(start_method)
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(work,))
        with warnings.catch_warnings(), starting_workers():
            # Python warns about forking a process that has threads, and every notebook's kernel has threads. NumPy and
            # the other libraries that gradlab uses survive a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            # Submit one task per process to start all processes. Starting one while another dies can hang the pool.
            arrivals = [pool.submit(_unpack) for _ in range(count)]
        while wait(arrivals, timeout=POLL).not_done:
            deliver_interrupt()
        problems = [problem for arrival in arrivals if (problem := arrival.result())]
    except (OSError, ImportError, NotImplementedError, AssertionError, BrokenExecutor) as error:
        raise NoProcessesError(f"the system cannot start processes ({describe_error(error)})") from None
    if problems:
        pool.shutdown()
        raise NoProcessesError(_unsendable(problems[0]))
    return pool


def _pickled(work: Work | bytes) -> bytes:
    try:
        return pickle.dumps(work)
    except Exception as error:
        raise NoProcessesError(_unsendable(describe_error(error))) from None


def _unsendable(problem: str) -> str:
    return f"the objective cannot be sent to a process ({problem}); to use processes, import it from a .py file"


def _begin(work: Work | bytes) -> None:
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes, but only the search reacts
    # With one process per CPU core, more threads only get in each other's way.
    threadpool_limits(1)
    _work = work


def _unpack() -> str | None:
    """Unpickle the objective in a worker; return a description of the error that prevents this, or None."""
    global _work
    if isinstance(_work, bytes):
        try:
            _work = pickle.loads(_work)
        except Exception as error:
            return describe_error(error)
    return None


def _run(number: int) -> TrialOutcome:
    _unpack()
    assert isinstance(_work, tuple)
    objective, configurations = _work
    return run_trial(objective, configurations[number])


@contextlib.contextmanager
def _pool_here(
    objective: Objective, configurations: dict[int, Config], count: int, reason: NoProcessesError
) -> Iterator[Submit]:
    """Provide `count` threads or, if threads cannot start, the current thread, and print a message with the reason."""
    pool: Executor = ThreadPoolExecutor(count)
    try:
        pool.submit(int).result()
    except RuntimeError:
        pool = _Serial()
    how = "one after the other" if isinstance(pool, _Serial) else "in threads"
    tqdm.write(f"The trials run {how}, not in processes: {reason}.")
    try:
        yield lambda number: pool.submit(run_trial, objective, configurations[number])
    finally:
        # Threads cannot be stopped, so do not wait for the trials that they are running.
        pool.shutdown(wait=False, cancel_futures=True)


class _Serial(Executor):
    """Runs each function immediately, in the thread that submits it."""

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(function(*args, **kwargs))
        return future
