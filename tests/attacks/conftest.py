"""A course in which one run of `nbgrader autograde` grades the submissions from all modules in this folder.

A module lists its submissions in ``SUBMISSIONS``. These come from students like those in the demo, who submit the
reference solutions except where an attack replaces an answer. If a student has a method ``add_files(folder, course)``,
that method puts more files into the submission's folder. In notebooks, ``@COURSE@`` is replaced by the path of the
course's folder.
"""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import nbformat
import pytest

from autograder import catalogue
from autograder.demo.students import Student

from .. import commands
from ..courses import lay_out

NAME = "update_rules"
ASSIGNMENT = catalogue.assignments()[NAME]
TOKEN = "a-token-of-the-hub"
# The names of everything that grading writes: folders in build/, and nbgrader's own files.
RESULTS = {"answers", "autograded", "feedback", "verdicts", "cache", "gradebook.db", "nbgrader.log"}
# A fixed secret makes the hidden cases the same in every test run.
SECRET = "5ec12e70" * 8
OPTIONS = """
c.JudgedExporter.cell_seconds = 2
c.JudgedExporter.workers = 4
c.LateSubmissionPlugin.penalty_method = "zero"
"""


class Course:
    """A course in a temporary folder, and the results of running nbgrader on it."""

    def __init__(self, folder):
        self.folder = folder
        self.build = folder / "build"

    @classmethod
    def lay_out(cls, folder):
        """Create a course without submissions, and build and generate its assignment."""
        lay_out(folder, NAME)
        with open(folder / "nbgrader_config.py", "a", encoding="utf-8") as config:
            config.write(OPTIONS)
        (folder / "build" / "course_secret").write_text(SECRET)
        course = cls(folder)
        assert course.nbgrader("generate_assignment").returncode == 0
        return course

    def copy(self, folder):
        """Return a copy of this course in its current state.

        A fixture runs again if tests of other files come between its own. Its folder then gets another name.
        """
        while folder.exists():
            folder = folder.with_name(f"{folder.name}-again")
        shutil.copytree(self.folder, folder, symlinks=True)
        return Course(folder)

    def command(self, step, *more):
        return [sys.executable, "-m", "nbgrader", step, NAME, *more]

    @property
    def environment(self):
        return os.environ | {"JUPYTERHUB_API_TOKEN": TOKEN}

    def nbgrader(self, step, *more):
        """Run an nbgrader command. Everything that it prints is in ``stdout``."""
        done = commands.run("nbgrader", step, NAME, *more, cwd=self.folder, env=self.environment, preloaded=True)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout + done.stderr)

    def nbgrader_in_new_process(self, step, *more):
        """Run an nbgrader command in a new process, whose environment, as the kernel keeps it, contains the token."""
        return subprocess.run(
            self.command(step, *more),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @staticmethod
    def errors(run):
        """Return the errors that a command logged, without its warnings, of which this course causes hundreds."""
        return "\n".join(entry for entry in run.stdout.split("\n[") if "| ERROR]" in entry.partition("\n")[0])

    @cached_property
    def released(self):
        return nbformat.read(self.build / "release" / NAME / f"{NAME}.ipynb", as_version=4)

    def submit(self, student):
        folder = self.build / "submitted" / student.name / NAME
        folder.mkdir(parents=True)
        notebook = student.notebook(ASSIGNMENT, self.released)
        if notebook is not None:
            (folder / f"{NAME}.ipynb").write_bytes(notebook.replace(b"@COURSE@", bytes(self.folder)))
        if hasattr(student, "add_files"):
            student.add_files(folder, self)

    def state(self):
        """Return the mode, owner, and digest of each file that is not a result of grading, keyed by path."""
        found = {}
        for folder, _, names in os.walk(self.folder):
            if not set(Path(folder).relative_to(self.folder).parts[1:2]) & RESULTS:
                for path in (Path(folder, name) for name in names if name not in RESULTS):
                    status = path.lstat()
                    data = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
                    found[str(path)] = (status.st_mode, status.st_uid, hashlib.sha256(data).hexdigest())
        return found

    def verdicts(self, name):
        """Return the judge's verdicts on a student's submission, keyed by exercise."""
        return json.loads((self.build / "verdicts" / NAME / f"{name}.json").read_text())["verdicts"]

    def autograded(self, name):
        return nbformat.read(self.build / "autograded" / name / NAME / f"{NAME}.ipynb", as_version=4)

    def feedback(self, name):
        return (self.build / "feedback" / name / NAME / f"{NAME}.html").read_text(encoding="utf-8")

    def reported(self, name, exercise):
        """Return what a student's feedback page says about one exercise, as HTML."""
        page = self.feedback(name)
        start = page.index(f'<section class="verdict" id="{exercise}-check"')
        return page[start : page.index("</section>", start)]

    def shown(self, name):
        """Return all outputs of a student's own cells and answers, as one string."""
        cells = [cell for cell in self.autograded(name).cells if not cell.metadata.get("nbgrader", {}).get("grade")]
        return "\n".join(json.dumps(cell.get("outputs", [])) for cell in cells)

    @cached_property
    def gradebook(self):
        """The automatic scores in the gradebook, keyed by student and then by grade cell."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.build / 'gradebook.db'}", "demo") as gradebook:
            return {
                submission.student_id: {g.name: g.auto_score for n in submission.notebooks for g in n.grades}
                for submission in gradebook.assignment_submissions(NAME)
            }

    def scores(self, name):
        """Return a student's points in the gradebook, keyed by exercise."""
        return {exercise: self.gradebook[name][f"{exercise}-check"] for exercise in ASSIGNMENT.exercises}

    def total(self, name):
        return sum(self.scores(name).values())


FULL = {name: float(exercise.points) for name, exercise in ASSIGNMENT.exercises.items()}


@pytest.fixture(scope="session", autouse=True)
def _confinement(confinement):
    """Skip all attacks if this system cannot confine students' code."""


@pytest.fixture(scope="session")
def empty_course(confinement, tmp_path_factory):
    """A course with no submissions. A test that needs its own course copies this course."""
    return Course.lay_out(tmp_path_factory.mktemp("attacks") / "empty")


@pytest.fixture(scope="session")
def course(request, empty_course):
    """The course after one run of autograde and one of generate_feedback on all submissions."""
    course = empty_course.copy(empty_course.folder.with_name("course"))
    modules = {item.module for item in request.session.items if item.path.parent == Path(__file__).parent}
    listed = [student for module in modules for student in getattr(module, "SUBMISSIONS", ())]
    # Drop duplicates: `test_scoreboard` also lists the other modules' submissions.
    students = [*{id(student): student for student in listed}.values(), Student("honest", "everything right")]
    assert len({student.name for student in students}) == len(students), "names must be unique"
    for student in students:
        course.submit(student)
    before = course.state()
    course.run = course.nbgrader_in_new_process("autograde")
    course.feedback_run = course.nbgrader("generate_feedback")
    course.changed = {path for path, _ in before.items() ^ course.state().items()}
    return course


@pytest.fixture(scope="session")
def full():
    """The maximum points for each automatically graded exercise, keyed by exercise."""
    return FULL
