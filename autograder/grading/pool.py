"""A `concurrent.futures` executor that grades in one process beside this one.

nbgrader's process, which writes the gradebook, reads nothing that students sent; and the formgrader's, which runs
threads and lives long, is never forked. The grading process ends when this one does, however it ends.
"""

import itertools
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import Executor, Future

from autograder.running.zygote_host import ROOT

BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.grading import worker; worker.main(int(sys.argv[2]))"
)


class GradingError(RuntimeError):
    """The grading process could not grade a submission: a fault of the course or the host, not the student's."""


class LocalPool(Executor):
    """Runs `autograder.grading.job.grade` for jobs, several at a time, in a process of its own.

    Parameters
    ----------
    workers : int
        Submissions under way at once; by default one a core.
    """

    def __init__(self, workers=None):
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", BOOT, str(ROOT), str(workers or os.cpu_count() or 1)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        self._futures = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def submit(self, fn, /, job):
        """Have `job` graded; `fn` is `grade`, as any executor would be given it."""
        future = Future()
        future.set_running_or_notify_cancel()
        number = next(self._numbers)
        with self._lock:
            self._futures[number] = future
            try:
                self.process.stdin.write(json.dumps({"number": number, "job": job}) + "\n")
                self.process.stdin.flush()
            except OSError:
                self._futures.pop(number)
                future.set_exception(GradingError("the grading process has ended"))
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Let the jobs under way finish, then end the process."""
        with self._lock:
            self.process.stdin.close()
        if wait:
            self.process.wait()

    def _read(self):
        with self.process.stdout as answers:
            self._take(answers)
        self.process.wait()
        with self._lock:
            left, self._futures = self._futures, {}
        for future in left.values():
            future.set_exception(GradingError("the grading process ended before this submission was graded"))

    def _take(self, answers):
        for line in answers:
            answer = json.loads(line)
            with self._lock:
                future = self._futures.pop(answer["number"])
            if "result" in answer:
                future.set_result(answer["result"])
            else:
                future.set_exception(GradingError(answer["error"]))
