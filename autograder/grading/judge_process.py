"""A separate judge for each submission: a process that is forked from the warm worker and has limited resources.

The values that a submission sends can make its judge compute too much. If a judge needs too much memory or time, only
that judge is stopped, and only its submission loses points.
"""

import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

from autograder.running.zygote_host import ZygoteConnection, ZygoteHost
from autograder.sandbox.kernel import unsupported
from autograder.sandbox.privileges import hide_and_die_with_parent

from .host import zygote_host
from .job import grade

with suppress(ImportError):  # Only Unix has `resource`. On other systems, nothing is graded.
    import resource

MEMORY = 800 << 20  # bytes that a judge may allocate, including what the worker had allocated before the fork
CPU_SECONDS = 120
OUT_OF_MEMORY = 3  # exit status
MEMORY_REASON = f"judging this submission needed more than {MEMORY >> 20} MB of memory"
TIME_REASON = f"judging this submission took more than {CPU_SECONDS} seconds of CPU time"


class JudgeProcess:
    """A running judge.

    Parameters
    ----------
    job : dict
        The fields of a `Job`.
    stopped : str
        The reason why an earlier judge of this submission was stopped, in which case the submission gets no points
        and is not run again. Empty if no judge was stopped.
    host : ZygoteHost, optional
        The zygote that starts the student's processes. By default, it is the one that all of the course's jobs share.

    Attributes
    ----------
    pipe : int
        A file descriptor that becomes readable when the judge has ended.
    """

    def __init__(self, job: dict[str, Any], stopped: str = "", host: ZygoteHost | None = None) -> None:
        self.job, self.stopped = job, stopped
        zygote = (host or zygote_host(job["course"], job["confine"])).connect()
        self.pipe, theirs = os.pipe()
        worker = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            _run(job, stopped, zygote, theirs, worker)
        os.close(theirs)
        zygote.close()

    def result(self) -> dict[str, str]:
        """Wait until the judge has ended, and return its answer.

        Returns
        -------
        dict
            ``{"result": path}``; ``{"stopped": reason}`` if the judge exceeded its limits or ended unexpectedly; or
            ``{"error": message}`` if grading raised an exception.
        """
        with os.fdopen(self.pipe, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(self._pid, 0)
        if answer:
            values: dict[str, str] = json.loads(answer)
            return values
        code = os.waitstatus_to_exitcode(status)
        if code == OUT_OF_MEMORY:
            return {"stopped": MEMORY_REASON}
        if code == -signal.SIGXCPU:
            return {"stopped": TIME_REASON}
        return {"stopped": f"its judge ended unexpectedly (status {code})"}


def _run(job: dict[str, Any], stopped: str, zygote: ZygoteConnection, pipe: int, worker: int) -> NoReturn:
    """Grade the submission, write the answer to the pipe, and exit. `worker` is the id of the parent process."""
    try:
        answer = {"result": _grade(job, stopped, zygote, worker)}
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException as error:
        traceback.print_exc()
        answer = {"error": f"{type(error).__name__}: {error}"}
    sys.stderr.flush()
    os.write(pipe, json.dumps(answer).encode())
    os._exit(0)


def _grade(job: dict[str, Any], stopped: str, zygote: ZygoteConnection, worker: int) -> str:
    if not unsupported():
        hide_and_die_with_parent(worker)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    return grade(job, lambda: zygote, stopped)
