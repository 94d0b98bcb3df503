"""A `concurrent.futures` executor that grades in a separate process.

A separate process is needed for two reasons: nbgrader's process, which writes the gradebook, must never read anything
that students sent, and the formgrader's process, which is long-lived and runs threads, must never be forked. The
grading process ends when its parent does, even if the parent is killed.
"""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from types import TracebackType
from typing import Any

from autograder.paths import ROOT

BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.grading import worker; worker.main(int(sys.argv[2]))"
)


class GradingError(RuntimeError):
    """A submission could not be graded because of a problem with the course or the host, not with the submission."""


class PoolEnded(GradingError):
    """No submission can be graded anymore, because the processes that grade have ended."""


class JobPool(Executor):
    """An executor that only grades. A subclass says where."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Start grading a job: ``submit(grade, job)``, as for any executor. Only `grade` is ever run."""
        (job,) = args
        future: Future[str] = Future()
        future.set_running_or_notify_cancel()
        self._start(job, future)
        return future

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown(cancel_futures=kind is not None)

    def _start(self, job: dict[str, Any], future: Future[str]) -> None:
        """Start grading a job, whose result or error `future` receives."""
        raise NotImplementedError


class LocalPool(JobPool):
    """Runs `autograder.grading.job.grade` on jobs in one separate process, several jobs at a time.

    Parameters
    ----------
    workers : int, optional
        The number of submissions to grade at once. The default is one per CPU.
    """

    def __init__(self, workers: int | None = None):
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", BOOT, str(ROOT), str(workers or os.cpu_count() or 1)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._requests, self._answers = self.process.stdin, self.process.stdout
        self._futures: dict[int, Future[str]] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _start(self, job: dict[str, Any], future: Future[str]) -> None:
        number = next(self._numbers)
        with self._lock:
            self._futures[number] = future
            try:
                self._requests.write(json.dumps({"number": number, "job": job}) + "\n")
                self._requests.flush()
            except OSError:
                self._futures.pop(number)
                future.set_exception(PoolEnded("The grading process has already ended"))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the process, either at once or when it has finished all jobs."""
        if cancel_futures:
            self.process.terminate()
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._requests.close()
        if wait:
            self.process.wait()

    def _read(self) -> None:
        with self._answers:
            self._resolve(self._answers)
        self.process.wait()
        with self._lock:
            left, self._futures = self._futures, {}
        for future in left.values():
            future.set_exception(PoolEnded("The grading process ended before all submissions were graded"))

    def _resolve(self, answers: Iterable[str]) -> None:
        for line in answers:
            answer = json.loads(line)
            with self._lock:
                future = self._futures.pop(answer["number"])
            if "result" in answer:
                future.set_result(answer["result"])
            else:
                future.set_exception(GradingError(answer["error"]))
