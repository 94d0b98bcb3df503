"""Workers of a search's own: processes; where there are none, threads; or else this thread alone."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import warnings
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from .trial import run_trial, told

# A forked process has all that a notebook has defined, lambdas included, and imports nothing anew. On macOS
# system libraries do not survive a fork; Windows has none.
_START = "fork" if sys.platform == "linux" else "spawn"

_work = None  # In a worker process: the objective and the configurations; pickled until they are needed.


class NoProcessesError(Exception):
    """Processes are not to be had; the message says why."""


def processors():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def own_pool(objective, configurations, count):
    """The best workers that there are, `count` of them.

    Parameters
    ----------
    objective : callable
    configurations : dict of int to dict
    count : int

    Yields
    ------
    callable
        ``submit(number)`` starts the trial of a configuration, and returns a future.
    """
    with contextlib.ExitStack() as stack:
        try:
            submit = stack.enter_context(process_pool(objective, configurations, count))
        except NoProcessesError as reason:
            submit = stack.enter_context(_pool_here(objective, configurations, count, reason))
        yield submit


@contextlib.contextmanager
def process_pool(objective, configurations, count):
    """As `own_pool`, in processes or not at all. An exception in the block ends them at once.

    Raises
    ------
    NoProcessesError
    """
    before = set(multiprocessing.active_children())
    pool = None
    try:
        pool = _started(objective, configurations, count)
        yield lambda number: pool.submit(_run, number)
        pool.submit(_unpack)  # Raises if the pool is broken.
    except BaseException as error:
        # A broken pool that was starting another process would wait for that one for ever.
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        if not isinstance(error, BrokenExecutor):
            raise
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)


def _started(objective, configurations, count):
    """A pool of processes, started, in which the objective has arrived."""
    work = objective, configurations
    try:
        from concurrent.futures import ProcessPoolExecutor  # A Python in a browser does not have it.

        if _START != "fork":
            work = _pickled(work)
        context = multiprocessing.get_context(_START)
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(work,))
        with warnings.catch_warnings():
            # Python warns of forks beside threads, as in every notebook. NumPy and what we use survive them.
            warnings.simplefilter("ignore", DeprecationWarning)
            # One for each, so that all are started: one that starts while another dies can hang the pool.
            arrivals = [pool.submit(_unpack) for _ in range(count)]
            problems = [arrival.result() for arrival in arrivals]
    except (OSError, ImportError, NotImplementedError, AssertionError, BrokenExecutor) as error:
        raise NoProcessesError(f"the system gives none ({told(error)})") from None
    if any(problems):
        pool.shutdown()
        raise NoProcessesError(_unsendable(next(filter(None, problems))))
    return pool


def _pickled(work):
    try:
        return pickle.dumps(work)
    except Exception as error:
        raise NoProcessesError(_unsendable(told(error))) from None


def _unsendable(problem):
    return f"the objective cannot be sent to one ({problem}); define it in a .py file and import it, and it can"


def _begin(work):
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the search decides for its own.
    # Where each processor has a process, more threads only get in each other's way.
    threadpool_limits(1)
    _work = work


def _unpack():
    """In a worker: have the objective ready. Returns what hinders it, in a line, or None."""
    global _work
    if isinstance(_work, bytes):
        try:
            _work = pickle.loads(_work)
        except Exception as error:
            return told(error)
    return None


def _run(number):
    _unpack()
    objective, configurations = _work
    return run_trial(objective, configurations[number])


@contextlib.contextmanager
def _pool_here(objective, configurations, count, reason):
    """As `own_pool`, in this process, with a sentence that says why."""
    pool = ThreadPoolExecutor(count)
    try:
        pool.submit(int).result()
    except RuntimeError:
        pool = _Serial()
    how = "one after the other" if isinstance(pool, _Serial) else "in threads"
    tqdm.write(f"The trials run {how}, not in processes: {reason}.")
    try:
        yield lambda number: pool.submit(run_trial, objective, configurations[number])
    finally:
        # A thread cannot be stopped; what it runs is not waited for.
        pool.shutdown(wait=False, cancel_futures=True)


class _Serial(Executor):
    """Runs everything at once, in the thread that asks for it."""

    def submit(self, function, /, *args):
        future = Future()
        future.set_result(function(*args))
        return future
