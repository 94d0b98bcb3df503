"""A submission in Gradescope's folders is graded even without root, if the kernel has Landlock."""

import json
import stat
import subprocess
import sys
import zipfile

import pytest

from autograder import catalogue
from autograder.demo.students import Student
from autograder.gradescope.run import Container, run
from autograder.paths import ROOT

from .conftest import NAME
from .test_results import check_format

ASSIGNMENT = catalogue.assignments()[NAME]
GRADE = """\
import sys
from pathlib import Path
from autograder.gradescope.run import Container, run
run(Container(Path(sys.argv[1])))"""


@pytest.fixture
def laid_out(archive, tmp_path, confinement):
    """Gradescope's folders, with the unpacked zip and the results file from an earlier run."""
    container = Container(tmp_path / "autograder")
    container.submission.mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(container.course)
    container.results.parent.mkdir()
    container.results.write_text("of an earlier run")
    return container


def grade(container):
    """Grade in a new process, and return what it printed.

    A judge is forked from that process, and its memory limit includes all that the process has allocated. A process
    that has run thousands of tests would leave nothing for the judge.
    """
    command = [sys.executable, "-c", GRADE, str(container.base)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def test_submission_is_graded_without_root(laid_out, released):
    notebook = Student("ada", "").notebook(ASSIGNMENT, released)
    (laid_out.submission / "homework.ipynb").write_bytes(notebook)
    printed = grade(laid_out)
    results = json.loads(laid_out.results.read_text())
    check_format(results)
    assert results["score"] == sum(exercise.points for exercise in ASSIGNMENT.exercises.values())
    assert stat.S_IMODE(laid_out.base.stat().st_mode) == 0o700
    assert "confined by the tier landlock" in printed


def test_missing_notebook_gets_zero_points_and_the_reason(laid_out):
    (laid_out.submission / "homework.py").write_text("x = 1")
    grade(laid_out)
    results = json.loads(laid_out.results.read_text())
    check_format(results)
    assert results["score"] == 0
    assert "the notebook is missing from the submitted folder" in results["output"]


class Stopped(BaseException):
    """The platform stops the container."""


class Stopping(Container):
    """A container that the platform stops as soon as grading has begun."""

    @property
    def course(self):
        raise Stopped


def test_results_say_that_grading_was_stopped(laid_out):
    with pytest.raises(Stopped):
        run(Stopping(laid_out.base))
    results = json.loads(laid_out.results.read_text())
    check_format(results)
    assert results["output"].startswith("Grading was stopped before it was finished")
