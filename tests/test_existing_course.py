"""A mixed course: stock nbgrader grades the course's own assignments exactly as before, and our judge grades ours.

The same course is played through twice: once with unmodified nbgrader, and once after it has joined gradlab, with one
of our assignments next to its own.
"""

import csv
import json
import os
import re
import shutil
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from autograder import catalogue
from autograder.demo.students import Student
from autograder.paths import ROOT
from autograder.student_zip.notebook import student_notebook

from . import commands, kernels

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

# Stock nbgrader runs the command `alembic` by name, so it must be on the PATH, as in an active virtual environment.
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
OURS = "sanity_checks"
EXERCISES = catalogue.assignments()[OURS].exercises
THEIRS = ("hw1", "regularization")  # the second has the name of one of our assignments
LATE = "2026-03-03 12:00:00.000000 UTC"
ON_TIME = "2026-03-01 12:00:00.000000 UTC"
DUE = datetime(2026, 3, 2)
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "dl101"
c.Exchange.root = {exchange!r}
c.Exchange.cache = {exchange!r} + "-cache"
c.ExchangeCollect.check_owner = False  # the same Unix user submits everything here
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.ClearSolutions.code_stub = {{"python": "# YOUR CODE\\nraise NotImplementedError"}}
c.ClearSolutions.begin_solution_delimeter, c.ClearSolutions.end_solution_delimeter = "ANSWER", "END"
c.ClearHiddenTests.begin_test_delimeter, c.ClearHiddenTests.end_test_delimeter = "HIDE", "SHOW"
c.ClearHiddenTests.enforce_metadata = False
c.LateSubmissionPlugin.penalty_method = "zero"
c.KernelManager.update({sockets!r})
"""
JOIN = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from autograder.plugin.existing_course import join
join(c)
c.SafeCollect.check_times = False  # these submissions give times long before they are made
"""


def mark(name, points=None, solution=False):
    """Return the metadata of a cell that is a solution, a test or, if both, an answer that is graded by hand."""
    grade = {} if points is None else {"points": points}
    fields = {"grade_id": name, "grade": points is not None, "solution": solution, "locked": not solution}
    return {"nbgrader": {"schema_version": 3, "task": False, **fields, **grade}}


def code(name, source, **options):
    return new_code_cell(source, metadata=mark(name, **options), id=name)


SQUARE = code("square", "def square(x):\n    ### ANSWER\n    return x * x\n    ### END", solution=True)
TEST = "assert square(2) == 4\n### HIDE\nassert square(3) == 9\n### SHOW"
SOURCES = {
    "hw1/part1": [
        SQUARE,
        code("test-square", TEST, points=2),
        new_markdown_cell("*The proof.*", metadata=mark("proof", points=3, solution=True), id="proof"),
    ],
    "hw1/part2": [
        code("total", "### ANSWER\ntotal = sum(map(int, open('data.csv')))\n### END", solution=True),
        code("test-total", "assert total == 6", points=1),
        code("table", "### ANSWER\nprint(1)\n### END", points=1, solution=True),
    ],
    "regularization/regularization": [
        SQUARE,
        code("test-square", "from gradlab import layers\nassert square(2) == 4", points=5),
    ],
}
# Execution times, and the numbers of kernel processes and temporary files.
VARYING = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z|ipykernel_\d+/\d+")
HTML = "from IPython.display import HTML\nHTML('<b onclick=\"f()\">bold</b>')"
RIGHT = {
    "square": "def square(x):\n    return x * x",
    "total": "total = sum(map(int, open('data.csv')))",
    "proof": "It follows from $x^2 = x \\cdot x$.",
    "table": HTML,
}
ANSWERS = {
    "right": RIGHT,
    "wrong": RIGHT | {"square": "def square(x):\n    return 2 * x", "total": "total = open('notes.txt').read()"},
    "late": RIGHT,
    "blank": {},
}
OUR_STUDENTS = {
    "right": Student("right", ""),
    "wrong": Student("wrong", "", dict.fromkeys(EXERCISES, "def f():\n    pass")),
    "late": Student("late", ""),
}


class Course:
    """A course in its own folder, with nbgrader's usual layout."""

    def __init__(self, folder, config):
        self.folder, self.inbound = folder, folder / "exchange" / "dl101" / "inbound"
        (folder / "exchange").mkdir(parents=True)
        (folder / "exchange").chmod(0o777)
        exchange = str(folder / "exchange")
        (folder / "nbgrader_config.py").write_text(STOCK.format(exchange=exchange, sockets=kernels.sockets()) + config)
        for path, cells in SOURCES.items():
            self.write(f"source/{path}.ipynb", cells)
        self.write("source/header.ipynb", [new_markdown_cell("Honor code", id="header")])
        (folder / "source" / "hw1" / "data.csv").write_text("1\n2\n3\n")

    def write(self, path, cells):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells), self.folder / path)

    def nbgrader(self, *steps, code=0):
        """Run commands one after another, check their exit codes, and return all that they print."""
        runs = [commands.run("nbgrader", *step.split(), cwd=self.folder, env=ENVIRONMENT) for step in steps]
        printed = "".join(run.stdout + run.stderr for run in runs)
        assert {run.returncode for run in runs} == {code}, printed
        return printed

    def release(self, *assignments):
        self.nbgrader(
            *(f"{step} {name}" for name in assignments for step in ("generate_assignment", "release_assignment"))
        )
        with self.gradebook() as gradebook:
            for name in assignments:
                gradebook.update_or_create_assignment(name, duedate=DUE)

    def grade(self, *assignments):
        self.nbgrader(*(f"{step} {name}" for name in assignments for step in ("collect", "autograde")))
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade("proof", "part1", "hw1", "right")
            grade.manual_score, grade.needs_manual_grade = 2.5, False
            gradebook.find_comment("proof", "part1", "hw1", "right").manual_comment = "Nearly."
            gradebook.db.commit()
        steps = ("generate_feedback", "release_feedback")
        self.nbgrader(*(f"{step} {name}" for name in assignments for step in steps), "export")

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}", "dl101")

    def submit_theirs(self, student, answers):
        """Fill in and submit the released files, as `nbgrader submit` would, with a file that a student might add."""
        for name in THEIRS if student in ("right", "wrong") else THEIRS[:1]:
            folder = self.inbound_folder(student, name)
            for path in (self.folder / "exchange" / "dl101" / "outbound" / name).iterdir():
                if path.suffix == ".ipynb":
                    notebook = nbformat.read(path, as_version=4)
                    for cell in notebook.cells:
                        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
                    nbformat.write(notebook, folder / path.name)
                else:
                    shutil.copy(path, folder)
            (folder / "notes.txt").write_text("6")

    def submit_ours(self, name, student):
        released = nbformat.read(self.folder / "release" / OURS / f"{OURS}.ipynb", as_version=4)
        notebook = student.notebook(catalogue.assignments()[OURS], released)
        (self.inbound_folder(name, OURS) / f"{OURS}.ipynb").write_bytes(notebook)

    def inbound_folder(self, student, assignment):
        time = LATE if student == "late" else ON_TIME
        folder = self.inbound / f"{student}+{assignment}+{time}+abc"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(time)
        (folder / "submission_secret.txt").write_text(sha256(folder.name.encode()).hexdigest())
        return folder

    def grades(self, assignment):
        """Return all that the gradebook knows about the submissions to an assignment."""
        with self.gradebook() as gradebook:
            return {
                (submission.student.id, notebook.name): (
                    notebook.score,
                    notebook.late_submission_penalty,
                    sorted(
                        (g.name, g.auto_score, g.manual_score, g.needs_manual_grade, g.score) for g in notebook.grades
                    ),
                    sorted((c.name, c.auto_comment or "", c.manual_comment or "") for c in notebook.comments),
                )
                for submission in gradebook.assignment_submissions(assignment)
                for notebook in submission.notebooks
            }

    def files(self, *patterns):
        """Return the contents of the course's files, keyed by path, without what differs between any two runs."""
        return {
            str(path.relative_to(self.folder)): VARYING.sub(b"", path.read_bytes().replace(bytes(self.folder), b""))
            for pattern in patterns
            for path in sorted(self.folder.glob(pattern))
        }

    def exported(self, *assignments, name="grades.csv"):
        with open(self.folder / name, newline="") as file:
            return [row for row in csv.DictReader(file) if row["assignment"] in assignments]


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The course without gradlab."""
    course = Course(tmp_path_factory.mktemp("stock") / "course", "")
    course.release(*THEIRS)
    for student, answers in ANSWERS.items():
        course.submit_theirs(student, answers)
    course.grade(*THEIRS)
    return course


@pytest.fixture(scope="module")
def mixed(confinement, tmp_path_factory):
    """The same course with gradlab: one of our assignments is in the course's own source folder."""
    course = Course(tmp_path_factory.mktemp("mixed") / "course", JOIN)
    commands.checked("autograder", "build", OURS, "--into", str(course.folder / "source"), cwd=ROOT)
    course.release(*THEIRS, OURS)
    for student, answers in ANSWERS.items():
        course.submit_theirs(student, answers)
    for name, student in OUR_STUDENTS.items():
        course.submit_ours(name, student)
    course.grade(*THEIRS, OURS)
    course.first_grades = {name: course.grades(name) for name in (*THEIRS, OURS)}  # the tests of extensions change some
    return course


@pytest.mark.parametrize("name", THEIRS)
def test_stock_assignments_get_the_grades_and_comments_of_stock_nbgrader(stock, mixed, name):
    assert mixed.first_grades[name] == stock.grades(name)


def test_stock_assignments_get_the_expected_grades(stock):
    grades = stock.grades("hw1")
    assert {key: value[:2] for key, value in grades.items()} == {
        ("right", "part1"): (4.5, None),
        ("right", "part2"): (1.0, None),
        ("wrong", "part1"): (0.0, None),
        ("wrong", "part2"): (0.0, None),
        ("late", "part1"): (2.0, 2.0),
        ("late", "part2"): (1.0, 1.0),
        ("blank", "part1"): (0.0, None),
        ("blank", "part2"): (0.0, None),
    }


@pytest.mark.parametrize("step", ["release", "submitted/*", "autograded/*", "feedback/*"])
@pytest.mark.parametrize("name", THEIRS)
def test_stock_assignments_get_the_files_of_stock_nbgrader(stock, mixed, step, name):
    files = stock.files(f"{step}/{name}/*")
    assert files
    assert mixed.files(f"{step}/{name}/*") == files


def test_feedback_on_stock_assignments_is_released_and_their_grades_are_exported(stock, mixed):
    pages = stock.files("exchange/dl101/feedback/*")
    assert len(pages) == 10
    assert {path: page for path, page in mixed.files("exchange/dl101/feedback/*").items() if path in pages} == pages
    assert mixed.exported(*THEIRS) == stock.exported(*THEIRS)


def test_our_assignment_is_judged_with_the_courses_own_late_policy(mixed):
    points = sum(exercise.points for exercise in EXERCISES.values())
    grades = {student: value[:2] for (student, _), value in mixed.first_grades[OURS].items()}
    assert grades == {"right": (points, None), "wrong": (0.0, None), "late": (points, points)}
    rows = {row["student_id"]: row["score"] for row in mixed.exported(OURS)}
    assert {student: float(score) for student, score in rows.items() if score} | {"blank": 0.0} == {
        "right": points, "wrong": 0.0, "late": 0.0, "blank": 0.0
    }  # fmt: skip


def test_our_feedback_has_verdicts_and_runs_no_scripts(mixed):
    (page,) = mixed.files(f"feedback/right/{OURS}/*.html").values()
    for name in EXERCISES:
        assert f'id="{name}-check"'.encode() in page
    assert b"<script" not in page


def test_notebook_in_the_zip_for_students_is_the_released_one(mixed):
    (released,) = mixed.folder.glob(f"exchange/dl101/outbound/{OURS}/*.ipynb")
    assert student_notebook(mixed.folder / "release" / OURS / released.name, due="") == released.read_bytes()


def test_each_release_has_only_its_own_stubs_and_no_solutions(mixed):
    (ours,) = mixed.files(f"release/{OURS}/*.ipynb").values()
    (theirs,) = mixed.files("release/hw1/part1.ipynb").values()
    assert b"SOLUTION" not in ours
    assert b"check.hidden" not in ours
    assert b"x * x" not in theirs
    assert b"square(3)" not in theirs
    assert b"not written yet" in ours
    assert b"YOUR CODE" not in ours
    assert b"YOUR CODE" in theirs
    assert b"not written yet" not in theirs


def test_extensions_apply_to_both_kinds_of_assignments(mixed):
    (mixed.folder / "extensions.csv").write_text("student_id,assignment,days\nlate,*,3\n")
    mixed.nbgrader("autograde hw1 --student=late --force", f"autograde {OURS} --student=late --force")
    assert [mixed.grades(name)["late", notebook][1] for name, notebook in (("hw1", "part1"), (OURS, OURS))] == [
        None,
        None,
    ]


def test_wrong_extension_stops_both_kinds_of_assignments_with_one_sentence(mixed):
    (mixed.folder / "extensions.csv").write_text("student_id,assignment,days\nlat,*,3\n")
    for name in ("hw1", OURS):
        printed = mixed.nbgrader(f"autograde {name} --student=late --force", code=1)
        assert "line 2: there is no student 'lat' in this course. Did you mean 'late'?" in printed
        assert "Traceback" not in printed
    (mixed.folder / "extensions.csv").unlink()


def test_course_report_covers_both_kinds_of_assignments_and_an_assignment_report_only_ours(mixed):
    environment = ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    for arguments, file in ((("--course",), "course"), ((OURS,), OURS)):
        commands.checked("autograder", "report", *arguments, cwd=mixed.folder, env=environment)
        report = json.loads((mixed.folder / "build" / "report" / f"{file}.json").read_text())
    assert (report["submitted"], report["missing"], set(report["exercises"])) == (3, ["blank"], set(EXERCISES))
    course = json.loads((mixed.folder / "build" / "report" / "course.json").read_text())
    assert set(course["assignments"]) == {*THEIRS, OURS}
    mixed.nbgrader("export --to now.csv")  # the tests of extensions change some grades
    for name in THEIRS:
        totals = [float(row["score"]) for row in mixed.exported(name, name="now.csv") if row["timestamp"]]
        assert course["assignments"][name]["mean"] == pytest.approx(sum(totals) / len(totals))
    refused = commands.run("autograder", "report", THEIRS[1], cwd=mixed.folder, env=environment)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("regularization in this course is not gradlab's")


def test_both_kinds_of_assignments_are_listed(mixed):
    printed = mixed.nbgrader("list", "list --inbound")
    for name in (*THEIRS, OURS):
        assert f"dl101 {name}\n" in printed
        assert f"dl101 wrong {name} {ON_TIME}" in printed


def test_copy_of_our_notebook_under_another_name_is_refused_in_one_sentence(mixed):
    shutil.copytree(mixed.folder / "source" / OURS, mixed.folder / "source" / "hw3")
    printed = mixed.nbgrader("generate_assignment hw3", code=1)
    assert f"which belongs to gradlab's assignment {OURS}: its folder must be named {OURS}" in printed
    assert "Traceback" not in printed
    assert not (mixed.folder / "release" / "hw3").exists()
