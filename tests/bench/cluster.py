"""Grade on Dask workers with one core each, and print how much faster two workers are than one.

    python tests/bench/cluster.py [--students 40]

Each submission has a cell that computes for a second. The scheduler and the workers are programs on this machine, so it
needs at least two cores.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from term import NAME, ROOT, Student, catalogue, create_course, nbgrader

DASK = str(Path(sys.executable).with_name("dask"))
GOAL = 1.7
BUSY = "import time\nstarted = time.process_time()\nwhile time.process_time() - started < 1:\n    pass"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=40)
    options = parser.parse_args()
    seconds = {}
    with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
        course = busy_class(Path(folder) / "course", options.students)
        for workers in (1, 2):
            seconds[workers] = grade(course, workers)
            print(
                f"{options.students} submissions with a second each, {workers} workers: {seconds[workers]:.1f} s",
                flush=True,
            )
    print(f"two workers / one worker: {seconds[1] / seconds[2]:.2f} times as fast (goal {GOAL})")


def busy_class(course, students):
    """Create a course in which each submission computes for a second."""
    create_course(ROOT, course, NAME)
    nbgrader(course, "generate_assignment")
    released = nbformat.read(course / "build" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    notebook = Student("", "", cells=(BUSY,)).notebook(catalogue.assignments()[NAME], released)
    for number in range(students):
        folder = course / "build" / "submitted" / f"student{number:03}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(notebook)
    return course


def grade(course, workers):
    """Start a cluster, grade all submissions, and return how many seconds nbgrader took."""
    programs = [start(course, "scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        address = wait_for(course, "scheduler", r"Scheduler at: +(tcp://\S+)", 1)[0]
        options = ["--nthreads", "1", "--memory-limit", "0", "--local-directory", str(course)]
        programs += [start(course, "worker", address, *options, core=number) for number in range(workers)]
        wait_for(course, "scheduler", r"Register worker (\S+)", workers)
        started = time.monotonic()
        nbgrader(course, "autograde", "--force", f"--JudgedExporter.dask_scheduler={address}")
        return time.monotonic() - started
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait()


def start(course, *command, core=None):
    """Start one of Dask's programs, on one core if the core's index is given."""
    cores = sorted(os.sched_getaffinity(0))
    used = set(cores) if core is None else {cores[core]}
    with open(course / f"{command[0]}.txt", "w") as log:
        return subprocess.Popen(
            [DASK, *command, "--no-dashboard"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: os.sched_setaffinity(0, used),
        )


def wait_for(course, program, pattern, count):
    """Wait until a program has logged a line the given number of times, and return what the pattern matched."""
    while len(found := re.findall(pattern, (course / f"{program}.txt").read_text())) < count:
        time.sleep(0.05)
    return found


if __name__ == "__main__":
    main()
