"""A term is restored from a backup into another folder, and every number is the same, even after another regrade."""

import csv
import html
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder import catalogue
from autograder.commands.backup import backup, restore
from autograder.demo.standalone import standalone
from autograder.demo.students import Student

from . import commands
from .courses import lay_out

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
FIRST, SECOND, THIRD = "learning_rates", "update_rules", "ensembles"  # nobody submits the third one
DUE = {name: datetime(2026, 3, 1, 12) + timedelta(weeks=week) for week, name in enumerate((FIRST, SECOND, THIRD))}
POLICY = """
c.LatePolicy.percent_per_day = 10
c.LatePolicy.grace_minutes = 15
c.LatePolicy.late_days = 3
c.LatePolicy.late_days_per_assignment = 2
"""
EXTENSIONS = f"student_id,assignment,days\nemmy,{FIRST},2\nsofia,*,1\n"
# For each submission: the hours after the due date, the late days used, and the days penalized. Late days cover at most
# two days per assignment, and three in all. Emmy's extension of two days, and Sofia's of one, come first.
SUBMISSIONS = {
    ("ada", FIRST): (30, 2, 0),
    ("ada", SECOND): (50, 1, 2),
    ("emmy", FIRST): (47, 0, 0),
    ("emmy", SECOND): (0.2, 0, 0),
    ("sofia", SECOND): (24 + 73, 2, 2),
}
WRITTEN = {FIRST: "three_claims", SECOND: "momentum_or_newton"}


def gradebook(course):
    return Gradebook(f"sqlite:///{course / 'build' / 'gradebook.db'}", "demo")


def run(course, *steps):
    for step in steps:
        commands.checked("nbgrader", *step.split(), cwd=course, preloaded=True)


def numbers(course):
    """Write the feedback and the exported files again. Return all exported rows, and what the pages say at the top."""
    run(course, f"generate_feedback {FIRST}", f"generate_feedback {SECOND}", "export")
    build = course / "build"
    found = {}
    for path in (build / "grades.csv", build / "late_days.csv", *sorted((build / "grades").glob("*.csv"))):
        with open(path, encoding="utf-8", newline="") as file:
            found[path.name] = list(csv.DictReader(file))
    for student, assignment in SUBMISSIONS:
        page = (build / "feedback" / student / assignment / f"{assignment}.html").read_text(encoding="utf-8")
        top = re.findall(r'<p class="(?:total|late)">(.*?)</p>', page, re.DOTALL)
        found[f"{student}'s {assignment}"] = [re.sub(r"\s+", " ", line) for line in top]
    return found


@pytest.fixture(scope="module")
def course(confinement, tmp_path_factory, alembic_on_path):
    """A term with late work, extensions, hand-set scores, a bonus, comments, and a regrade."""
    course = lay_out(tmp_path_factory.mktemp("term") / "course", FIRST, SECOND)
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write(POLICY)
    (course / "extensions.csv").write_text(EXTENSIONS, encoding="utf-8")
    run(course, f"generate_assignment {FIRST}", f"generate_assignment {SECOND}")
    with gradebook(course) as book:
        for name, due in DUE.items():
            book.update_or_create_assignment(name, duedate=due)
        for student in ("ada", "emmy", "sofia"):
            book.add_student(student, first_name=student.title())
    for student, name in SUBMISSIONS:
        submit(course, student, name)
    run(course, f"autograde {SECOND}", f"autograde {FIRST}")  # not in order of due date
    mark(course)
    run(course, f"autograde {FIRST} --force")
    return course


def submit(course, student, name):
    assignment = catalogue.assignments()[name]
    released = nbformat.read(course / "build" / "release" / name / f"{name}.ipynb", as_version=4)
    exercise = list(assignment.exercises.values())[-1]
    wrong = {} if student == "ada" else {exercise.name: standalone(exercise.mistakes[0].function, exercise.name)}
    folder = course / "build" / "submitted" / student / name
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_bytes(Student(student, "", wrong).notebook(assignment, released))
    sent = DUE[name] + timedelta(hours=SUBMISSIONS[student, name][0])
    (folder / "timestamp.txt").write_text(f"{sent:%Y-%m-%d %H:%M:%S.%f} UTC")


def mark(course):
    """Grade the written answers by hand, correct two scores, and give a bonus and comments."""
    with gradebook(course) as book:
        for student, name in SUBMISSIONS:
            written = book.find_grade(WRITTEN[name], name, name, student)
            written.manual_score, written.needs_manual_grade = 1.5, False
            book.find_comment(WRITTEN[name], name, name, student).manual_comment = f"Well done, {student}"
        grades = {grade.name: grade for grade in book.find_submission(FIRST, "ada").notebooks[0].grades}
        next(iter(grades.values())).extra_credit = 0.75
        automatic = next(grade for name, grade in grades.items() if name.endswith("-check"))
        automatic.manual_score = automatic.auto_score / 2
        book.db.commit()


@pytest.fixture(scope="module")
def alembic_on_path():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
        yield


@pytest.fixture(scope="module")
def before(course):
    return numbers(course)


def test_penalties_and_late_days_are_those_computed_by_hand(before):
    rows = {(row["student_id"], row["assignment"]): row for row in before["grades.csv"]}
    for (student, assignment), (_, _, penalized) in SUBMISSIONS.items():
        row = rows[student, assignment]
        raw, penalty, score = (float(row[key]) for key in ("raw_score", "late_submission_penalty", "score"))
        assert raw > 10
        assert penalty == pytest.approx(raw * penalized / 10, abs=0.011), (student, assignment)
        assert score == pytest.approx(raw - penalty, abs=0.011)
        (total, *_) = before[f"{student}'s {assignment}"]
        assert float(total.split(" of ")[0]) == pytest.approx(score, abs=0.006)
    days = {row["student_id"]: (row[FIRST], row[SECOND], row["used"], row["left"]) for row in before["late_days.csv"]}
    assert days == {"ada": ("2", "1", "3", "0"), "emmy": ("0", "0", "0", "3"), "sofia": ("0", "2", "2", "1")}
    assert before[f"ada's {FIRST}"][1] == "Submitted 2 days late: 2 late days used, 0 left."
    assert before[f"ada's {SECOND}"][1] == "Submitted 3 days late: 1 late day used, 0 left."
    assert before[f"emmy's {SECOND}"][1] == "Submitted on time: no late days used, 3 left."


def test_bonus_and_manual_grades_are_in_the_exported_grades(course, before):
    row = next(row for row in before[f"{FIRST}.csv"] if row["student_id"] == "ada")
    assert float(row[WRITTEN[FIRST]]) in (1.5, 2.25)
    with gradebook(course) as book:
        assert float(row["total"]) == pytest.approx(book.find_submission(FIRST, "ada").score, abs=0.006)


def test_feedback_shows_times_bonus_comments_and_scores_set_by_hand(course, before):
    def shown(student, name):
        page = (course / "build" / "feedback" / student / name / f"{name}.html").read_text(encoding="utf-8")
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page.partition('<div class="notebook">')[0])))

    late = shown("ada", FIRST)
    for text in (
        "Student Ada (ada) Submitted Monday, March 2, 2026, 18:00 UTC Due Sunday, March 1, 2026, 12:00 UTC Late 2 days",
        "including a bonus of 0.75",
        "This costs no points.",
        ", instead of the automatic ",
        "with a comment",
    ):
        assert text in late.replace("  ", " ")
    extended = shown("emmy", FIRST)
    assert re.search(r"Due Tuesday, March 3, 2026, 12:00 UTC\s+Extension 2 days", extended)
    assert " Late " not in extended
    (exercise,) = re.findall(r"Where you lost points\s+(\w+)", extended)
    last = list(catalogue.assignments()[FIRST].exercises.values())[-1]
    assert exercise == last.name
    assert last.mistakes[0].hint.replace("`", "").split("? ")[0] in extended.replace("  ", " ")


WRONG = {
    "unknown student": ("x,*,2\n", "extensions.csv, line 2: there is no student 'x' in this course."),
    "unknown assignment": ("ada,x,2\n", "extensions.csv, line 2: there is no assignment 'x' in this course."),
}


@pytest.mark.parametrize("step", ["autograde", "generate_feedback"])
@pytest.mark.parametrize(("line", "message"), WRONG.values(), ids=WRONG)
def test_wrong_extension_stops_the_command_before_it_changes_anything(course, before, step, line, message):
    (course / "extensions.csv").write_text(f"student_id,assignment,days\n{line}", encoding="utf-8")
    written = {path: path.stat().st_mtime_ns for path in course.glob(f"build/*/*/{FIRST}/*")}
    done = commands.run("nbgrader", step, FIRST, "--force", cwd=course, preloaded=True)
    (course / "extensions.csv").write_text(EXTENSIONS, encoding="utf-8")
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert len(re.findall("ERROR", done.stderr)) == 1
    assert written == {path: path.stat().st_mtime_ns for path in course.glob(f"build/*/*/{FIRST}/*")}


def test_restored_term_has_the_same_numbers_before_and_after_a_regrade(course, before, tmp_path, monkeypatch, capsys):
    file, other = tmp_path / "term.tar.gz", tmp_path / "other"
    assert backup(course, file) == 0
    (other / "build").mkdir(parents=True)
    assert restore(other, file) == 0
    assert (other / "extensions.csv").read_text(encoding="utf-8") == EXTENSIONS
    assert str(course) not in (other / "nbgrader_config.py").read_text(encoding="utf-8")
    course.rename(tmp_path / "gone")  # nothing may be read from the old course
    try:
        assert numbers(other) == before
        run(other, f"autograde {FIRST} --force", f"autograde {SECOND} --force")
        assert numbers(other) == before
        with gradebook(other) as book:
            for student, name in SUBMISSIONS:
                comment = book.find_comment(WRITTEN[name], name, name, student)
                assert comment.comment == f"Well done, {student}"
    finally:
        (tmp_path / "gone").rename(course)
