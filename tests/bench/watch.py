"""Measure how soon students get their feedback if `watch` grades while a class submits.

    python tests/bench/watch.py [--students 300] [--minutes 10] [--every 10]

Submissions of the demo's kinds, one in ten broken, arrive evenly over the given time. Each one's time runs from the
moment it is complete in the exchange until its feedback is there. The goal is a median of less than a minute.
"""

import argparse
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from nbgrader.utils import notebook_hash

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.demo.course import create_course, nbgrader, submit  # noqa: E402
from autograder.demo.students import broken, mistaken, perfect, unusual  # noqa: E402

NAME = "update_rules"
GOAL = 60  # seconds
PATIENCE = 300  # seconds to wait for the last feedback


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=10, help="the option of `watch`, in seconds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
        course = create_course(ROOT, Path(folder) / "course", NAME)
        nbgrader(course, "generate_assignment", NAME)
        nbgrader(course, "release_assignment", NAME)
        notebooks = make_notebooks(course, options.students)
        watcher = start(course, options.every)
        try:
            arrived, released = run(course, notebooks, 60 * options.minutes)
            print_needs(watcher, len(released))
        finally:
            watcher.send_signal(signal.SIGTERM)
            watcher.wait()
    return report(arrived, released, options)


def make_notebooks(course, count):
    """Return the contents of `count` notebooks; every tenth is one of the demo's broken kinds."""
    assignment = catalogue.assignments()[NAME]
    released = nbformat.read(course / "build" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    good = itertools.cycle([*perfect(), *unusual(assignment), *mistaken(assignment)])
    bad = itertools.cycle(broken(assignment))
    kinds = [next(bad if number % 10 == 9 else good) for number in range(count)]
    return [kind.notebook(assignment, released) for kind in kinds]


def start(course, every):
    command = [sys.executable, "-m", "autograder", "watch", NAME, f"--every={every}"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    watcher = subprocess.Popen(command, cwd=course, env=environment, stdout=subprocess.PIPE, text=True)
    watcher.stdout.readline()  # it is ready
    return watcher


def run(course, notebooks, seconds):
    """Submit the notebooks evenly over `seconds`. Return when each arrived, and when its feedback did."""
    inbound, feedback = (course / "build" / "exchange" / "demo" / name for name in ("inbound", "feedback"))
    began = time.monotonic()
    waiting, arrived, released = {}, {}, {}
    while len(released) < len(notebooks) and time.monotonic() - began < seconds + PATIENCE:
        if len(arrived) < len(notebooks) and time.monotonic() - began >= len(arrived) * seconds / len(notebooks):
            student = f"student{len(arrived):03}"
            submit(course, NAME, student, notebooks[len(arrived)])
            arrived[student] = time.monotonic()
            (folder,) = inbound.glob(f"{student}+*")
            secret = (folder / "submission_secret.txt").read_text()
            waiting[student] = feedback / f"{notebook_hash(secret=secret, notebook_id=NAME)}.html"
        for student in [student for student, page in waiting.items() if page.exists()]:
            released[student] = time.monotonic()
            del waiting[student]
        time.sleep(0.1)
    return arrived, released


def print_needs(watcher, count):
    """Print the memory and the CPU time that `watch` needed."""
    process = psutil.Process(watcher.pid)
    seconds = sum(process.cpu_times()[:4])  # its own and those of processes that have ended
    print(f"memory of the watching process: {process.memory_info().rss / 1e6:.0f} MB")
    print(f"CPU time: {seconds:.0f} s, or {seconds / count:.2f} s per submission", flush=True)


def report(arrived, released, options):
    """Print the times. Return 0 if every student has feedback, and the median is within the goal; otherwise 1."""
    seconds = sorted(released[student] - arrived[student] for student in released)
    print(f"{len(arrived)} submissions of {NAME} within {options.minutes:g} minutes, {os.cpu_count()} cores")
    print(f"{len(released)} have their feedback. Seconds from arrival to feedback:")
    median = statistics.median(seconds)
    print(
        f"  median {median:.1f} (goal: {GOAL}), 90% {seconds[int(0.9 * len(seconds))]:.1f}, slowest {seconds[-1]:.1f}"
    )
    return int(len(released) < len(arrived) or median > GOAL)


if __name__ == "__main__":
    sys.exit(main())
