"""Kill `nbgrader autograde` at random moments, complete each run, and compare the gradebooks with an undisturbed run's.

    python tests/bench/kills.py [--kills 20] [--students 30] [--seed 0]

SIGKILL goes to nbgrader and to everything that it has started. Then the same command runs to its end. All gradebooks
must have the same grades, comments, and flags.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nbgrader.api import Gradebook
from term import NAME, new_class

FIELDS = ("auto_score", "manual_score", "needs_manual_grade", "extra_credit", "auto_comment", "manual_comment")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
        fresh = new_class(Path(folder) / "fresh", options.students)
        whole = shutil.copytree(fresh, Path(folder) / "whole")
        seconds = autograde(whole)
        expected = record(whole)
        print(f"{options.students} submissions, {len(expected)} grades and comments, {seconds:.1f} s undisturbed")
        different = 0
        for number in range(options.kills):
            course = shutil.copytree(fresh, Path(folder) / "killed")
            moment = rng.uniform(0, seconds)
            autograde(course, kill_after=moment)
            saved = len(list(course.glob(f"build/autograded/*/{NAME}/{NAME}.ipynb")))
            autograde(course)
            equal = record(course) == expected
            different += not equal
            verdict = "equal" if equal else "DIFFERENT"
            print(f"{number + 1:3}. killed after {moment:4.1f} s with {saved:3} notebooks: {verdict}", flush=True)
            shutil.rmtree(course)
    print(f"{options.kills - different} of {options.kills} gradebooks are equal to the undisturbed run's")
    return int(different > 0)


def autograde(course, kill_after=None):
    """Run autograde to its end or kill it, and return how many seconds it took."""
    started = time.monotonic()
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--log-level=CRITICAL"]
    run = subprocess.Popen(command, cwd=course, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        code = run.wait(timeout=kill_after)
        assert code == 0, code
    except subprocess.TimeoutExpired:
        for pid in [run.pid, *descendants(run.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        run.wait()
    return time.monotonic() - started


def descendants(pid):
    """Return the ids of all processes that a process has started, directly or indirectly."""
    found, parents = [], [pid]
    while parents:
        lists = [path.read_text() for parent in parents for path in Path("/proc", str(parent)).glob("task/*/children")]
        parents = [int(child) for child in " ".join(lists).split()]
        found += parents
    return found


def record(course):
    """Return the grades, comments, and flags of a gradebook, keyed by student, name, and kind."""
    with Gradebook(f"sqlite:///{course / 'build' / 'gradebook.db'}", "demo") as gradebook:
        return {
            (submission.student_id, cell.name, type(cell).__name__): tuple(
                getattr(cell, field, None) for field in FIELDS
            )
            for submission in gradebook.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for cell in (*notebook.grades, *notebook.comments)
        }


if __name__ == "__main__":
    sys.exit(main())
