"""Exported grades are correct, complete, and safe to open in a spreadsheet, and platforms can import them."""

import csv
import json
import logging
from datetime import datetime

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.paths import identities_file, verdict_file
from autograder.plugin.grades_csv import GradesExport
from autograder.plugin.safe_csv import escape_formula

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
MALICIOUS = '=cmd|" /C calc"!A0'
POINTS = {"sgd-check": 1, "adam-check": 5, "why": 3, "how": 2}  # the last two are graded by hand
GRADES = {  # automatic scores, and those that were set by hand
    "ada": ({"sgd-check": 1, "adam-check": 5 / 3}, {"why": 2, "how": 1}),
    "grace": ({"sgd-check": 1, "adam-check": 5}, {"why": 3}),
    "zoë": ({"sgd-check": 0, "adam-check": 0, "why": 0, "how": 0}, {}),
}


@pytest.fixture(scope="module")
def course(alembic, tmp_path_factory):
    """A course whose students' work is graded, partly graded, unreadable, waiting to be graded, or missing."""
    folder = tmp_path_factory.mktemp("grades")
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "demo") as gradebook:
        gradebook.add_assignment("update_rules")
        gradebook.add_notebook("update_rules", "update_rules")
        for name, points in POINTS.items():
            kind = "code" if name.endswith("-check") else "markdown"
            gradebook.add_grade_cell(name, "update_rules", "update_rules", max_score=points, cell_type=kind)
        gradebook.add_student("ada", last_name="Lovelace, Countess", first_name=MALICIOUS)
        gradebook.add_student("zoë", last_name="Ørsted", first_name="Zoë", email="zoe@uni.edu")
        for student in ("emmy", "grace", "mary"):
            gradebook.add_student(student)
        for student, (automatic, by_hand) in GRADES.items():
            gradebook.add_submission("update_rules", student).timestamp = datetime(2026, 10, 16, 21, 59)
            for name in POINTS:
                grade = gradebook.find_grade(name, "update_rules", "update_rules", student)
                grade.auto_score, grade.manual_score = automatic.get(name), by_hand.get(name)
                grade.needs_manual_grade = name not in automatic and name not in by_hand
        notebook = gradebook.find_submission_notebook("update_rules", "update_rules", "ada")
        notebook.late_submission_penalty = 0.5
        gradebook.db.commit()
    (folder / "build" / "submitted" / "mary" / "update_rules").mkdir(parents=True)
    verdict = verdict_file(folder, "update_rules", "zoë")
    verdict.parent.mkdir(parents=True)
    verdict.write_text(json.dumps({"problem": "the submitted file is empty"}))
    return folder


@pytest.fixture(scope="module")
def export(course):
    """``export(...)``: export the grades with these settings, and return the log's messages."""

    def exported(config=None, **settings):
        messages = []
        log = logging.getLogger("test_grades_csv")
        log.setLevel(logging.INFO)
        log.handlers = [logging.Handler()]
        log.handlers[0].emit = lambda record: messages.append(record.getMessage())
        plugin = GradesExport(to=str(course / "grades.csv"), course=str(course), log=log, config=config, **settings)
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "demo") as gradebook:
            plugin.export(gradebook)
        return messages

    return exported


@pytest.fixture(scope="module")
def exported(course, export):
    """The folder with the exported grades, and the log's messages."""
    return course, export()


def read_rows(path, key="student_id"):
    """Return the rows of a CSV file, keyed by student."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def test_assignment_file_has_one_row_per_student_and_one_column_per_exercise(exported):
    rows = read_rows(exported[0] / "grades" / "update_rules.csv")
    names = ("sgd", "adam", "why", "how", "late_submission_penalty", "total")
    assert list(rows["ada"])[4:] == [*names, "status"]
    assert [rows["ada"][name] for name in names] == ["1", "1.67", "2", "1", "0.5", "5.17"]
    assert [rows["emmy"][name] for name in names] == ["0"] * 6


def test_first_row_of_an_assignment_has_the_possible_points(exported):
    rows = read_rows(exported[0] / "grades" / "update_rules.csv")
    assert next(iter(rows)) == "points possible"
    assert list(rows["points possible"].values()) == ["points possible", "", "", "", "1", "5", "3", "2", "", "11", ""]


def test_course_file_has_one_row_per_student_and_assignment(exported):
    rows = read_rows(exported[0] / "grades.csv")
    assert len(rows) == 5
    assert (rows["ada"]["raw_score"], rows["ada"]["score"], rows["ada"]["max_score"]) == ("5.67", "5.17", "11")
    assert rows["emmy"]["score"] == "0"


@pytest.mark.parametrize("name", ["grades.csv", "grades/update_rules.csv"])
def test_status_says_why_there_are_no_points(exported, name):
    rows = read_rows(exported[0] / name)
    status = {"ada": "marked", "emmy": "none", "grace": "unmarked", "mary": "unmarked", "zoë": "unreadable"}
    assert {student: rows[student]["status"] for student in status} == status


def test_answers_to_grade_by_hand_are_counted(exported):
    assert "update_rules: 1 written answers in 1 submissions are not graded yet, and count as 0 points" in exported[1]


def test_names_keep_commas_and_are_not_formulas(exported):
    for path in (exported[0] / "grades.csv", exported[0] / "grades" / "update_rules.csv"):
        ada = read_rows(path)["ada"]
        assert ada["last_name"] == "Lovelace, Countess"
        assert ada["first_name"] == f"'{MALICIOUS}"


def test_only_files_with_non_ascii_characters_have_a_byte_order_mark(course, export):
    mark = b"\xef\xbb\xbf"
    export(student=["ada", "emmy"])
    assert not (course / "grades.csv").read_bytes().startswith(mark)
    export()
    assert (course / "grades.csv").read_bytes().startswith(mark)
    export(format="canvas")
    assert not (course / "grades" / "canvas" / "update_rules.csv").read_bytes().startswith(mark)


IDENTITIES = {
    "canvas": {
        "ada": {"canvas_id": "777", "sis user id": "s1", "sis login id": "al", "student": "King, Ada", "section": "1"},
        "zoë": {"canvas_id": "778"},
    },
    "moodle": {"ada": {"identifier": "4711", "email": "ada@uni.edu"}, "zoë": {"identifier": "Participant 4712"}},
    "gradescope": {"ada": {"sid": "s1", "email": "ada@uni.edu"}},
}
ADA = "sgd 1/1; adam 1.67/5; why 2/3; how 1/2; late penalty 0.5"
TABLES = {
    "canvas": [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Update rules (99)"],
        ["    Points Possible", "", "", "", "", "11"],
        ["King, Ada", "777", "s1", "al", "1", "5.17"],
        ["emmy", "", "", "emmy", "", "0"],
        ["Ørsted, Zoë", "778", "", "", "", "0"],
    ],
    "moodle": [
        [
            *("Identifier", "Full name", "ID number", "Email address", "Grade", "Maximum Grade"),
            *("Last modified (grade)", "Feedback comments"),
        ],
        ["Participant 4711", f"'{MALICIOUS} Lovelace, Countess", "", "ada@uni.edu", "5.17", "11", "", ADA],
        ["", "emmy", "", "", "0", "11", "", "Nothing was submitted."],
        [
            *("Participant 4712", "Zoë Ørsted", "", "zoe@uni.edu", "0", "11", ""),
            "The submission could not be read: see your feedback.",
        ],
    ],
    "gradescope": [
        [
            *("First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time"),
            *("1: sgd (1.0 pts)", "2: adam (5.0 pts)", "3: why (3.0 pts)", "4: how (2.0 pts)"),
        ],
        [
            *(f"'{MALICIOUS}", "Lovelace, Countess", "s1", "ada@uni.edu", "5.17", "11", "Graded"),
            *("2026-10-16 21:59:00 +0000", "1", "1.67", "2", "1"),
        ],
        ["", "", "emmy", "", "0", "11", "Missing", "", "0", "0", "0", "0"],
        [
            *("Zoë", "Ørsted", "zoë", "zoe@uni.edu", "0", "11", "Graded", "2026-10-16 21:59:00 +0000"),
            *("0", "0", "0", "0"),
        ],
    ],
}


@pytest.mark.parametrize("platform", TABLES)
def test_platform_gets_its_own_columns_and_its_own_names_for_students(course, export, platform):
    known = identities_file(course, platform, "update_rules")
    known.parent.mkdir(parents=True)
    known.write_text(json.dumps(IDENTITIES[platform]))
    # This is how nbgrader passes on `--format canvas`.
    config = Config({"format": platform})
    export(config, student=["ada", "emmy", "zoë"], titles={"update_rules": "Update rules (99)"})
    with open(course / "grades" / platform / "update_rules.csv", encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert sorted(found) == sorted(TABLES[platform])
    assert found[0] == TABLES[platform][0]


def test_unknown_format_is_refused(export):
    with pytest.raises(SystemExit):
        export(format="excel")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1"])
def test_formulas_are_escaped(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(("value", "written"), [(-0.5, -0.5), ("ada", "ada"), (None, ""), ("a=b", "a=b")])
def test_values_that_are_not_formulas_are_not_escaped(value, written):
    assert escape_formula(value) == written
