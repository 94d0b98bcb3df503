"""Exported grades are correct, complete and safe to open in a spreadsheet."""

import csv

import pytest
from nbgrader.api import Gradebook

from autograder.plugin.grades_csv import GradesExport, escape_formula

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
MALICIOUS = '=cmd|" /C calc"!A0'


@pytest.fixture(scope="module")
def exported(alembic, tmp_path_factory):
    """A folder with the exported grades of two students, one of whom submitted nothing."""
    folder = tmp_path_factory.mktemp("grades")
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "demo") as gradebook:
        gradebook.add_assignment("update_rules")
        gradebook.add_notebook("update_rules", "update_rules")
        for name, points, kind in (("sgd-check", 1, "code"), ("adam-check", 5, "code"), ("why", 3, "markdown")):
            gradebook.add_grade_cell(name, "update_rules", "update_rules", max_score=points, cell_type=kind)
        gradebook.add_student("ada", last_name="Lovelace, Countess", first_name=MALICIOUS)
        gradebook.add_student("emmy")
        gradebook.add_submission("update_rules", "ada")
        for name, auto, manual in (("sgd-check", 1, None), ("adam-check", 2.5, None), ("why", None, 2)):
            grade = gradebook.find_grade(name, "update_rules", "update_rules", "ada")
            grade.auto_score, grade.manual_score = auto, manual
        notebook = gradebook.find_submission_notebook("update_rules", "update_rules", "ada")
        notebook.late_submission_penalty = 0.5
        gradebook.db.commit()
        GradesExport(to=str(folder / "grades.csv")).export(gradebook)
    return folder


def read_rows(path):
    """Return the rows of a CSV file, keyed by student."""
    with open(path, encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_assignment_file_has_one_row_per_student_and_one_column_per_exercise(exported):
    rows = read_rows(exported / "grades" / "update_rules.csv")
    assert list(rows["ada"])[4:] == ["sgd", "adam", "why", "late_submission_penalty", "total"]
    assert [float(rows["ada"][name]) for name in ("sgd", "adam", "why", "total")] == [1, 2.5, 2, 5]
    assert [float(rows["emmy"][name]) for name in ("sgd", "adam", "why", "total")] == [0, 0, 0, 0]


def test_course_file_has_one_row_per_student_and_assignment(exported):
    rows = read_rows(exported / "grades.csv")
    assert (float(rows["ada"]["score"]), float(rows["ada"]["max_score"])) == (5, 9)
    assert float(rows["emmy"]["score"]) == 0


def test_names_keep_commas_and_are_not_formulas(exported):
    for path in (exported / "grades.csv", exported / "grades" / "update_rules.csv"):
        ada = read_rows(path)["ada"]
        assert ada["last_name"] == "Lovelace, Countess"
        assert ada["first_name"] == f"'{MALICIOUS}"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1"])
def test_formulas_are_escaped(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(("value", "written"), [(-0.5, -0.5), ("ada", "ada"), (None, ""), ("a=b", "a=b")])
def test_other_values_are_not_escaped(value, written):
    assert escape_formula(value) == written
