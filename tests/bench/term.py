"""Grade a whole class, write its feedback, and print the time, the memory, and the number of processes left over.

    python tests/bench/term.py [--students 1000] [--against 100]

The submissions are of the kinds in `autograder.demo.students`, and one in ten is broken. A smaller class is graded
first, because the time per submission should not depend on the number of students. At the end, one submission is graded
again the way the formgrader's button does it.
"""

import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.demo.course import create_course  # noqa: E402
from autograder.demo.students import Student, broken, cheating, mistaken, perfect, unusual  # noqa: E402

NAME = "update_rules"
GOALS = {"autograde": 100.0, "generate_feedback": 60.0}  # seconds for 1,000 submissions on two cores
MEGABYTES = 300
# Runs nbgrader and prints the peak memory of its own process, without its child processes.
MEASURED = """
import resource, sys
from nbgrader.apps.nbgraderapp import main
try:
    main()
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stdout)
"""
BUTTON = """
import sys, time
from nbgrader.apps import NbGrader, NbGraderAPI
app = NbGrader()
app.load_config_file()
api = NbGraderAPI(config=app.config)
for student in sys.argv[2:]:
    started = time.monotonic()
    result = api.autograde(sys.argv[1], student)
    assert result["success"], result
    print(time.monotonic() - started)
"""
PR_SET_CHILD_SUBREAPER = 36


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--against", type=int, default=100, help="the size of the smaller class; 0 leaves it out")
    options = parser.parse_args()
    # Processes that lose their parent become children of this one, so none can be left over unnoticed.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    print(f"{NAME}: submissions of the demo's kinds, one in ten broken, on {os.cpu_count()} cores")
    rates = {students: measure(students) for students in (options.against, options.students) if students}
    if len(rates) == 2:
        small, large = rates.values()
        for step in GOALS:
            print(f"{step}: the larger class's rate is {large[step] / small[step]:.2f} times the smaller's (goal 0.9)")


def measure(students):
    """Grade a class in a fresh course, and return the submissions per second of each step."""
    rates = {}
    with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
        course = new_class(Path(folder) / "course", students)
        for step, goal in GOALS.items():
            started = time.monotonic()
            peak = nbgrader(course, step)
            seconds = time.monotonic() - started
            rates[step] = students / seconds
            print(
                f"{students:5} submissions, {step + ':':18} {seconds:6.1f} s (goal {goal * students / 1000:.0f} s), "
                f"{rates[step]:5.1f} per second, main process {peak} MB (goal {MEGABYTES} MB)",
                flush=True,
            )
        graded = len(list(course.glob(f"build/autograded/*/{NAME}/{NAME}.ipynb")))
        pages = len(list(course.glob(f"build/feedback/*/{NAME}/{NAME}.html")))
        print(f"      {graded} graded notebooks, {pages} pages, {left_over()} processes left over")
        print(f"      CPU time of students' code: {students_code(course)}")
        print(f"      the formgrader's button: {button(course)}", flush=True)
    return rates


def new_class(course, students):
    """Create a course in which a class has submitted its notebooks."""
    create_course(ROOT, course, NAME)
    nbgrader(course, "generate_assignment")
    (course / "build" / "course_secret").write_text("5ec12e70" * 8)  # the same hidden cases each time
    released = nbformat.read(course / "build" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for name, notebook in submissions(released, students):
        folder = course / "build" / "submitted" / name / NAME
        folder.mkdir(parents=True)
        if notebook is not None:
            (folder / f"{NAME}.ipynb").write_bytes(notebook)
    return course


def submissions(released, students):
    """Yield a name and the contents of a notebook, or None if there is none, for each student."""
    assignment = catalogue.assignments()[NAME]
    wrong = cycle([prepared(student, assignment, released) for student in broken(assignment)])
    kinds = [*perfect(), *unusual(assignment), *mistaken(assignment), *cheating(assignment)]
    others = cycle([prepared(student, assignment, released) for student in kinds])
    for number in range(students):
        kind, notebook = next(wrong if number % 10 == 9 else others)
        yield f"{kind}{number:04}", notebook


def prepared(student: Student, assignment, released):
    return student.name, student.notebook(assignment, released)


def nbgrader(course, step, *more):
    """Run nbgrader, and return the peak memory of its process, in MB."""
    command = [sys.executable, "-c", MEASURED, step, NAME, "--log-level=ERROR", *more]
    run = subprocess.run(command, cwd=course, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return int(run.stdout.split()[-1])


def students_code(course):
    """Return how much CPU time the submissions took, and how much of it went into endless loops."""
    results = {path.stem: json.loads(path.read_text()) for path in course.glob(f"build/verdicts/{NAME}/*.json")}
    total = sum(result["cpu"] for result in results.values())
    loops = sum(result["cpu"] for name, result in results.items() if name.startswith("loop"))
    return f"{total:.0f} s, of which {loops:.0f} s in endless loops, each of which is stopped after 5 s"


def left_over():
    """Return the number of processes that a run has left behind, dead or alive."""
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def button(course):
    """Return how long the formgrader's button takes the first and the second time."""
    student = min(path.name for path in (course / "build" / "submitted").iterdir() if path.name.startswith("ada"))
    command = [sys.executable, "-c", BUTTON, NAME, student, student]
    run = subprocess.run(command, cwd=course, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return ", then ".join(f"{float(line):.1f} s" for line in run.stdout.split()) + " (goal 2 s)"


if __name__ == "__main__":
    main()
