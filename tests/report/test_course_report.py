"""The report on a course follows assignments, exercises, and students through a made-up term."""

import json
from datetime import datetime

import numpy as np
import pytest

from autograder import catalogue
from autograder.report.course import course_numbers, falling_behind
from autograder.report.grades import Graded, Grades, Submission

from .. import commands
from .made_up import CASES, Work, add_class, create_course, unnamed

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

# In the order of due dates, which is neither alphabetical nor the order in which they were added.
TERM = ["update_rules", "babysitting", "sanity_checks", "gradient_checking"]
RIGHT, UNREADABLE = Work(), Work(problem="it is not a notebook")


def partly(name, failing):
    """Return work in which all answers fail some cases."""
    return Work(dict.fromkeys(catalogue.assignments()[name].exercises, unnamed(*CASES[:failing])))


def works(name):
    last = name in TERM[-2:]
    return {
        "ada": RIGHT,
        "byron": None if last else RIGHT,
        "carol": partly(name, 3) if last else RIGHT,
        "dorothy": partly(name, 3),
        "emmy": UNREADABLE if name == TERM[0] else RIGHT,
        "fermat": None if name == TERM[-1] else RIGHT,
        "grace": RIGHT,
    }


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    course = create_course(tmp_path_factory.mktemp("term") / "course")
    for name in sorted(TERM):
        add_class(course, works(name), name, due=datetime(2024, 9, 1 + TERM.index(name)))
    commands.checked("autograder", "report", "--course", cwd=course, preloaded=True)
    page, numbers = (course / "build" / "report" / f"course.{kind}" for kind in ("html", "json"))
    return json.loads(numbers.read_text()), page.read_text(encoding="utf-8")


def test_assignments_are_in_the_order_of_due_dates(reported):
    assert list(reported[0]["assignments"]) == TERM
    assert reported[0]["students"] == 7


@pytest.mark.parametrize("name", TERM)
def test_statistics_of_each_assignment_follow_from_its_percentages(reported, name):
    found, trajectories = reported[0]["assignments"][name], reported[0]["trajectories"]
    percents = [each[name] for each in trajectories.values() if each[name] is not None]
    assert found["submitted"] == sum(work is not None for work in works(name).values()) == len(percents)
    assert found["missing"] == 7 - found["submitted"]
    assert found["quartiles"] == pytest.approx(np.percentile(percents, [25, 50, 75]))
    assert found["mean"] == pytest.approx(np.mean(percents) * found["points"] / 100)


def test_trajectory_has_the_percentage_of_each_assignment(reported):
    assignment = catalogue.assignments()[TERM[2]]
    exercises = sum(exercise.points for exercise in assignment.exercises.values())
    carol = reported[0]["trajectories"]["carol"]
    assert list(carol) == TERM
    assert carol[TERM[2]] == pytest.approx(100 * 0.25 * exercises / assignment.points)
    assert reported[0]["trajectories"]["byron"][TERM[2]] is None


def test_exercises_of_all_assignments_are_listed(reported):
    expected = {(name, item) for name in TERM for item in catalogue.assignments()[name].exercises}
    expected |= {(name, item) for name in TERM for item in catalogue.assignments()[name].written}
    assert {(each["assignment"], each["name"]) for each in reported[0]["exercises"]} == expected


def test_students_who_are_falling_behind_are_listed(reported):
    """Dorothy has always had low scores, and Fermat has missed only the last assignment."""
    behind, page = reported[0]["behind"], reported[1]
    assert list(behind) == ["byron", "carol"]
    assert behind["byron"] == f"submitted neither {TERM[2]} nor {TERM[3]}"
    assert "percentage points lower than before" in behind["carol"]
    for reason in behind.values():
        assert reason in page


MEDIANS = {"a": 80.0, "b": 70.0, "c": 90.0, "d": 60.0}


@pytest.mark.parametrize(
    ("percents", "reason"),
    [
        ([80, 70, 90, 60], ""),
        ([80, 70, 60, 30], "30 percentage points lower than before, relative to the class, in c and d"),
        ([80, 70, 60, None], "30 percentage points lower than before, relative to the class, in c and d"),
        ([80, 70, 75, 45], ""),
        ([100, 100, 95, 65], ""),
        ([None, None, 0, 0], ""),
        ([80, 70, None, None], "submitted neither c nor d"),
        ([None] * 4, "submitted neither c nor d"),
    ],
)
def test_student_is_compared_with_the_class_and_with_earlier_assignments(percents, reason):
    assert falling_behind(dict(zip(MEDIANS, percents, strict=True)), MEDIANS) == reason


@pytest.mark.parametrize(("percents", "reason"), [({}, ""), ({"a": None}, ""), ({"a": 10}, "")])
def test_single_assignment_shows_no_trend(percents, reason):
    assert falling_behind(percents, {"a": 80.0}) == reason


def test_nobody_is_behind_in_an_assignment_that_is_not_due_yet():
    items = [Graded("sgd", 1.0, True)]
    done = {student: Submission({"sgd": 1.0}) for student in ("ada", "byron")}
    names = ("a", "b", "c")
    term = [
        Grades(name, datetime(2024, 9, day), items, done if name == "a" else {"ada": Submission({"sgd": 1.0})})
        for day, name in enumerate(names, 1)
    ]
    for day, behind in ((2, []), (3, ["byron"])):
        found = course_numbers("demo", term, ["ada", "byron"], {}, datetime(2024, 9, day, 12))
        assert list(found["assignments"]) == list(names)
        assert list(found["behind"]) == behind
