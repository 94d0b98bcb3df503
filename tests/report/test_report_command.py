"""``python -m autograder report`` refuses in one sentence, and changes nothing, if there is nothing to report."""

import json

import pytest

from autograder.demo.course import CONFIG
from autograder.paths import ROOT

from .. import commands
from .made_up import NAME, add_class, create_course

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which nobody has submitted anything."""
    course = create_course(tmp_path_factory.mktemp("empty") / "course")
    add_class(course, {"ada": None})
    return course


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nosuch"], "there is no assignment 'nosuch'"),
        (["learning_rates"], "learning_rates is not in the gradebook: run `nbgrader generate_assignment"),
        ([], "name an assignment"),
        ([NAME, "--course"], "name an assignment"),
        (["--course"], "The gradebook has no graded submission"),
        ([NAME, "--html", "nbgrader_config.py/a.html"], "the report cannot be written"),
    ],
    ids=["unknown", "not generated", "none", "both", "nothing graded", "not a folder"],
)
def test_error_is_one_sentence(course, arguments, sentence):
    done = commands.run("autograder", "report", *arguments, cwd=course, preloaded=True)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert sentence in done.stderr


def test_report_does_not_create_missing_gradebook(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(CONFIG.format(root=str(ROOT)), encoding="utf-8")
    done = commands.run("autograder", "report", NAME, cwd=tmp_path, preloaded=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "there is no gradebook yet: grade an assignment first.\n"
    assert not list(tmp_path.rglob("*.db"))


def test_whole_class_is_missing_if_nobody_has_submitted(course):
    commands.checked("autograder", "report", NAME, "--html", "a.html", "--json", "a.json", cwd=course, preloaded=True)
    numbers = json.loads((course / "a.json").read_text())
    assert (numbers["students"], numbers["submitted"], numbers["missing"], numbers["scores"]) == (1, 0, ["ada"], {})
    assert "Nothing has been graded yet." in (course / "a.html").read_text(encoding="utf-8")
