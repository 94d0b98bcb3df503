"""Reads a class's points from nbgrader's gradebook, in a few queries, however many students there are.

The points include scores set by hand and extra credit, because the gradebook includes them.
"""

from dataclasses import dataclass, field
from datetime import datetime

from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from autograder.grading.grader import CHECK


@dataclass(frozen=True)
class Graded:
    """Something that earns points: an exercise, whose check is graded automatically, or a written answer."""

    name: str
    points: float
    is_exercise: bool


@dataclass
class Submission:
    """A student's submission, as the gradebook has it.

    Attributes
    ----------
    scores : dict of str to float
        The points earned, keyed by the name of the exercise or written answer.
    penalty : float
        The late penalty, in points.
    by_hand, unmarked : list of str
        The names whose score was set by hand, and those that a person still has to grade.
    flagged : bool
        Whether a grader has flagged the submission in the formgrader.
    """

    scores: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0
    by_hand: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    flagged: bool = False

    @property
    def total(self) -> float:
        """The points that `nbgrader export` writes: the sum of the scores minus the late penalty, but at least 0."""
        return max(0.0, sum(self.scores.values()) - self.penalty)


@dataclass(frozen=True)
class Grades:
    """An assignment in the gradebook.

    Attributes
    ----------
    assignment : str
    due : datetime or None
        The due date, in UTC.
    graded : list of Graded
        What earns points, in the order of the gradebook, which is the notebook's.
    submissions : dict of str to Submission
        The graded submissions, keyed by student and sorted.
    """

    assignment: str
    due: datetime | None
    graded: list[Graded]
    submissions: dict[str, Submission]

    @property
    def points(self) -> float:
        return sum(item.points for item in self.graded)


def read_roster(gradebook: Gradebook) -> dict[str, tuple[str, ...]]:
    """Return the class: the names and the email address of each student in the gradebook, keyed by student ID."""
    rows = gradebook.db.execute(select(Student.id, Student.first_name, Student.last_name, Student.email))
    return {student: tuple(filter(None, names)) for student, *names in sorted(rows, key=lambda row: str(row[0]))}


def read_grades(gradebook: Gradebook, assignment: str) -> Grades:
    """Read the points for an assignment.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook has no such assignment.
    """
    found = gradebook.find_assignment(assignment)
    graded: dict[str, Graded] = {}
    for notebook in found.notebooks:
        for cell in (*notebook.grade_cells, *notebook.task_cells):
            name = cell.name.removesuffix(CHECK)
            before = graded[name].points if name in graded else 0.0  # a course's own notebooks may share cell names
            graded[name] = Graded(name, before + float(cell.max_score), cell.name.endswith(CHECK))
    return Grades(assignment, found.duedate, list(graded.values()), _submissions(gradebook, assignment))


def _submissions(gradebook: Gradebook, assignment: str) -> dict[str, Submission]:
    notebooks = (
        select(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty, SubmittedNotebook.flagged)
        .join_from(SubmittedNotebook, SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == assignment)
        .order_by(SubmittedAssignment.student_id)
    )
    found: dict[str, Submission] = {}
    for student, penalty, flagged in gradebook.db.execute(notebooks):
        submission = found.setdefault(student, Submission())
        submission.penalty += float(penalty or 0.0)
        submission.flagged |= bool(flagged)
    grades = (
        select(SubmittedAssignment.student_id, BaseCell.name, Grade.score, Grade.manual_score, Grade.needs_manual_grade)
        .join_from(Grade, SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .where(Assignment.name == assignment)
        .order_by(BaseCell.name)
    )
    for student, cell, score, by_hand, unmarked in gradebook.db.execute(grades):
        submission, name = found[student], cell.removesuffix(CHECK)
        submission.scores[name] = submission.scores.get(name, 0.0) + float(score)
        if by_hand is not None:
            submission.by_hand.append(name)
        if unmarked:
            submission.unmarked.append(name)
    return found
