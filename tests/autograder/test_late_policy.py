"""Late penalties and extensions, as nbgrader's gradebook records them."""

from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.plugin.late_policy import LatePolicy, Penalties
from gradlab.checks.report import number

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
HOUR, DAY = 3600, 86400
TEN_PERCENT_PER_DAY = {"percent_per_day": 10, "most": 50, "grace_minutes": 30}
PENALTIES = {
    "one minute, within the grace period": (60, TEN_PERCENT_PER_DAY, 0.0),
    "exactly the grace period": (30 * 60, TEN_PERCENT_PER_DAY, 0.0),
    "one hour": (HOUR, TEN_PERCENT_PER_DAY, 4.0),
    "exactly one day after the grace period": (DAY + 30 * 60, TEN_PERCENT_PER_DAY, 4.0),
    "one day and one second after the grace period": (DAY + 30 * 60 + 1, TEN_PERCENT_PER_DAY, 8.0),
    "a month, capped": (30 * DAY, TEN_PERCENT_PER_DAY, 20.0),
    "a month, without a cap": (30 * DAY, {"percent_per_day": 10}, 40.0),
    "no policy": (30 * DAY, {}, None),
    "nbgrader's own policy": (30 * DAY, {"penalty_method": "zero"}, 40.0),
}


@pytest.mark.parametrize(("seconds", "settings", "penalty"), PENALTIES.values(), ids=PENALTIES)
def test_late_penalty_follows_the_policy(seconds, settings, penalty):
    assert LatePolicy(**settings).late_submission_penalty("ada", 40.0, seconds) == penalty


@pytest.mark.parametrize(
    ("points", "penalty"), [(42.25, 4.22), (30.1, 3.01), (0.3, 0.03), (2.9, 0.29), (5 / 6, 0.08), (0.09, 0.0)]
)
def test_penalty_is_rounded_down_so_that_the_exported_numbers_add_up(points, penalty):
    assert LatePolicy(percent_per_day=10).late_submission_penalty("ada", points, HOUR) == penalty
    assert float(number(points)) - penalty == pytest.approx(float(number(points - penalty)), abs=1e-9)


@pytest.fixture
def course(alembic, tmp_path):
    """The URL of a gradebook in which ada submitted 30 hours late and earned all ten points."""
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


WRONG_SETTINGS = {
    "negative": ({"late_days": -1}, "late_days"),
    "not a number": ({"late_days": "four"}, "late_days"),
    "part of a day": ({"late_days": 2.5}, "late_days"),
    "negative limit": ({"late_days_per_assignment": -1}, "late_days_per_assignment"),
    "more than all points": ({"percent_per_day": 101}, "percent_per_day"),
    "no such setting": ({"late_day": 4}, "nbgrader_config.py sets c.LatePolicy.late_day, but there is no such setting"),
}


@pytest.mark.parametrize(("settings", "message"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_wrong_setting_is_refused_in_one_sentence(settings, message):
    penalties = Penalties(config=Config(LatePolicy=settings), plugin_class=LatePolicy)
    with pytest.raises(ValueError, match=message) as raised:
        penalties.load_rules()
    assert "nbgrader_config.py" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_known_names_are_those_in_the_gradebook_and_in_the_courses_folders(course, tmp_path):
    for folder in ("submitted/sofia/ensembles", "source/regularization", "assignments/hyperparameters"):
        (tmp_path / folder).mkdir(parents=True)
    coursedir = CourseDirectory(root=str(tmp_path), db_url=course)
    (tmp_path / "extensions.csv").write_text(
        "student_id,assignment,days\nada,update_rules,1\nsofia,regularization,1\nada,hyperparameters,1\n"
    )
    penalties = Penalties(config=Config(), plugin_class=LatePolicy)
    assert penalties.load_rules(coursedir).extensions.granted("sofia", "regularization") == timedelta(days=1)
    (tmp_path / "extensions.csv").write_text("student_id,assignment,days\nemmy,update_rules,1\n")
    with pytest.raises(ValueError, match="line 2: there is no student 'emmy'"):
        penalties.load_rules(coursedir)


def penalty_after_preprocessing(url, extensions):
    """Run `Penalties` with an extensions file, and return ada's penalty from the gradebook."""
    config = Config()
    config.LatePolicy.percent_per_day = 10
    preprocessor = Penalties(config=config, plugin_class=LatePolicy, extensions=str(extensions))
    names = {"notebook": "update_rules", "assignment": "update_rules", "student": "ada", "db_url": url}
    preprocessor.preprocess(type("Notebook", (), {"cells": []})(), {"nbgrader": names})
    with Gradebook(url, "demo") as gradebook:
        return gradebook.find_submission("update_rules", "ada").late_submission_penalty


def test_editing_the_file_grants_and_revokes_extensions(course, tmp_path):
    """An extension is granted when its line is added, and revoked when its line is deleted."""
    path = tmp_path / "extensions.csv"
    assert penalty_after_preprocessing(course, path) == 2.0
    path.write_text("student_id,assignment,days\nada,update_rules,1\n")
    assert penalty_after_preprocessing(course, path) == 1.0
    path.write_text("student_id,assignment,days\nada,*,2\n")
    assert penalty_after_preprocessing(course, path) == 0.0
    path.write_text("student_id,assignment,days\n")
    assert penalty_after_preprocessing(course, path) == 2.0


def test_manual_score_counts_when_feedback_is_generated(course, tmp_path):
    """The penalty is a percentage of the points earned, and points may be entered by hand after autograding."""
    with Gradebook(course, "demo") as gradebook:
        gradebook.find_grade("sgd-check", "update_rules", "update_rules", "ada").manual_score = 5
        gradebook.db.commit()
    assert penalty_after_preprocessing(course, tmp_path / "none.csv") == 1.0
