"""Grades as CSV: right, whole, and nothing in them that a spreadsheet runs."""

import csv

import pytest
from nbgrader.api import Gradebook

from autograder.plugin.grades_csv import GradesExport, inert

# nbgrader's models warn of themselves.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
NASTY = '=cmd|" /C calc"!A0'


@pytest.fixture
def exported(tmp_path):
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "demo") as gradebook:
        gradebook.add_assignment("update_rules")
        gradebook.add_notebook("update_rules", "update_rules")
        for name, points, kind in (("sgd-check", 1, "code"), ("adam-check", 5, "code"), ("why", 3, "markdown")):
            gradebook.add_grade_cell(name, "update_rules", "update_rules", max_score=points, cell_type=kind)
        gradebook.add_student("ada", last_name="Lovelace, Countess", first_name=NASTY)
        gradebook.add_student("emmy")
        gradebook.add_submission("update_rules", "ada")
        for name, auto, manual in (("sgd-check", 1, None), ("adam-check", 2.5, None), ("why", None, 2)):
            grade = gradebook.find_grade(name, "update_rules", "update_rules", "ada")
            grade.auto_score, grade.manual_score = auto, manual
        notebook = gradebook.find_submission_notebook("update_rules", "update_rules", "ada")
        notebook.late_submission_penalty = 0.5
        gradebook.db.commit()
        GradesExport(to=str(tmp_path / "grades.csv")).export(gradebook)
    return tmp_path


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_an_assignment_has_a_row_a_student_and_a_column_an_exercise(exported):
    found = rows(exported / "grades" / "update_rules.csv")
    assert list(found["ada"])[4:] == ["sgd", "adam", "why", "late_submission_penalty", "total"]
    assert [float(found["ada"][name]) for name in ("sgd", "adam", "why", "total")] == [1, 2.5, 2, 5]
    assert [float(found["emmy"][name]) for name in ("sgd", "adam", "why", "total")] == [0, 0, 0, 0]


def test_the_course_has_a_row_a_student_and_assignment(exported):
    found = rows(exported / "grades.csv")
    assert (float(found["ada"]["score"]), float(found["ada"]["max_score"])) == (5, 9)
    assert float(found["emmy"]["score"]) == 0


def test_names_stay_in_their_columns_and_are_no_formulas(exported):
    for path in (exported / "grades.csv", exported / "grades" / "update_rules.csv"):
        ada = rows(path)["ada"]
        assert ada["last_name"] == "Lovelace, Countess"
        assert ada["first_name"] == f"'{NASTY}"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1"])
def test_formulas_are_made_text(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize(("value", "written"), [(-0.5, -0.5), ("ada", "ada"), (None, ""), ("a=b", "a=b")])
def test_everything_else_is_left_alone(value, written):
    assert inert(value) == written
