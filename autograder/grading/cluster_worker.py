"""What a Dask cluster's worker does: it passes jobs on to its own grading process.

A worker runs threads, so it must not fork, and it must never read a submission. As on a single machine, its grading
process forks a separate judge for each submission, and only the judge reads the submission. A new grading process is
started for each run, because the course's code may have changed since the last run.
"""

import functools
import os
import threading
from typing import Any

from autograder.running.settings import missing_protection

from .job import grade as grade_job
from .pool import GradingError, LocalPool

Answer = dict[str, str]

_lock = threading.Lock()
_pools: dict[str, LocalPool] = {}  # at most one, keyed by the run that it belongs to


def check(released: str, confine: bool) -> Answer:
    """Return ``{"refused": reason}`` if this worker cannot grade, otherwise an empty dict."""
    if not os.path.isfile(released):
        return {"refused": f"it does not see {released}, which all machines must share"}
    if confine and (missing := _missing_protection()):
        return {"refused": f"its machine cannot confine students' code, because {missing}"}
    return {}


def grade(run: str, job: dict[str, Any]) -> Answer:
    """Grade a submission.

    Returns
    -------
    dict
        ``{"result": path}``, ``{"error": message}``, or ``{"refused": reason, "worker": address}``.
    """
    from dask.distributed import get_worker

    worker = get_worker()
    if refusal := check(job["released"], job["confine"]):
        return refusal | {"worker": worker.address}
    try:
        return {"result": _pool(run, worker.state.nthreads).submit(grade_job, job).result()}
    except GradingError as error:
        return {"error": str(error)}


def end(run: str) -> Answer:
    """End this worker's grading process."""
    with _lock:
        if run in _pools:
            _pools.pop(run).shutdown()
    return {}


def _pool(run: str, workers: int) -> LocalPool:
    """Return the grading process of a run. A process from an earlier run is told to end."""
    with _lock:
        if run not in _pools or _pools[run].process.poll() is not None:
            while _pools:
                _pools.popitem()[1].shutdown(wait=False)
            _pools[run] = LocalPool(workers)
        return _pools[run]


@functools.cache
def _missing_protection() -> str:
    return missing_protection()
