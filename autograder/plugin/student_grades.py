"""A student's grades for an assignment, as the exported files show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment

from autograder.grading.job import read_result
from autograder.paths import build_folder, verdict_file


class Status(StrEnum):
    """What became of a student's work: nothing was submitted; it could not be read; it is still to be graded; done."""

    NONE = "none"
    UNREADABLE = "unreadable"
    UNMARKED = "unmarked"
    MARKED = "marked"


@dataclass(frozen=True)
class StudentGrades:
    """A student's grades for an assignment. Students who submitted nothing have zeros.

    Attributes
    ----------
    student : nbgrader.api.Student
    status : Status
    points : mapping of str to float
        The points for each exercise and each written answer, keyed by the name of its cell.
    penalty : float
        The late penalty, in points.
    timestamp : datetime or None
        When the work was submitted: in UTC, without a time zone.
    to_mark : int
        The number of written answers that are still to be graded by hand, and count as 0 points until then.
    """

    student: Student
    status: Status
    points: Mapping[str, float]
    penalty: float = 0.0
    timestamp: datetime | None = None
    to_mark: int = 0

    @property
    def raw_score(self) -> float:
        """The points before the late penalty."""
        return sum(self.points.values())

    @property
    def score(self) -> float:
        """The points that count."""
        return max(0.0, self.raw_score - self.penalty)


def read_grades(gradebook: Gradebook, assignment: Assignment, student: Student, course: Path | None) -> StudentGrades:
    """Read a student's grades. Without the course's folder, it is not known which submissions are unreadable."""
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        waiting = course is not None and (build_folder(course) / "submitted" / student.id / assignment.name).exists()
        return StudentGrades(student, Status.UNMARKED if waiting else Status.NONE, {})
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    points = {grade.name: float(grade.score or 0) for grade in grades}
    unreadable = course is not None and not any(points.values()) and _is_unreadable(course, submission)
    to_mark = 0 if unreadable else sum(grade.needs_manual_grade for grade in grades)
    status = Status.UNREADABLE if unreadable else Status.UNMARKED if to_mark else Status.MARKED
    return StudentGrades(
        student, status, points, float(submission.late_submission_penalty or 0), submission.timestamp, to_mark
    )


def _is_unreadable(course: Path, submission: SubmittedAssignment) -> bool:
    """Return whether grading found nothing to grade in a submission."""
    return bool(read_result(verdict_file(course, submission.name, submission.student_id)).get("problem"))
