"""What students and instructors are told about attempts: which one counts, how many are left, when to try again."""

from collections.abc import Iterator
from datetime import UTC, datetime

from dateutil.tz import gettz

from gradlab.checks.report import number

from .record import Attempt, Notice, Record

WHY = {
    "limit": "there are no attempts left",
    "same": "it is identical to the previous attempt",
    "unreadable": "it cannot be read",
}


def sentences(record: Record, timezone: str) -> Iterator[str]:
    """Yield the sentences at the top of a student's feedback page, which shows the last graded attempt.

    The sentences stay true after later attempts have been graded.

    Parameters
    ----------
    record : Record
    timezone : str
        The time zone in which times are shown.
    """
    if not record.graded:
        return
    last, most = record.graded[-1], record.rules.attempts
    left = None if most is None else max(0, most - record.used)
    if record.notice:
        yield _notice(record.notice, timezone)
    when = moment(last.sent.submitted, timezone)
    if last.number:
        until = "" if left == 0 else " until a newer one has been graded"
        yield f"{_name(last, most).capitalize()} counts{until}. It was submitted on {when}, and this page shows it."
    else:
        yield f"Your submission of {when} cannot be read, so it does not use up an attempt."
    if left is None:
        yield "You can submit as often as you like."
    else:
        yield f"You have {left or 'no'} attempt{'' if left == 1 else 's'} left."
    if record.rules.pause and left != 0 and last.number:
        yield f"The next one will be graded on {moment(record.next_grading(record.rules), timezone)} at the earliest."


def counted_attempt(record: Record) -> str:
    """Return which attempt counts, such as "2 of 5", or "" if none does."""
    last = record.graded[-1] if record.graded else None
    return _number(last, record.rules.attempts) if last and last.number else ""


def _notice(notice: Notice, timezone: str) -> str:
    start = f"Your submission of {moment(notice.sent.submitted, timezone)}"
    if notice.ruling == "limit":
        return f"{start} was not graded, because you had no attempts left."
    if notice.ruling == "pause":
        return f"{start} will be graded on {moment(notice.until, timezone)}, unless you submit again before then."
    if notice.ruling == "same":
        return f"{start} is the same notebook as the attempt below, so it is not a new attempt."
    return f"{start} was not graded: {notice.sent.problem}. It does not use up an attempt."


def attempt_line(record: Record) -> str:
    """Return the line that the terminal shows for a student's last graded attempt."""
    attempt = record.graded[-1]
    assert attempt.points is not None
    assert attempt.most is not None
    points = f"{number(attempt.points)} of {number(attempt.most)} points"
    name = _name(attempt, record.rules.attempts) if attempt.number else "cannot be read"
    return f"{record.student}: {name}: {points}"


def notice_line(record: Record, timezone: str) -> str:
    """Return the line that the terminal shows for a submission that was not graded or has to wait."""
    notice = record.notice
    assert notice is not None
    start = f"{record.student}: submission of {moment(notice.sent.submitted, timezone)}"
    if notice.ruling == "pause":
        return f"{start} waits until {moment(notice.until, timezone)}"
    return f"{start} not graded: {WHY[notice.ruling]}"


def moment(seconds: float, timezone: str) -> str:
    """Return a time, given in seconds since 1970, as in "November 29, 14:05 UTC"."""
    time = datetime.fromtimestamp(seconds, gettz(timezone) or UTC)
    return f"{time:%B} {time.day}, {time:%H:%M %Z}"


def _name(attempt: Attempt, most: int | None) -> str:
    return f"attempt {_number(attempt, most)}"


def _number(attempt: Attempt, most: int | None) -> str:
    return f"{attempt.number}" + (f" of {most}" if most is not None and attempt.number <= most else "")
