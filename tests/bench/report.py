"""Measure how long the report on a large class takes, and how large its page is.

    python tests/bench/report.py [--students 300 1000]

The class is made up: its gradebook and results look as grading would leave them, with the whole notebook of
`update_rules` in each result, but nothing is graded.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.demo.standalone import standalone  # noqa: E402
from tests.report.made_up import CASES, NAME, Answer, Work, add_class, create_course  # noqa: E402

SECONDS, MEGABYTES = 10.0, 3.0  # the goals for 1,000 students
EXERCISES = catalogue.assignments()[NAME].exercises


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, nargs="+", default=[300, 1000])
    for students in parser.parse_args().students:
        with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
            measure(create_course(Path(folder) / "course"), students)


def measure(course, students):
    """Make up a class, and print the time and the size of both reports."""
    notebook = json.loads((ROOT / "assignments" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    rng = np.random.default_rng(1)
    add_class(course, {f"s{n:04}": work(rng) for n in range(students)}, notebook=notebook["cells"])
    results = sum(path.stat().st_size for path in course.glob("build/verdicts/*/*.json"))
    print(f"{students:5} students, {results / 1e6:.0f} MB of results")
    for argument, name in ((NAME, NAME), ("--course", "course")):
        started, used = time.monotonic(), processor_time()
        command = [sys.executable, "-m", "autograder", "report", argument]
        subprocess.run(command, cwd=course, check=True, stdout=subprocess.DEVNULL, env={"PYTHONPATH": str(ROOT)})
        seconds, used = time.monotonic() - started, processor_time() - used
        size = (course / "build" / "report" / f"{name}.html").stat().st_size / 1e6
        print(
            f"      report {argument + ':':<13} {seconds:5.1f} s (goal {SECONDS:g} s), CPU time {used:.1f} s, "
            f"page {size:.2f} MB (goal {MEGABYTES:g} MB)",
            flush=True,
        )


def processor_time():
    """Return the CPU time of all child processes that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def work(rng):
    """Return a random submission, or None: in each exercise, one student in three makes a mistake."""
    kind = rng.random()
    if kind < 0.04:
        return None
    if kind < 0.06:
        return Work(problem="the submitted file is not a notebook")
    answers = {name: wrong(exercise, rng) for name, exercise in EXERCISES.items() if rng.random() < 0.35}
    return Work(
        answers,
        tampering=("np.allclose",) if rng.random() < 0.02 else (),
        stopped=("adam: stopped: took too long",) if rng.random() < 0.02 else (),
        cpu=float(rng.gamma(4, 0.05)),
        peak=float(rng.normal(7e7, 1e6)),
    )


def wrong(exercise, rng):
    """Return an answer with a known mistake or, one time in four, an unnamed failure."""
    mistake = exercise.mistakes[rng.integers(len(exercise.mistakes))]
    failing = tuple(label for label in CASES if rng.random() < 0.7) or CASES
    source = standalone(mistake.function, exercise.name)
    if rng.random() < 0.25:
        return Answer(failing, diagnosis=f"The result is {rng.integers(2, 9)} times as large.", source=source)
    return Answer(failing, (mistake.name,), mistake.hint, "Every case fails.", source=source)


if __name__ == "__main__":
    main()
