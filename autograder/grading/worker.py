"""The grading process: jobs come in as lines of JSON, and results go out as lines of JSON.

Jobs run in threads that share one zygote, because most of a job's time is spent in the student's process. When
standard input closes, the process finishes the jobs it has; when its parent is gone, it exits at once.
"""

import json
import os
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .host import zygote_host
from .job import grade


def main(workers: int) -> None:
    """Read jobs from standard input, and write each result to standard output.

    Parameters
    ----------
    workers : int
        The number of jobs to run at once.
    """
    answers, sys.stdout = sys.stdout, sys.stderr
    lock = threading.Lock()
    _exit_with(os.getppid())
    started = False

    def serve(request: dict[str, Any]) -> None:
        answer = {"number": request["number"]}
        try:
            answer["result"] = grade(request["job"])
        except BaseException as error:
            traceback.print_exc()
            answer["error"] = f"{type(error).__name__}: {error}"
        with lock:
            print(json.dumps(answer), file=answers, flush=True)

    with ThreadPoolExecutor(workers) as threads:
        for line in sys.stdin:
            request = json.loads(line)
            if not started:
                # Starting the zygote takes the longest, so start it before the first job asks for it.
                zygote_host(request["job"]["course"], request["job"]["confine"])
                started = True
            threads.submit(serve, request)


def _exit_with(parent: int) -> None:
    """Exit once the process `parent` is gone, because then nobody reads the results."""

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
