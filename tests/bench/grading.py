"""Measure how fast a class is graded, compared with stock nbgrader on the same notebooks and the same machine.

    python tests/bench/grading.py [--students 24] [--without-stock]

"Stock" means nbgrader's own preprocessors, which run every cell in a Jupyter kernel, one submission after another,
without a sandbox. The notebooks are the same, except that those for stock nbgrader lack the hidden checks, which only
the judge can run.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.demo.students import Student  # noqa: E402
from autograder.notebooks.build import build  # noqa: E402
from autograder.notebooks.master import BEGIN_HIDDEN, END_HIDDEN  # noqa: E402

NAME = "update_rules"
OURS = """\
import sys
sys.path.insert(0, {root!r})
from autograder.plugin.config import configure
c = get_config()
configure(c, {course!r})
c.JudgedExporter.run_demos = {run_demos}
"""
STOCK = """\
import os, sys
os.environ["PATH"] = {bin!r} + os.pathsep + os.environ["PATH"]
c = get_config()
c.CourseDirectory.root = {course!r}
for step in ("source", "release", "submitted", "autograded", "feedback"):
    setattr(c.CourseDirectory, step + "_directory", "build/" + step)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=24)
    parser.add_argument("--without-stock", action="store_true", help="measure only our grader, in a minute or two")
    options = parser.parse_args()
    students = options.students
    cores = len(os.sched_getaffinity(0))
    print(f"{students} submissions of {NAME} with all exercises answered, {cores} cores", flush=True)

    skipped, _ = measure("ours, demo cells skipped (the default)", students, OURS, run_demos=False)
    everything, cpu = measure("ours, every cell", students, OURS, run_demos=True)
    allowed = 1.25 * cpu / cores + 0.080 * students
    print(f"every cell: wall-clock time {everything:.1f} s; CPU time of the cells {cpu:.1f} s")
    print(f"  wall-clock limit: 1.25 x CPU time / cores + 80 ms per submission = {allowed:.1f} s", flush=True)
    if options.without_stock:
        return

    bare, _ = measure("stock, without the demo cells", students, STOCK, demos=False)
    stock, _ = measure("stock, every cell", students, STOCK)
    print(f"\nstock, every cell / ours by default:        {stock / skipped:6.1f}   (goal: 12)")
    print(f"stock without demo cells / ours by default: {bare / skipped:6.1f}")
    print(f"stock, every cell / ours, every cell:       {stock / everything:6.1f}")


def measure(label, students, config, demos=True, run_demos=False):
    """Grade a class in a fresh course.

    Returns
    -------
    float, float
        Wall-clock seconds of `nbgrader autograde`, and CPU seconds of the students' processes (0 for stock
        nbgrader).
    """
    with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
        course = Path(folder)
        create_course(course, students, demos, stock=config is STOCK)
        values = {"root": str(ROOT), "course": folder, "run_demos": run_demos, "bin": str(Path(sys.executable).parent)}
        (course / "nbgrader_config.py").write_text(config.format(**values))
        nbgrader(course, "generate_assignment", "--force")
        started = time.monotonic()
        nbgrader(course, "autograde")
        wall = time.monotonic() - started
        results = [json.loads(path.read_text()) for path in (course / "build" / "verdicts").glob("*/*.json")]
    print(f"{label + ':':42} {wall:7.1f} s, {1000 * wall / students:6.0f} ms per submission", flush=True)
    return wall, sum(result["cpu"] for result in results)


def create_course(course, students, demos, stock):
    """Create the assignment and its submissions. Each submission answers every exercise with the reference."""
    shutil.copytree(ROOT / "assignments" / NAME, course / "assignments" / NAME)
    build(course, NAME)
    if stock:
        source = course / "build" / "source" / NAME / f"{NAME}.ipynb"
        nbformat.write(remove_hidden_checks(nbformat.read(source, as_version=4)), source)
    released = nbformat.read(course / "assignments" / NAME / f"{NAME}.ipynb", as_version=4)
    if not demos:
        released.cells = [cell for cell in released.cells if "demo" not in cell.metadata.get("tags", [])]
    notebook = Student("", "").notebook(catalogue.assignments()[NAME], released)
    for number in range(students):
        folder = course / "build" / "submitted" / f"student{number:03}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(notebook)


def remove_hidden_checks(notebook):
    for cell in notebook.cells:
        if BEGIN_HIDDEN in cell.source:
            before, rest = cell.source.split(BEGIN_HIDDEN)
            cell.source = (before + rest.split(END_HIDDEN)[1]).strip()
    return notebook


def nbgrader(course, *arguments):
    command = [sys.executable, "-m", "nbgrader", arguments[0], NAME, *arguments[1:], "--log-level=ERROR"]
    subprocess.run(command, cwd=course, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
