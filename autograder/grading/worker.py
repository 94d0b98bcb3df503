"""The grading process, which reads jobs as lines of JSON from standard input and writes results as lines of JSON.

Each submission gets its own judge, which is forked from this process (see `autograder.grading.judge_process`). So this
process loads the exercises and computes what all judges need only once, and it never reads a submission itself. When
standard input closes, the process finishes the jobs it has. When its parent ends, it exits at once, and the judges end
with it.
"""

import gc
import json
import os
import selectors
import sys
from collections import deque
from pathlib import Path
from typing import Any, TextIO

from autograder.running.scratch import remove_abandoned

from .grader import prepare
from .host import close_zygotes, zygote_host
from .job import code_digest
from .judge_process import JudgeProcess

JOBS = 0  # the file descriptor of standard input
LINES = 1 << 16  # bytes to read at once


def main(workers: int) -> None:
    """Read jobs from standard input, and write each result, but nothing else, to standard output.

    Parameters
    ----------
    workers : int
        The number of judges to run at once.
    """
    answers, sys.stdout = os.fdopen(os.dup(1), "w"), sys.stderr
    os.dup2(2, 1)  # whatever C code or the zygote prints goes to standard error
    Worker(workers, answers).serve()


class Worker:
    """Runs one judge per job, at most `workers` at a time, and writes one line per job to `answers`."""

    def __init__(self, workers: int, answers: TextIO) -> None:
        self.workers, self.answers = workers, answers
        self.parent = os.getppid()
        self.queue: deque[tuple[dict[str, Any], str]] = deque()  # requests, and why their earlier judges were stopped
        self.judges: dict[int, tuple[dict[str, Any], JudgeProcess]] = {}  # requests and judges, keyed by pipe
        self.prepared: set[tuple[str, str]] = set()
        self.unread = b""
        self.selector = selectors.DefaultSelector()
        self.selector.register(JOBS, selectors.EVENT_READ)
        remove_abandoned()

    def serve(self) -> None:
        while self.selector.get_map():
            while self.queue and len(self.judges) < self.workers:
                self._start(*self.queue.popleft())
            for key, _ in self.selector.select(timeout=1.0):
                if key.fd == JOBS:
                    self._read_jobs()
                else:
                    self._finish(key.fd)
            if os.getppid() != self.parent:
                os._exit(1)  # nobody is left to read the results
        close_zygotes()

    def _read_jobs(self) -> None:
        data = os.read(JOBS, LINES)
        if not data:
            self.selector.unregister(JOBS)
        *lines, self.unread = (self.unread + data).split(b"\n")
        self.queue.extend((json.loads(line), "") for line in lines)

    def _start(self, request: dict[str, Any], stopped: str) -> None:
        """Start a judge."""
        try:
            self._prepare(request["job"])
            judge = JudgeProcess(request["job"], stopped)
        except Exception as error:
            self._answer(request, {"error": f"{type(error).__name__}: {error}"})
            return
        self.judges[judge.pipe] = request, judge
        self.selector.register(judge.pipe, selectors.EVENT_READ)

    def _prepare(self, job: dict[str, Any]) -> None:
        """Before the first fork, do the slow work that is the same for all submissions to an assignment."""
        if (job["assignment"], job["released"]) in self.prepared:
            return
        self.prepared.add((job["assignment"], job["released"]))
        zygote_host(job["course"], job["confine"])  # the zygote starts up in the background
        gc.disable()  # nearly everything is kept, and looking for garbage would take a tenth of the time
        try:
            prepare(job["assignment"], Path(job["released"]))
            code_digest()
        finally:
            gc.collect()
            gc.freeze()
            gc.enable()

    def _finish(self, pipe: int) -> None:
        request, judge = self.judges.pop(pipe)
        self.selector.unregister(pipe)
        result = judge.result()
        if "stopped" not in result:
            self._answer(request, result)
            return
        remove_abandoned()
        if judge.stopped:
            self._answer(request, {"error": f"{request['job']['student']}: {result['stopped']}"})
        else:
            self.queue.append((request, result["stopped"]))

    def _answer(self, request: dict[str, Any], result: dict[str, str]) -> None:
        try:
            print(json.dumps({"number": request["number"], **result}), file=self.answers, flush=True)
        except BrokenPipeError:
            os._exit(1)  # nobody is left to read the results
