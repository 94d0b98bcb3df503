"""What lateness costs, through the gradebook as nbgrader keeps it."""

from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.plugin.late_policy import LatePolicy, Penalties, granted

# nbgrader's models warn of themselves.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
HOUR, DAY = 3600, 86400
TEN_A_DAY = {"percent_per_day": 10, "most": 50, "grace_minutes": 30}
LATE = {
    "a minute, in the grace period": (60, TEN_A_DAY, 0.0),
    "the grace period to the second": (30 * 60, TEN_A_DAY, 0.0),
    "an hour": (HOUR, TEN_A_DAY, 4.0),
    "a day to the second, after the grace": (DAY + 30 * 60, TEN_A_DAY, 4.0),
    "a day and a second more": (DAY + 30 * 60 + 1, TEN_A_DAY, 8.0),
    "a month": (30 * DAY, TEN_A_DAY, 20.0),
    "all of it": (30 * DAY, {"percent_per_day": 10}, 40.0),
    "no policy": (30 * DAY, {}, None),
    "nbgrader's own": (30 * DAY, {"penalty_method": "zero"}, 40.0),
}


@pytest.mark.parametrize(("seconds", "settings", "penalty"), LATE.values(), ids=LATE)
def test_what_it_costs(seconds, settings, penalty):
    assert LatePolicy(**settings).late_submission_penalty("ada", 40.0, seconds) == penalty


EXTENSIONS = "student_id,assignment,days\nada,update_rules,2\nemmy,*,7\nemmy,update_rules,1\n"


@pytest.mark.parametrize(
    ("student", "assignment", "days"),
    [("ada", "update_rules", 2), ("ada", "ensembles", 0), ("emmy", "update_rules", 7), ("sofia", "update_rules", 0)],
)
def test_who_was_given_more_time(tmp_path, student, assignment, days):
    path = tmp_path / "extensions.csv"
    path.write_text(EXTENSIONS)
    assert granted(path, student, assignment) == days


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ada,update_rules,2\n", "must begin with the line student_id,assignment,days"),
        ("student_id,assignment,days\nada,*,two\n", "line 2: days must be a number from 0 to 366. Got 'two'"),
        ("student_id,assignment,days\nada,*\n", "line 2: days must be a number"),
        ("student_id,assignment,days\nada,*,-1\n", "Got '-1'"),
        ("student_id,assignment,days\nada,*,nan\n", "Got 'nan'"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_with_its_line(tmp_path, text, message):
    path = tmp_path / "extensions.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        granted(path, "ada", "update_rules")


@pytest.fixture
def course(tmp_path):
    """A gradebook in which ada handed in 30 hours late and was given all of her ten points."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    due = datetime(2026, 11, 1, 12)
    with Gradebook(url, "demo") as gradebook:
        gradebook.add_assignment("update_rules", duedate=due)
        gradebook.add_notebook("update_rules", "update_rules")
        gradebook.add_grade_cell("sgd-check", "update_rules", "update_rules", max_score=10, cell_type="code")
        gradebook.add_student("ada")
        gradebook.add_submission("update_rules", "ada", timestamp=due + timedelta(hours=30))
        gradebook.find_grade("sgd-check", "update_rules", "update_rules", "ada").auto_score = 10
        gradebook.db.commit()
    return url


def penalty_after(url, path, **names):
    config = Config()
    config.LatePolicy.percent_per_day = 10
    preprocessor = Penalties(config=config, plugin_class=LatePolicy, extensions=str(path))
    names = {"notebook": "update_rules", "assignment": "update_rules", "student": "ada", "db_url": url}
    preprocessor.preprocess(type("Notebook", (), {"cells": []})(), {"nbgrader": names})
    with Gradebook(url, "demo") as gradebook:
        return gradebook.find_submission("update_rules", "ada").late_submission_penalty


def test_extensions_are_granted_and_taken_back_with_the_file(course, tmp_path):
    path = tmp_path / "extensions.csv"
    assert penalty_after(course, path) == 2.0
    path.write_text("student_id,assignment,days\nada,update_rules,1\n")
    assert penalty_after(course, path) == 1.0
    path.write_text("student_id,assignment,days\nada,*,2\n")
    assert penalty_after(course, path) == 0.0
    path.write_text("student_id,assignment,days\n")
    assert penalty_after(course, path) == 2.0


def test_points_that_a_person_gave_count_when_feedback_is_written(course, tmp_path):
    """The penalty is a share of what was earned, and hands mark after the machine."""
    with Gradebook(course, "demo") as gradebook:
        gradebook.find_grade("sgd-check", "update_rules", "update_rules", "ada").manual_score = 5
        gradebook.db.commit()
    assert penalty_after(course, tmp_path / "none.csv") == 1.0
