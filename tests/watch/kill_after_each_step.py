"""Kill `watch --once` (SIGKILL) after its first step, then after its second, and so on. Complete each killed run.

    python tests/watch/kill_after_each_step.py COURSE

Each run is in a copy of the course, named COURSE-1, COURSE-2, and so on. The script prints the name of the step after
which each run was killed; the last run is not killed, and prints "none".
"""

import io
import itertools
import os
import shutil
import signal
import sys
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder.commands.watch import run  # noqa: E402
from autograder.plugin.collect import SafeCollect  # noqa: E402
from autograder.watch import steps, watcher  # noqa: E402

NAME = "update_rules"
PLACES = [
    (SafeCollect, "copy_submission"),
    (watcher, "write_record"),
    (steps, "rmtree"),
    *((steps.Steps, name) for name in ("collect", "autograde", "write_feedback", "release_feedback")),
]


def in_child(act):
    """Run `act` in a fork of this process, which has imported everything, and return the status."""
    pid = os.fork()
    if pid == 0:
        with redirect_stdout(io.StringIO()):
            os._exit(act())
    return os.waitpid(pid, 0)[1]


def watch(course):
    return run(course, NAME, attempts=3, every=1, pause=0, once=True)


def watch_and_kill(course, number, report):
    """Watch, and end after step `number`, whose name goes into the file `report`."""
    count = itertools.count(1)

    def killing(name, act):
        def step(*args, **kwargs):
            result = act(*args, **kwargs)
            if next(count) == number:
                report.write_text(name)
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return step

    for place, name in PLACES:
        setattr(place, name, killing(name, getattr(place, name)))
    return watch(course)


def main(course):
    for number in itertools.count(1):
        copy, report = course.with_name(f"{course.name}-{number}"), course.with_name("step")
        shutil.copytree(course, copy)
        report.write_text("none")
        status = in_child(lambda copy=copy, number=number, report=report: watch_and_kill(copy, number, report))
        step = report.read_text()
        print(step, flush=True)
        if step == "none":
            return status
        if not os.WIFSIGNALED(status) or in_child(lambda copy=copy: watch(copy)):
            return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
