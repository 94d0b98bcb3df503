"""A course that is watched: students submit, `watch` runs, and tests read what the students then see."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import nbformat
from nbgrader.utils import notebook_hash

from autograder import catalogue
from autograder.attempts.record import read_record
from autograder.demo.students import Student
from autograder.paths import ROOT, attempts_file

from .. import commands
from ..courses import lay_out

NAME = "update_rules"
ASSIGNMENT = catalogue.assignments()[NAME]
FULL = sum(exercise.points for exercise in ASSIGNMENT.exercises.values())  # without written answers
MOST = ASSIGNMENT.points
WRONG = "def sgd(w, dw, config=None):\n    return w, config"
RIGHT, WRONG_SGD, UNTOUCHED = (
    Student("", "everything right"),
    Student("", "sgd is wrong", {"sgd": WRONG}),
    Student("", "as released", untouched=True),
)
ALSO_RIGHT = Student("", "everything right, and one more cell", cells=("1",))
MANGLED, MISSING = Student("", "not a notebook", raw=b"{"), Student("", "no notebook", raw=b"")


class Watched:
    """A course in the folder `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.build = folder / "build"
        self.exchange = self.build / "exchange" / "demo"
        self.inbound = self.exchange / "inbound"

    @classmethod
    def lay_out(cls, folder):
        """Create a course, and release its assignment in a version without prose and plots."""
        lay_out(folder, NAME)
        course = cls(folder)
        for step in ("generate_assignment", "release_assignment"):
            course.nbgrader(step)
        return course

    @staticmethod
    def script(name):
        """Return the command that runs a script in this folder."""
        return [sys.executable, os.path.join(os.path.dirname(__file__), name)]

    def copy(self, folder):
        shutil.copytree(self.folder, folder)
        return Watched(folder)

    def submit(self, student, work, ago=0):
        """Submit a notebook with a timestamp of `ago` seconds ago. Return the secret that names its feedback."""
        time = datetime.now(UTC) - timedelta(seconds=ago)
        stamp, secret = f"{time:%Y-%m-%d %H:%M:%S.%f} UTC", secrets.token_hex(64)
        folder = self.inbound / f"{student}+{NAME}+{stamp}+{secret[:8]}"
        folder.mkdir()
        released = nbformat.read(self.build / "release" / NAME / f"{NAME}.ipynb", as_version=4)
        notebook = work.notebook(ASSIGNMENT, released)
        if notebook is not None:
            (folder / f"{NAME}.ipynb").write_bytes(notebook)
        (folder / "timestamp.txt").write_text(stamp)
        (folder / "submission_secret.txt").write_text(secret)
        return secret

    @property
    def surroundings(self):
        """The folder and the environment in which commands run."""
        return {"cwd": self.folder, "env": os.environ | {"PYTHONPATH": str(ROOT)}}

    def start(self, *options):
        """Start a process that watches, and return it."""
        command = [sys.executable, "-m", "autograder", "watch", NAME, *options]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, **self.surroundings, **pipes, text=True)

    def watch(self, *options, assignment=NAME, umask=0o022):
        """Handle what has arrived, and return the run with its output."""
        command = ("autograder", "watch", assignment, "--once", *options)
        return commands.run(*command, **self.surroundings, umask=umask, preloaded=True)

    def nbgrader(self, step, *options):
        """Run an nbgrader command, which must succeed, and return all that it prints."""
        return commands.checked("nbgrader", step, NAME, *options, **self.surroundings, preloaded=True)

    def record(self, student):
        return read_record(attempts_file(self.folder, NAME, student))

    def graded(self, student):
        """Return the number and the points of each attempt by a student."""
        return [(attempt.number, attempt.points) for attempt in self.record(student).attempts]

    def page_file(self, secret):
        return self.exchange / "feedback" / f"{notebook_hash(secret=secret, notebook_id=NAME)}.html"

    def told(self, secret):
        """Return what the feedback for a submission says about attempts, with each time replaced by TIME."""
        (text,) = re.findall(r'<p class="attempts">(.*?)</p>', self.page_file(secret).read_text(encoding="utf-8"))
        return re.sub(r"\w+ \d+, \d\d:\d\d UTC", "TIME", text)

    def points_shown(self, secret):
        """Return the points at the top of the feedback for a submission."""
        (points,) = re.findall(r'<p class="total">([\d.]+) of', self.page_file(secret).read_text(encoding="utf-8"))
        return float(points)
