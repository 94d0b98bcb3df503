"""Unmodified nbgrader generates, autogrades, and writes feedback for every assignment, with three kinds of answers."""

import html
import json
import re

import nbformat
import pytest

from autograder import catalogue
from autograder.demo.course import create_course
from autograder.demo.standalone import standalone
from autograder.demo.students import Student
from autograder.grading.job import read_result
from autograder.paths import ROOT, verdict_file

from . import commands


def planted_mistakes(assignment):
    """Choose a known mistake for every second exercise. Its position in the exercise's list varies."""
    exercises = list(assignment.exercises.values())[::2]
    return {exercise.name: exercise.mistakes[i % len(exercise.mistakes)] for i, exercise in enumerate(exercises)}


@pytest.fixture(scope="module", params=list(catalogue.assignments()))
def graded(request, confinement, tmp_path_factory):
    """The folder of a course in which an assignment has been graded, and the assignment."""
    assignment = catalogue.assignments()[request.param]
    name = assignment.name
    course = create_course(ROOT, tmp_path_factory.mktemp(name) / "course", name)
    released = nbformat.read(course / "assignments" / name / f"{name}.ipynb", as_version=4)
    answers = {
        exercise: standalone(mistake.function, exercise) for exercise, mistake in planted_mistakes(assignment).items()
    }
    for student in (Student("perfect", ""), Student("empty", "", untouched=True), Student("mixed", "", answers)):
        folder = course / "build" / "submitted" / student.name / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_bytes(student.notebook(assignment, released))
    for step in ("generate_assignment", "autograde", "generate_feedback"):
        commands.checked("nbgrader", step, name, cwd=course, preloaded=True)
    return course, assignment


@pytest.fixture
def points(graded):
    """The points in the gradebook, keyed by student and then by exercise."""
    from nbgrader.api import Gradebook

    course, assignment = graded
    with Gradebook(f"sqlite:///{course / 'build' / 'gradebook.db'}", "demo") as gradebook:
        return {
            submission.student_id: {
                grade.name.removesuffix("-check"): grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.name.removesuffix("-check") in assignment.exercises
            }
            for submission in gradebook.assignment_submissions(assignment.name)
        }


def verdicts(graded, student):
    course, assignment = graded
    return read_result(verdict_file(course, assignment.name, student))["verdicts"]


def test_correct_answers_get_full_credit(graded, points):
    assert points["perfect"] == {name: exercise.points for name, exercise in graded[1].exercises.items()}


def test_untouched_notebook_gets_no_points(graded, points):
    assert points["empty"] == dict.fromkeys(graded[1].exercises, 0)


def test_mistakes_cost_points_only_in_their_own_and_dependent_exercises(graded, points):
    """A correct exercise may lose points if it is checked with a wrong one, such as its forward pass."""
    exercises, wrong = graded[1].exercises, set(planted_mistakes(graded[1]))
    lost = {name for name, score in points["mixed"].items() if score < exercises[name].points}
    together = {name for name, exercise in exercises.items() if wrong.intersection(exercise.function_names())}
    assert wrong <= lost <= wrong | together


def test_feedback_names_every_distinguishable_mistake(graded):
    course, assignment = graded
    page = course / "build" / "feedback" / "mixed" / assignment.name / f"{assignment.name}.html"
    text = html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))
    expected = {name: m for name, m in planted_mistakes(assignment).items() if not m.indistinguishable}
    found = {name: verdict for name, verdict in verdicts(graded, "mixed").items() if name in expected}
    others = {name: {m.name for m in assignment.exercises[name].mistakes} - {expected[name].name} for name in expected}
    assert [name for name in expected if found[name]["mistake"] in others[name] | {""}] == []
    sentences = [part for verdict in found.values() for part in verdict["hint"].replace("`", "").split("? ")]
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_report_counts_what_the_judge_found(graded, points):
    """The report reads the files that real grading writes."""
    course, assignment = graded
    commands.checked("autograder", "report", assignment.name, cwd=course, preloaded=True)
    report = json.loads((course / "build" / "report" / f"{assignment.name}.json").read_text())
    assert (report["submitted"], report["missing"], report["unreadable"]) == (3, [], {})
    assert report["scores"] == {student: pytest.approx(sum(scores.values())) for student, scores in points.items()}
    found = verdicts(graded, "mixed")
    for name, exercise in report["exercises"].items():
        assert exercise["mean"] == pytest.approx(sum(scores[name] for scores in points.values()) / 3)
        assert exercise["unwritten"] == 1
        assert exercise["mistakes"] == dict.fromkeys(found[name]["mistakes"], 1)
        lost = found[name]["score"] < found[name]["points"]
        assert exercise["unnamed"] == int(lost and not found[name]["mistakes"])
