"""A student's attempts at an assignment, kept on disk where no student can write, and the rules for the next attempt.

Each student has one file, which is always complete: it is replaced as a whole. Nothing in a
submission can falsify the number of attempts.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

from autograder.atomic import write_text

Ruling = Literal["grade", "same", "unreadable", "limit", "pause"]


@dataclass(frozen=True)
class Sent:
    """A submission. `folder` is its name in the exchange; `submitted` and `arrived` are seconds since 1970.

    The student's nbgrader wrote `submitted`, which may be forged; `arrived` is when this machine saw the submission.
    `digest` identifies the notebook, and `problem` is the reason why it cannot be read, or "".
    """

    folder: str
    submitted: float
    arrived: float
    digest: str
    problem: str


@dataclass(frozen=True)
class Attempt:
    """A submission that was accepted for grading.

    Attributes
    ----------
    sent : Sent
    number : int
        1 for the first attempt. 0 means that the submission cannot be read, so it does not use up an attempt.
    taken : float
        When it was accepted for grading, in seconds since 1970.
    points, most : float or None
        The score, and the maximum; None until it is graded.
    released : bool
        Whether the student has the feedback.
    """

    sent: Sent
    number: int
    taken: float
    points: float | None = None
    most: float | None = None
    released: bool = False


@dataclass(frozen=True)
class Notice:
    """A submission that will not be graded, or has not been graded yet.

    Attributes
    ----------
    sent : Sent
    ruling : str
        The reason: any `Ruling` except "grade".
    until : float
        With the ruling "pause", when it can be graded, in seconds since 1970; otherwise 0.
    released : bool
        Whether the student has been told.
    """

    sent: Sent
    ruling: Ruling
    until: float = 0.0
    released: bool = False


@dataclass(frozen=True)
class Rules:
    """The number of attempts per student (None for no limit), and the pause between two attempts, in seconds."""

    attempts: int | None = None
    pause: float = 0.0


@dataclass(frozen=True)
class Record:
    """What is known about a student: all accepted submissions in order, and the latest one that was not accepted.

    `rules` are the rules when the record was last changed.
    """

    student: str
    attempts: tuple[Attempt, ...] = ()
    notice: Notice | None = None
    rules: Rules = field(default_factory=Rules)

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def graded(self) -> tuple[Attempt, ...]:
        """The attempts that have been graded: all, or all but the last one."""
        return tuple(attempt for attempt in self.attempts if attempt.points is not None)

    @property
    def used(self) -> int:
        """The number of attempts that have been used up."""
        return max((attempt.number for attempt in self.graded), default=0)

    def rule(self, sent: Sent, rules: Rules, now: float) -> tuple[Ruling, float]:
        """Decide what happens to a new submission, and when a pause ends (0 without a pause).

        Parameters
        ----------
        sent : Sent
        rules : Rules
        now : float
            The time, in seconds since 1970.
        """
        same = self.last is not None and self.last.sent.digest == sent.digest
        if sent.problem:
            return ("unreadable" if same or self.used else "grade"), 0.0
        if same:
            return "same", 0.0
        if rules.attempts is not None and self.used >= rules.attempts:
            return "limit", 0.0
        if now < self.next_grading(rules):
            return "pause", self.next_grading(rules)
        return "grade", 0.0

    def next_grading(self, rules: Rules) -> float:
        """Return the earliest time at which the next attempt can be graded, in seconds since 1970."""
        return max((attempt.taken + rules.pause for attempt in self.graded if attempt.number), default=0.0)

    def is_known(self, folder: str, arrived: float) -> bool:
        """Return whether a submission is one of the attempts, or arrived before the last attempt."""
        graded = {attempt.sent.folder for attempt in self.attempts}
        return folder in graded or (self.last is not None and arrived < self.last.sent.arrived)

    def with_attempt(self, sent: Sent, rules: Rules, now: float) -> Self:
        """Add an attempt. It replaces the last attempt if that one was never graded."""
        attempt = Attempt(sent, 0 if sent.problem else self.used + 1, now)
        return replace(self, attempts=(*self.graded, attempt), notice=None, rules=rules)

    def with_last(self, **changes: Any) -> Self:
        """Change the last attempt."""
        return replace(self, attempts=(*self.attempts[:-1], replace(self.attempts[-1], **changes)))


class Damaged(Exception):
    """A record cannot be read. The message says what to do."""


def read_record(path: Path, student: str = "") -> Record:
    """Read a student's record. If the file does not exist, the student has made no attempt.

    Raises
    ------
    Damaged
        If the file is not a record.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        attempts = tuple(Attempt(**entry | {"sent": Sent(**entry["sent"])}) for entry in fields["attempts"])
        notice = fields["notice"] and Notice(**fields["notice"] | {"sent": Sent(**fields["notice"]["sent"])})
        return Record(fields["student"], attempts, notice, Rules(**fields["rules"]))
    except FileNotFoundError:
        return Record(student)
    except (ValueError, TypeError, KeyError):
        raise Damaged(f"{path} is damaged: restore it from a backup, or remove it to count from 0 again") from None


def read_records(folder: Path, complain: Callable[[str], None]) -> Iterator[Record]:
    """Yield the records in a folder. Complain about each damaged one."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield read_record(path)
        except Damaged as problem:
            complain(f"{problem}.")


def write_record(path: Path, record: Record) -> None:
    """Replace a student's record. An interruption at any moment leaves the old content or the new."""
    write_text(path, json.dumps(asdict(record), indent=1), durable=True)
