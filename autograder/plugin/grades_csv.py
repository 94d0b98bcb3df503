"""Grades as CSV that learning platforms import: a file of the whole course, and one an assignment by exercise."""

import csv
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

STUDENT = ["student_id", "last_name", "first_name", "email"]
COURSE = [
    "assignment", "duedate", "timestamp", *STUDENT, "raw_score", "late_submission_penalty", "score", "max_score",
]  # fmt: skip
RUNS = ("=", "+", "-", "@", "\t", "\r")


class GradesExport(ExportPlugin):
    """``nbgrader export``: ``grades.csv``, a row for each student and assignment, and ``grades/<assignment>.csv``.

    The latter has a row a student: who it is, the points of each exercise and each written answer, the penalty for
    lateness, the total. Who handed nothing in has zeros.
    """

    def export(self, gradebook):
        path = Path(self.to or "grades.csv")
        folder = path.with_suffix("")
        folder.mkdir(parents=True, exist_ok=True)
        students = [s for s in gradebook.students if not self.student or s.id in map(str, self.student)]
        course = []
        for assignment in gradebook.assignments:
            if self.assignment and assignment.name not in map(str, self.assignment):
                continue
            found = [(student, _submission(gradebook, assignment, student)) for student in students]
            course += [_course_row(assignment, *pair) for pair in found]
            names = [cell.name for notebook in assignment.notebooks for cell in notebook.grade_cells]
            columns = [*STUDENT, *map(_exercise, names), "late_submission_penalty", "total"]
            write(folder / f"{assignment.name}.csv", columns, [_points_row(names, *pair) for pair in found])
        write(path, COURSE, course)
        self.log.info("Grades are in %s and, by exercise, in %s", path, folder)


def write(path, columns, rows):
    """Write rows as CSV, in which no spreadsheet finds anything to run."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([inert(row[column]) for column in columns] for row in rows)


def inert(value):
    """A number as it is, and text that a spreadsheet would take for a formula behind an apostrophe."""
    if isinstance(value, (int, float)):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(RUNS) or text.startswith(RUNS) else text


def _submission(gradebook, assignment, student):
    try:
        return gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return None


def _who(student):
    return dict(zip(STUDENT, (student.id, student.last_name, student.first_name, student.email), strict=True))


def _course_row(assignment, student, submission):
    raw, penalty = (submission.score, submission.late_submission_penalty) if submission else (0.0, 0.0)
    return _who(student) | {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "timestamp": submission and submission.timestamp,
        "raw_score": raw,
        "late_submission_penalty": penalty,
        "score": max(0.0, raw - penalty),
        "max_score": assignment.max_score,
    }


def _points_row(names, student, submission):
    points = {g.name: g.score for notebook in (submission.notebooks if submission else ()) for g in notebook.grades}
    penalty = submission.late_submission_penalty if submission else 0.0
    return (
        _who(student)
        | {_exercise(name): float(points.get(name) or 0) for name in names}
        | {"late_submission_penalty": penalty, "total": max(0.0, sum(map(float, points.values())) - penalty)}
    )


def _exercise(name):
    return name.removesuffix("-check")
