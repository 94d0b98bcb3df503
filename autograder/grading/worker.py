"""The grading process: jobs come in as lines of JSON, results go out as lines of JSON.

Jobs run in threads that share one zygote: most of a job's time is spent in its student's process. When standard
input closes, what is under way is finished; when the parent is gone, this process goes too.
"""

import json
import os
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

from .job import grade, zygote_host


def main(workers):
    """Serve jobs from standard input.

    Parameters
    ----------
    workers : int
        Jobs under way at once.
    """
    answers, sys.stdout = sys.stdout, sys.stderr
    parent = os.getppid()
    lock = threading.Lock()
    _end_with(parent)
    started = False

    def serve(request):
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
                # Warming up takes longest: begin before the first job asks for it.
                zygote_host(request["job"]["course"], request["job"]["confine"])
                started = True
            threads.submit(serve, request)


def _end_with(parent):
    """Watch the parent: if it is killed, nobody reads our answers."""

    def watch():
        while os.getppid() == parent:
            threading.Event().wait(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
