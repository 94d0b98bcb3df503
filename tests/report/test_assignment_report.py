"""The report on an assignment has exactly the numbers that were planted in a made-up class of 300."""

import csv
import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from autograder import catalogue

from .. import commands
from .made_up import CASES, NAME, UNWRITTEN, Answer, Work, add_class, create_course, mistaken, unnamed

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

ASSIGNMENT = catalogue.assignments()[NAME]
WRITTEN = "momentum_or_newton"
HALF, DIAGNOSIS = CASES[:2], "The result is twice as large."
CODE = "def adam(w, dw, config=None):\n    # by Grace Hopper\n    return dw, {}\n"
REASON = "the submitted file is not a notebook"

# How many students submit which work.
PLANTED = [
    (12, None),
    (9, Work(problem=REASON)),
    (40, Work({"sgd": mistaken("wrong_sign")})),
    (25, Work({"adam": mistaken("no_correction", "epsilon_missing", failing=HALF, source=CODE)})),
    (18, Work({"adam": mistaken("no_correction")}, tampering=("np.allclose",))),
    (11, Work({"rmsprop": unnamed(*HALF, diagnosis=DIAGNOSIS)})),
    (4, Work({"rmsprop": unnamed(*CASES, diagnosis=DIAGNOSIS)})),
    (6, Work({"rmsprop": unnamed(*HALF, diagnosis="The result is zero everywhere.")})),
    (7, Work(dict.fromkeys(ASSIGNMENT.exercises, UNWRITTEN))),
    (5, Work({"sgd": unnamed(*CASES)}, stopped=("sgd: stopped: took too long",), cpu=5.2)),
    (3, Work(peak=2e9)),
    (2, Work(mismatch="it looks like another assignment's")),
    (8, Work(by_hand={WRITTEN: 2.5})),
    (3, Work({"sgd": mistaken("wrong_sign")}, by_hand={"sgd": 1.0, WRITTEN: 3.0}, extra={WRITTEN: 0.5})),
    (6, Work(penalty=4.0, flagged=True)),
    (1, Work(recorded=False)),
    (2, Work(graded=False)),
    (138, Work()),
]  # fmt: skip
STUDENTS = {f"s{n:03}": work for n, work in enumerate(work for count, work in PLANTED for _ in range(count))}
GRADED = {student: work for student, work in STUDENTS.items() if work and work.graded}


def planted(condition):
    """Return the students whose work meets a condition."""
    return [student for student, work in GRADED.items() if condition(work)]


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """The folder of the made-up class, and the report's JSON and page."""
    course = create_course(tmp_path_factory.mktemp("class") / "course")
    add_class(course, STUDENTS)
    said = commands.checked("autograder", "report", NAME, cwd=course, preloaded=True)
    page, numbers = (course / "build" / "report" / f"{NAME}.{kind}" for kind in ("html", "json"))
    assert said.split() == [str(page), str(numbers)]
    return course, json.loads(numbers.read_text()), page.read_text(encoding="utf-8")


@pytest.fixture
def numbers(reported):
    return reported[1]


@pytest.fixture(scope="module")
def exported(reported):
    """The rows of the file that `nbgrader export` writes for the assignment, keyed by student."""
    course = reported[0]
    commands.checked("nbgrader", "export", cwd=course, preloaded=True)
    with open(course / "build" / "grades" / f"{NAME}.csv", encoding="utf-8-sig", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_class_of_300_was_planted():
    assert len(STUDENTS) == 300


def test_json_has_the_keys_that_other_programs_rely_on(numbers):
    assert {
        *("assignment", "students", "submitted", "missing", "unreadable", "scores", "exercises", "outliers"),
        "tampering",
    } <= set(numbers)
    assert list(numbers["exercises"]) == list(ASSIGNMENT.exercises)
    for exercise in numbers["exercises"].values():
        assert {"points", "mean", "full", "zero", "discrimination", "mistakes", "unnamed"} <= set(exercise)


def test_missing_unreadable_and_waiting_submissions_are_listed(numbers):
    assert numbers["assignment"] == NAME
    assert (numbers["students"], numbers["submitted"]) == (300, 288)
    assert numbers["missing"] == [student for student, work in STUDENTS.items() if work is None]
    assert numbers["waiting"] == [student for student, work in STUDENTS.items() if work and not work.graded]
    assert numbers["unreadable"] == dict.fromkeys(planted(lambda work: work.problem), REASON)


def test_mistakes_are_those_that_were_planted(numbers):
    expected = {name: Counter() for name in ASSIGNMENT.exercises}
    for work in GRADED.values():
        for name, answer in work.answers.items():
            expected[name].update(answer.mistakes)
    assert {name: each["mistakes"] for name, each in numbers["exercises"].items()} == expected
    assert numbers["exercises"]["adam"]["mistakes"] == {"no_correction": 43, "epsilon_missing": 25}


def test_unnamed_failures_are_grouped_by_equal_behavior(numbers):
    rmsprop, sgd = numbers["exercises"]["rmsprop"], numbers["exercises"]["sgd"]
    assert (rmsprop["unnamed"], sgd["unnamed"], numbers["exercises"]["adam"]["unnamed"]) == (21, 5, 0)
    assert [(group["count"], group["cases"], group["diagnosis"]) for group in rmsprop["groups"]] == [
        (11, list(HALF), DIAGNOSIS),
        (6, list(HALF), "The result is zero everywhere."),
        (4, list(CASES), DIAGNOSIS),
    ]


def test_answers_that_were_not_written_are_not_failures(numbers):
    judged = len(planted(lambda work: work.recorded and not work.problem)) - 7
    for exercise in numbers["exercises"].values():
        assert (exercise["unwritten"], exercise["judged"]) == (7, judged)
        assert exercise["unnamed"] + sum(exercise["mistakes"].values()) < judged


def test_scores_equal_the_exported_totals(numbers, exported):
    assert set(numbers["scores"]) == set(GRADED)
    for student, score in numbers["scores"].items():
        assert score == pytest.approx(float(exported[student]["total"]), abs=1e-9)


@pytest.mark.parametrize("name", [*ASSIGNMENT.exercises, WRITTEN])
def test_statistics_of_points_follow_from_the_exported_points(numbers, exported, name):
    found = (numbers["exercises"] | numbers["written"])[name]
    points = float((ASSIGNMENT.exercises | ASSIGNMENT.written)[name].points)
    scores = np.array([float(exported[student][name]) for student in GRADED])
    assert found["points"] == points
    assert found["mean"] == pytest.approx(scores.mean())
    assert found["full"] == pytest.approx((scores > points - 1e-6).mean())
    assert found["zero"] == pytest.approx((scores < 1e-6).mean())


@pytest.mark.parametrize("name", ["sgd", "adam", "rmsprop", WRITTEN])
def test_discrimination_is_the_correlation_with_the_other_exercises(numbers, exported, name):
    rows = [exported[student] for student in GRADED if not GRADED[student].problem]
    x = np.array([float(row[name]) for row in rows])
    y = np.array([sum(float(row[other]) for other in ASSIGNMENT.exercises if other != name) for row in rows])
    expected = ((x - x.mean()) * (y - y.mean())).mean() / (x.std() * y.std())
    found = (numbers["exercises"] | numbers["written"])[name]["discrimination"]
    assert found == pytest.approx(expected)


def test_histogram_counts_every_graded_submission(numbers):
    edges, counts = numbers["distribution"]["edges"], numbers["distribution"]["counts"]
    assert (edges[0], len(edges)) == (0, len(counts) + 1)
    assert edges[-1] >= max(ASSIGNMENT.points, *numbers["scores"].values())
    for (left, right), count in zip(pairwise(edges[:-1]), counts[:-1], strict=True):
        assert count == sum(left <= score < right for score in numbers["scores"].values())
    assert sum(counts) == len(GRADED)


def test_submissions_that_need_a_look_are_listed(numbers):
    assert numbers["stopped"] == {s: list(GRADED[s].stopped) for s in planted(lambda work: work.stopped)}
    assert numbers["tampering"] == {s: ["np.allclose"] for s in planted(lambda work: work.tampering)}
    assert list(numbers["mismatch"]) == planted(lambda work: work.mismatch)
    assert numbers["flagged"] == planted(lambda work: work.flagged)
    assert list(numbers["by_hand"]) == planted(lambda work: work.by_hand)
    assert numbers["late"] == dict.fromkeys(planted(lambda work: work.penalty), 4.0)
    assert numbers["unrecorded"] == planted(lambda work: not work.recorded)
    to_mark = planted(lambda work: not work.problem and WRITTEN not in work.by_hand)
    assert numbers["unmarked"] == {student: [WRITTEN] for student in to_mark}
    assert numbers["written"][WRITTEN]["unmarked"] == len(to_mark)


def test_outliers_in_time_and_memory_are_listed(numbers):
    slow = {student: {"cpu": 5.2} for student in planted(lambda work: work.cpu > 1)}
    large = {student: {"peak": 2e9} for student in planted(lambda work: work.peak > 1e9)}
    assert numbers["outliers"] == slow | large


def test_example_shows_only_the_function(numbers):
    assert numbers["exercises"]["adam"]["examples"]["no_correction"].startswith("def adam(w, dw, config=None):")
    assert "Grace" not in json.dumps(numbers)


def test_page_has_the_planted_counts(reported):
    page = reported[2]
    for text in (
        *("Missing: 12", "Unreadable: 9", "Tampering, without effect: 18", "Perhaps the wrong notebook: 2"),
        *("<code>no_correction</code>: 43 answers", "Not a known mistake: 11 answers that behave like this"),
        "2 collected submissions are not graded yet",
    ):
        assert text in page
    assert len(page.encode()) < 3e6


def test_case_that_nearly_everyone_fails_is_named(tmp_path):
    course = create_course(tmp_path / "course")
    withdrawn = unnamed(CASES[2], withdrawn=(CASES[2],))
    works = [Work({"sgd": unnamed(CASES[3]), "adam": unnamed(CASES[0]), "adagrad": withdrawn})] * 8
    works += [Work({"sgd": unnamed(CASES[3])}), Work({"adam": unnamed(CASES[0]), "rmsprop": Answer()})]
    works += [Work({"sgd": UNWRITTEN, "adam": unnamed(CASES[1])})]
    add_class(course, {f"s{n}": work for n, work in enumerate(works)})
    commands.checked("autograder", "report", NAME, "--html", "a.html", "--json", "a.json", cwd=course, preloaded=True)
    assert json.loads((course / "a.json").read_text())["suspects"] == [
        {"exercise": "adam", "case": CASES[0], "failed": 9, "judged": 11},
        {"exercise": "sgd", "case": CASES[3], "failed": 9, "judged": 10},
    ]
    assert "9 of 10 answers fail" in (course / "a.html").read_text(encoding="utf-8")
