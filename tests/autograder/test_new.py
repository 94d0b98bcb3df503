"""``python -m autograder new`` (contract C18): the files that it writes work, and nothing else has to be edited."""

import json
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from autograder.__main__ import app
from autograder.authoring.new import new_assignment, new_exercise
from autograder.paths import ROOT

from .. import commands

# The files with a test for each exercise or each assignment, or for the course as a whole.
TESTS = (
    "tests/test_course.py",
    "tests/test_course_page.py",
    "tests/test_mistakes.py",
    "tests/test_no_answers_in_source.py",
    "tests/test_notebooks.py",
    "tests/exercises/test_broken_answers.py",
    "tests/exercises/test_every_exercise.py",
    "tests/exercises/test_replay.py",
    "tests/autograder/test_build.py",
    "tests/autograder/test_commands.py",
    "tests/autograder/test_demos.py",
)
OF_THE_COURSE = ("page", "secret_line", "same_line", "nine")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the repository in which `new assignment`, `new exercise`, and `build` have been run."""
    folder = tmp_path_factory.mktemp("new") / "course"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "build", "__pycache__"))
    for command in ("new assignment geometry", "new exercise geometry geometry_area", "build geometry"):
        done = autograder(folder, *command.split())
        assert done.returncode == 0, done.stderr
    return folder


def autograder(folder, *arguments):
    return commands.run("autograder", *arguments, cwd=folder)


def test_mistakes_of_new_exercises_are_named_and_variants_accepted(course):
    done = autograder(course, "mistakes", "geometry", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    assert [row["exercise"] for row in rows] == ["geometry_area", "geometry_example"]
    assert all(row["mistakes"] == row["caught"] == row["named"] >= 3 for row in rows)
    assert all(row["variants"] == row["accepted"] >= 2 for row in rows)


def test_build_leaves_nothing_stale(course):
    assert autograder(course, "build", "geometry", "--check").returncode == 0


def test_course_tests_pass_with_the_new_assignment(course):
    selected = " or ".join(("geometry", *OF_THE_COURSE))
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-k", selected, *TESTS]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout[-5000:]


def test_no_existing_text_changes_except_that_the_course_page_is_extended(course):
    changed = {}
    for path in (ROOT / "assignments").rglob("*.md"):
        before, after = path.read_text(), (course / path.relative_to(ROOT)).read_text()
        if after != before:
            changed[path.name] = [line for line in before.splitlines() if line not in after.splitlines()]
    assert changed == {"README.md": []}


NAME = "must be lowercase letters, digits, and underscores"


@pytest.mark.parametrize(
    ("assignment", "name", "message"),
    [
        ("update_rule", "decay", "there is no assignment 'update_rule'. Did you mean update_rules?"),
        ("../update_rules", "decay", "there is no assignment '../update_rules'."),
        ("update_rules", "adam", "the course already has 'adam'"),
        ("update_rules", "momentum_or_newton", "the course already has 'momentum_or_newton'"),
        ("update_rules", "ensembles", "the course already has 'ensembles'"),
        ("update_rules", "Decay", NAME),
        ("update_rules", "../decay", NAME),
        ("update_rules", "1st", NAME),
        ("update_rules", "weight decay", NAME),
        ("update_rules", "lambda", NAME),
        ("update_rules", "", NAME),
        ("update_rules", "a" * 61, "at most 60 characters"),
        ("update_rules", "np", "Python or the notebook of update_rules already uses 'np'"),
        ("update_rules", "sum", "Python or the notebook of update_rules already uses 'sum'"),
        ("update_rules", "adaptive", "autograder/exercises/update_rules/adaptive.py exists"),
        ("debug_the_notes", "fix_me", "'fix_me' begins with fix_"),
    ],
)
def test_exercise_with_an_unusable_name_is_refused(assignment, name, message):
    with pytest.raises(ValueError, match=r"^[^\n]*$") as refused:
        new_exercise(ROOT, assignment, name)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("update_rules", "the course already has 'update_rules'"),
        ("adam", "the course already has 'adam'"),
        ("drawing", "autograder/exercises/drawing.py exists"),
        ("Geometry", NAME),
        ("..", NAME),
        ("a/b", NAME),
        ("a" * 55, "at most 60 characters"),
    ],
)
def test_assignment_with_an_unusable_name_is_refused(name, message):
    with pytest.raises(ValueError, match=r"^[^\n]*$") as refused:
        new_assignment(ROOT, name)
    assert message in str(refused.value)


def test_refused_name_is_reported_in_one_sentence_and_nothing_is_written(course):
    before = sorted(course.rglob("*"))
    done = autograder(course, "new", "exercise", "geometry", "geometry_area")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "the course already has 'geometry_area'. Choose another name.\n"
    assert sorted(course.rglob("*")) == before


@pytest.mark.parametrize("command", ["exercise", "assignment"])
def test_help_says_what_is_written(command):
    result = CliRunner().invoke(app, ["new", command, "-h"])
    assert result.exit_code == 0
    assert f"Write {'the module of a new exercise' if command == 'exercise' else 'a new assignment'}" in result.output
