"""Late days: each student has a budget of days for submitting late without a penalty.

Late days are deducted in order of due date, whatever the order in which assignments are submitted or graded. So a
student's grades depend only on the times of the student's submissions, on the extensions, and on the policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Lateness(NamedTuple):
    """How late a student submitted an assignment.

    `due` is the assignment's due date for everyone. `days` is the number of days late, counting part of a day as a day,
    after the student's own due date and the grace period.
    """

    due: datetime
    assignment: str
    days: int


@dataclass(frozen=True)
class LateDays:
    """A student's late days.

    Attributes
    ----------
    used : dict of str to int
        The late days used for each assignment that was submitted, keyed by assignment.
    left : int
        The late days that remain in the budget after all submissions.
    """

    used: dict[str, int]
    left: int


def deduct(submissions: Iterable[Lateness], budget: int, most: int | None = None) -> LateDays:
    """Deduct a student's late days from the budget.

    Parameters
    ----------
    submissions : iterable of Lateness
        The student's submissions, at most one per assignment, in any order.
    budget : int
        The late days that each student has in the course.
    most : int, optional
        The late days that may be used for one assignment. By default, all that are left.
    """
    used, left = {}, budget
    for submission in sorted(submissions):
        used[submission.assignment] = min(submission.days, left, left if most is None else most)
        left -= used[submission.assignment]
    return LateDays(used, left)


def summarize(days_late: int, used: int, left: int) -> str:
    """Return a sentence for the student, such as "Submitted 3 days late: 2 late days used, 1 left."."""
    late = f"Submitted {count(days_late, 'day')} late" if days_late else "Submitted on time"
    return f"{late}: {count(used, 'late day')} used, {left} left."


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 day" or "no days"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
