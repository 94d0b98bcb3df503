"""Grades as CSV for learning platforms: one file for the course, and one per assignment with points per exercise.

If the course has late days, a further file lists how many of them each student has used.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin, LateSubmissionPlugin

from .late_policy import load_policy
from .late_rules import deduct_late_days, find_submissions, late_day_budget

STUDENT_COLUMNS = ["student_id", "last_name", "first_name", "email"]
COURSE_COLUMNS = [
    "assignment", "duedate", "timestamp", *STUDENT_COLUMNS,
    "raw_score", "late_submission_penalty", "score", "max_score",
]  # fmt: skip
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


class GradesExport(ExportPlugin):
    """The plugin of ``nbgrader export``: writes ``grades.csv`` and, for each assignment, ``grades/<assignment>.csv``.

    ``grades.csv`` has one row per student and assignment. The file of an assignment has one row per student, with the
    name, the points for each exercise and each written answer, the late penalty and the total. Students who submitted
    nothing get zeros. If the course has late days, ``late_days.csv`` has one row per student, with the late days used
    for each assignment, in the order of due dates, and those left.
    """

    def export(self, gradebook: Gradebook) -> None:
        policy = load_policy(self)
        path = Path(self.to or "grades.csv")
        folder = path.with_suffix("")
        folder.mkdir(parents=True, exist_ok=True)
        students = [s for s in gradebook.students if not self.student or s.id in map(str, self.student)]
        course_rows = []
        for assignment in gradebook.assignments:
            if self.assignment and assignment.name not in map(str, self.assignment):
                continue
            pairs = [(student, _find_submission(gradebook, assignment, student)) for student in students]
            course_rows += [_course_row(assignment, *pair) for pair in pairs]
            names = [cell.name for notebook in assignment.notebooks for cell in notebook.grade_cells]
            columns = [*STUDENT_COLUMNS, *map(_exercise, names), "late_submission_penalty", "total"]
            _write(folder / f"{assignment.name}.csv", columns, [_points_row(names, *pair) for pair in pairs])
        _write(path, COURSE_COLUMNS, course_rows)
        self.log.info("Wrote the grades to %s and, by exercise, to %s", path, folder)
        if late_day_budget(policy):
            names = [assignment.name for assignment in gradebook.assignments if assignment.duedate]
            rows = [_late_days_row(gradebook, policy, names, student) for student in students]
            _write(path.with_name("late_days.csv"), [*STUDENT_COLUMNS, *names, "used", "left"], rows)
            self.log.info("Wrote the late days to %s", path.with_name("late_days.csv"))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV that is safe to open in a spreadsheet."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([escape_formula(row[column]) for column in columns] for row in rows)


def escape_formula(value: object) -> str | int | float:
    """Put an apostrophe before text that looks like a formula. Return numbers unchanged, and "" for None."""
    if isinstance(value, (int, float)):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA_PREFIXES) or text.startswith(FORMULA_PREFIXES) else text


def _find_submission(gradebook: Gradebook, assignment: Assignment, student: Student) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return None


def _student_fields(student: Student) -> Row:
    return dict(zip(STUDENT_COLUMNS, (student.id, student.last_name, student.first_name, student.email), strict=True))


def _course_row(assignment: Assignment, student: Student, submission: SubmittedAssignment | None) -> Row:
    raw, penalty = (submission.score, submission.late_submission_penalty) if submission else (0.0, 0.0)
    return _student_fields(student) | {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "timestamp": submission and submission.timestamp,
        "raw_score": raw,
        "late_submission_penalty": penalty,
        "score": max(0.0, raw - penalty),
        "max_score": assignment.max_score,
    }


def _points_row(names: Iterable[str], student: Student, submission: SubmittedAssignment | None) -> Row:
    points = {g.name: g.score for notebook in (submission.notebooks if submission else ()) for g in notebook.grades}
    penalty = submission.late_submission_penalty if submission else 0.0
    return (
        _student_fields(student)
        | {_exercise(name): float(points.get(name) or 0) for name in names}
        | {"late_submission_penalty": penalty, "total": max(0.0, sum(map(float, points.values())) - penalty)}
    )


def _late_days_row(gradebook: Gradebook, policy: LateSubmissionPlugin, names: Iterable[str], student: Student) -> Row:
    late_days = deduct_late_days(policy, find_submissions(gradebook, student.id))
    used = {name: late_days.used.get(name, 0) for name in names}
    return _student_fields(student) | used | {"used": sum(used.values()), "left": late_days.left}


def _exercise(name: str) -> str:
    return name.removesuffix("-check")
