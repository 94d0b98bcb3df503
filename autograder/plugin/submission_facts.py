"""What the top of a feedback page says about a submission: whose it is, when it was sent, and how late that was."""

from datetime import timedelta

from nbgrader.api import SubmittedAssignment

from .late_days import count
from .timestamps import shown_time

Facts = list[tuple[str, str]]


def facts(submission: SubmittedAssignment, days_late: int, timezone: str) -> Facts:
    """Return pairs of a name and a value, leaving out unknown values.

    Parameters
    ----------
    submission : SubmittedAssignment
    days_late : int
        After the student's own due date and the grace period.
    timezone : str
        The time zone in which times are shown.
    """
    # nbgrader cannot compute the student's own due date if the assignment has none.
    due, sent = submission.assignment.duedate and submission.duedate, submission.timestamp
    pairs = (
        ("Student", _name(submission)),
        ("Submitted", shown_time(sent, timezone) if sent else ""),
        ("Due", shown_time(due, timezone) if due else ""),
        ("Extension", _duration(submission.extension) if submission.extension else ""),
        ("Late", count(days_late, "day") if days_late else ""),
    )
    return [pair for pair in pairs if pair[1]]


def _name(submission: SubmittedAssignment) -> str:
    student = submission.student
    full = " ".join(filter(None, (student.first_name, student.last_name)))
    return f"{full} ({student.id})" if full else str(student.id)


def _duration(extension: timedelta) -> str:
    """Return an extension, which may include a fraction of a day, as in "2 days" or "1.5 days"."""
    days = extension / timedelta(days=1)
    return f"{days:g} day{'' if days == 1 else 's'}"
