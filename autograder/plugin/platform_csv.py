"""Grades as CSV in a platform's own format.

- Canvas, Gradebook > Import: the columns up to ``Section``, in this order, identify students; the next one is the
  assignment's, with the points possible in the first row.
- Moodle, "Upload grading worksheet": a row is found by ``Identifier``, and ``Last modified (grade)`` is required.
  Grades > Import takes the same file and finds students by ``Email address`` or ``ID number``.
- Gradescope: the columns of its own "Download Grades". Gradescope cannot import them.

We know what a platform calls a student if the student's work was imported from there (`autograder.importing`).
"""

from collections.abc import Callable, Mapping, Sequence

from nbgrader.api import Assignment

from gradlab.checks.report import number

from .identities import Identities
from .safe_csv import Row
from .student_grades import Status, StudentGrades

CANVAS_COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POINTS_POSSIBLE = "    Points Possible"  # as Canvas writes it
MOODLE_COLUMNS = [
    "Identifier", "Full name", "ID number", "Email address", "Grade", "Maximum Grade", "Last modified (grade)",
    "Feedback comments",
]  # fmt: skip
GRADESCOPE_COLUMNS = [
    "First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time",
]  # fmt: skip
GRADESCOPE_STATUS = {Status.NONE: "Missing", Status.UNMARKED: "Ungraded"}  # any other is "Graded"

Table = tuple[list[str], list[Row]]


def canvas(assignment: Assignment, title: str, grades: Sequence[StudentGrades], known: Identities) -> Table:
    """Return the columns and rows for Canvas. `title` is the assignment's name there."""
    rows: list[Row] = [{"Student": POINTS_POSSIBLE, title: number(assignment.max_score)}]
    for each in grades:
        columns = known.get(each.student.id, {})
        identified = columns.keys() & {"canvas_id", "sis user id", "sis login id"}
        rows.append(
            {
                "Student": columns.get("student") or _last_first(each),
                "ID": columns.get("canvas_id"),
                "SIS User ID": columns.get("sis user id"),
                "SIS Login ID": columns.get("sis login id") if identified else each.student.id,
                "Section": columns.get("section"),
                title: number(each.score),
            }
        )
    return [*CANVAS_COLUMNS, title], rows


def moodle(assignment: Assignment, title: str, grades: Sequence[StudentGrades], known: Identities) -> Table:
    """Return the columns and rows for Moodle."""
    rows: list[Row] = []
    for each in grades:
        columns = known.get(each.student.id, {})
        identifier = columns.get("identifier", "")
        rows.append(
            {
                "Identifier": f"Participant {identifier}" if identifier.isdecimal() else identifier,
                "Full name": columns.get("full name") or _first_last(each),
                "ID number": columns.get("id number"),
                "Email address": columns.get("email address") or columns.get("email") or each.student.email,
                "Grade": number(each.score),
                "Maximum Grade": number(assignment.max_score),
                "Last modified (grade)": columns.get("last modified (grade)") or None,
                "Feedback comments": _comment(assignment, each),
            }
        )
    return MOODLE_COLUMNS, rows


def gradescope(assignment: Assignment, title: str, grades: Sequence[StudentGrades], known: Identities) -> Table:
    """Return the columns and rows of a file like those that Gradescope writes."""
    cells = [cell for notebook in assignment.notebooks for cell in notebook.grade_cells]
    headings = {
        cell.name: f"{place}: {exercise_name(cell.name)} ({cell.max_score:.1f} pts)"
        for place, cell in enumerate(cells, 1)
    }
    rows: list[Row] = []
    for each in grades:
        columns = known.get(each.student.id, {})
        rows.append(
            {
                "First Name": each.student.first_name,
                "Last Name": each.student.last_name,
                "SID": columns.get("sid") or each.student.id,
                "Email": columns.get("email") or each.student.email,
                "Total Score": number(each.score),
                "Max Points": number(assignment.max_score),
                "Status": GRADESCOPE_STATUS.get(each.status, "Graded"),
                "Submission Time": each.timestamp and f"{each.timestamp:%Y-%m-%d %H:%M:%S} +0000",
            }
            | {heading: number(each.points.get(name, 0.0)) for name, heading in headings.items()}
        )
    return [*GRADESCOPE_COLUMNS, *headings.values()], rows


FORMATS: Mapping[str, Callable[[Assignment, str, Sequence[StudentGrades], Identities], Table]] = {
    "canvas": canvas,
    "moodle": moodle,
    "gradescope": gradescope,
}


def exercise_name(cell: str) -> str:
    """Return the name of the exercise that a graded cell checks, or of the written answer in it."""
    return cell.removesuffix("-check")


def _comment(assignment: Assignment, grades: StudentGrades) -> str:
    """Return the points by exercise as one line of text, with what students should know about them."""
    if grades.status is Status.NONE:
        return "Nothing was submitted."
    if grades.status is Status.UNREADABLE:
        return "The submission could not be read: see your feedback."
    cells = [cell for notebook in assignment.notebooks for cell in notebook.grade_cells]
    parts = [f"{exercise_name(c.name)} {number(grades.points.get(c.name, 0.0))}/{number(c.max_score)}" for c in cells]
    if grades.penalty:
        parts.append(f"late penalty {number(grades.penalty)}")
    if grades.status is Status.UNMARKED:
        parts.append("some answers are not graded yet")
    return "; ".join(parts)


def _first_last(grades: StudentGrades) -> str:
    names = (grades.student.first_name, grades.student.last_name)
    return " ".join(name for name in names if name) or str(grades.student.id)


def _last_first(grades: StudentGrades) -> str:
    names = (grades.student.last_name, grades.student.first_name)
    return ", ".join(name for name in names if name) or str(grades.student.id)
