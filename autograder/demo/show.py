"""``demo``: one assignment through all of nbgrader, with a made-up class, in a course of its own under ``build/``."""

import csv
import os
import secrets
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from autograder import catalogue
from autograder.grading.job import read_result
from autograder.notebooks.build import build
from gradlab.checks.outcome import PROBLEMS

from .students import make_class

ASSIGNMENT = "update_rules"
CONFIG = """\
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, {root!r})

from autograder.plugin.config import configure

c = get_config()
c.CourseDirectory.course_id = "demo"
c.Exchange.root = str(ROOT / "build" / "exchange")
c.ExchangeCollect.check_owner = False  # everyone in this class is you
configure(c, ROOT)
"""


def run(root, size):
    """Hand out, answer, collect, grade, return; returns 0 if every grade is what was to be expected."""
    started = time.monotonic()
    console = Console()
    course = lay_out(root)
    assignment = catalogue.assignments()[ASSIGNMENT]
    nbgrader(console, course, "hand the assignment out", "generate_assignment", "release_assignment")
    released = nbformat.read(course / "build" / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    students = make_class(assignment, size)
    console.print(f"[bold]{len(students)} students[/] answer it and hand in")
    for student in students:
        hand_in(course, student, student.notebook(assignment, released))
    nbgrader(console, course, "collect", "collect")
    nbgrader(console, course, "grade", "autograde")
    nbgrader(console, course, "write and return feedback", "generate_feedback", "release_feedback")
    nbgrader(console, course, "export the grades", "export")
    scores = read_scores(course / "build" / "grades.csv")
    results = {s.name: read_result(course / "build" / "verdicts" / ASSIGNMENT / f"{s.name}.json") for s in students}
    show(console, course, students, scores, results, assignment.points)
    console.print(f"Done in {time.monotonic() - started:.0f} seconds.")
    wrong = [student.name for student in students if not as_expected(student, results[student.name], assignment)]
    if wrong:
        console.print(f"[red]Not graded as they should be: {', '.join(wrong)}[/]")
    return int(bool(wrong))


def as_expected(student, result, assignment):
    """Whether a student's verdicts are what they must be, the known mistake's name included."""
    verdicts = result["verdicts"]
    lost = [name for name, verdict in verdicts.items() if verdict["score"] < verdict["points"]]
    if student.gets == "none":
        return len(verdicts) == len(assignment.exercises) and not any(v["score"] for v in verdicts.values())
    if student.mistake:
        exercise, mistake = student.mistake
        return lost == [exercise] and verdicts[exercise]["mistake"] == mistake
    return len(lost) == (student.gets == "the rest")


def lay_out(root):
    """An empty course under ``build/demo``, with the assignment built in it."""
    course = Path(root) / "build" / "demo"
    shutil.rmtree(course, ignore_errors=True)
    (course / "assignments").mkdir(parents=True)
    shutil.copytree(Path(root) / "assignments" / ASSIGNMENT, course / "assignments" / ASSIGNMENT)
    (course / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), encoding="utf-8")
    build(course, ASSIGNMENT)
    return course


def nbgrader(console, course, what, *steps):
    """Run stock nbgrader commands in the course, and say what they are."""
    for step in steps:
        arguments = [step] if step == "export" else [step, ASSIGNMENT]
        console.print(f"[bold]{what}[/]: nbgrader {' '.join(arguments)}")
        command = [sys.executable, "-m", "nbgrader", *arguments, "--log-level=WARN"]
        subprocess.run(command, cwd=course, check=True, stdin=subprocess.DEVNULL, env=os.environ | {"COLUMNS": "100"})


def hand_in(course, student, notebook):
    """Put a submission where `nbgrader submit` puts it."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    folder = course / "build" / "exchange" / "demo" / "inbound" / f"{student.name}+{ASSIGNMENT}+{stamp}+demo"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text(stamp)
    (folder / "submission_secret.txt").write_text(secrets.token_hex(64))
    if notebook is not None:
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(notebook)


def read_scores(path):
    with open(path, encoding="utf-8", newline="") as file:
        return {row["student_id"]: float(row["score"] or 0) for row in csv.DictReader(file)}


def show(console, course, students, scores, results, points):
    """The table of the class, and where to read more."""
    table = Table("student", "score", "handed in", "what was found", title=f"{ASSIGNMENT}, of {points:g} points")
    for student in students:
        story = found(results[student.name])
        table.add_row(student.name, f"{scores[student.name]:.4g}", student.story, story)
    console.print(table)
    console.print("The last 3 points are for a written question that a person marks in the formgrader.")
    console.print("Open in a browser, for instance:")
    for name in ("blaise", "loop", "patcher", "mangled"):
        console.print(f"  {course / 'build' / 'feedback' / name / ASSIGNMENT / ASSIGNMENT}.html", soft_wrap=True)
    console.print(f"Grades: {course / 'grades.csv'}", soft_wrap=True)


def found(result):
    """What the judge found in a submission, in a line."""
    if result["problem"]:
        return result["problem"]
    verdicts = result["verdicts"]
    replaced = sorted({name for verdict in verdicts.values() for name in verdict["tampering"]})
    lines = [f"replaced {', '.join(replaced)}"] if replaced else []
    lines += [f"{name}: {verdict['hint']}" for name, verdict in verdicts.items() if verdict["hint"]]
    for name, verdict in verdicts.items():
        problems = [PROBLEMS[kind] for kind in verdict["problems"] if kind != "not_run"]
        if problems and not verdict["hint"]:
            lines.append(f"{name}: {', '.join(problems)}")
    wrong = [name for name, verdict in verdicts.items() if verdict["score"] < verdict["points"]]
    if wrong and not lines:
        lines.append(f"wrong in a way that is not known: {', '.join(wrong)}")
    more = f" (and {len(lines) - 2} more)" if len(lines) > 2 else ""
    return "; ".join(lines[:2]) + more if lines else "nothing wrong"
