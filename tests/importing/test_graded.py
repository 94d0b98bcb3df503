"""Imported work is graded, late days count from the platform's times, and the grades go back to the platform."""

import csv
import os
from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder import catalogue
from autograder.demo.students import Student
from autograder.paths import ROOT

from .. import commands
from ..courses import lay_out
from .downloads import member, zipped

NAME = "update_rules"
ASSIGNMENT = catalogue.assignments()[NAME]
FULL = sum(exercise.points for exercise in ASSIGNMENT.exercises.values())
ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section,Update rules (99)
    Points Possible,,,,,30
"Lovelace, Ada",777,s001,ada,One,
"Noether, Emmy",778,s002,emmy,Two,
"Hopper, Grace",779,s003,grace,Two,
"""
POLICY = """
c.LatePolicy.percent_per_day = 10
c.LatePolicy.late_days = 1
c.GradesExport.titles = {"update_rules": "Update rules (99)"}
"""


@pytest.fixture(scope="module")
def course(confinement, tmp_path_factory):
    """A course with imported and graded submissions: one on time, one two days late, and one that cannot be read."""
    folder = lay_out(tmp_path_factory.mktemp("imported") / "course", NAME)
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text() + POLICY)
    run = {"cwd": folder, "preloaded": True}
    commands.checked("nbgrader", "generate_assignment", NAME, **run)
    with Gradebook(f"sqlite:///{folder}/build/gradebook.db", "demo") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime(2026, 10, 16, 23, 59))
        for student in ("ada", "emmy", "grace", "mary"):
            gradebook.add_student(student)
    released = nbformat.read(folder / "build" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    work = Student("", "everything right").notebook(ASSIGNMENT, released)
    late = (2026, 10, 18, 20, 0, 0)
    download = [
        (member("lovelaceada_777_1_Copy_of_x.ipynb", late), work),
        (member("noetheremmy_LATE_778_2_update_rules-1.ipynb", late), work),
        (member("hoppergrace_779_3_update_rules.ipynb", late), b""),
    ]
    (folder / "submissions.zip").write_bytes(zipped(download))
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    command = ("autograder", "import", NAME, "submissions.zip", "--from", "canvas", "--roster", "roster.csv")
    commands.checked(*command, **run, env=os.environ | {"PYTHONPATH": str(ROOT)})
    commands.checked("nbgrader", "autograde", NAME, **run)
    return folder, run


def test_late_days_are_counted_from_the_imported_times(course):
    folder, run = course
    log = commands.checked("nbgrader", "export", **run)
    assert "2 written answers in 2 submissions are not graded yet" in log
    with open(folder / "build" / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: (row["score"], row["status"]) for row in csv.DictReader(file)}
    # Emmy is two days late, and has one late day.
    assert rows == {
        "ada": (f"{FULL:g}", "unmarked"),
        "emmy": (f"{0.9 * FULL:g}", "unmarked"),
        "grace": ("0", "unreadable"),
        "mary": ("0", "none"),
    }


@pytest.mark.parametrize("option", ["--format=canvas", "--GradesExport.format=canvas"])
def test_grades_for_canvas_have_its_own_student_numbers(course, option):
    folder, run = course
    commands.checked("nbgrader", "export", option, **run)
    with open(folder / "build" / "grades" / "canvas" / f"{NAME}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Update rules (99)"],
        ["    Points Possible", "", "", "", "", f"{ASSIGNMENT.points:g}"],
        ["Lovelace, Ada", "777", "s001", "ada", "One", f"{FULL:g}"],
        ["Noether, Emmy", "778", "s002", "emmy", "Two", f"{0.9 * FULL:g}"],
        ["Hopper, Grace", "779", "s003", "grace", "Two", "0"],
        ["mary", "", "", "mary", "", "0"],
    ]


def test_unknown_format_is_refused(course):
    done = commands.run("nbgrader", "export", "--format", "excel", **course[1])
    assert done.returncode == 1
    assert "The format must be canvas, moodle, or gradescope. Got 'excel'." in done.stderr
    assert "Traceback" not in done.stderr
