"""Decides which time counts for each submission in the exchange, and warns if the submission gives a different one."""

from collections.abc import Callable
from datetime import UTC, datetime
from logging import Logger
from pathlib import Path

from .arrivals import Arrival, Arrivals, Collected, Trust

MANY = 10  # if this many students' times are wrong in one run, someone has probably moved the exchange


class Timekeeper:
    """The times of all submissions to one assignment.

    Parameters
    ----------
    file : callable (student) -> Path
        Returns the file with the record of a student's arrivals.
    trust : Trust
    log : logging.Logger
    """

    def __init__(self, file: Callable[[str], Path], trust: Trust, log: Logger) -> None:
        self.file, self.trust, self.log = file, trust, log
        self._students: dict[str, Arrivals] = {}
        self._new: list[tuple[str, Arrival]] = []
        self._unsaved: set[str] = set()

    def of(self, student: str) -> Arrivals:
        """Return the student's arrivals."""
        if student not in self._students:
            self._students[student] = Arrivals(self.file(student))
        return self._students[student]

    def record(
        self, student: str, folder: str, claimed: datetime, changed: datetime, digest: Callable[[], str]
    ) -> Arrival:
        """Record a submission that is in the exchange.

        Parameters
        ----------
        student : str
        folder : str
            The name of the submission's folder.
        claimed : datetime
            The time that the submission gives.
        changed : datetime
            When the submission was last changed, according to the exchange.
        digest : callable () -> str
            Returns the digest of the submission's content; not called if it is known from an earlier collection.
        """
        arrivals = self.of(student)
        changed = min(changed, datetime.now(UTC).replace(tzinfo=None))  # the exchange's clock may be ahead
        known = arrivals.unchanged(folder, changed)
        self._unsaved.add(student)
        arrival, is_new = arrivals.add(folder, known.digest if known else digest(), claimed, changed)
        if is_new:
            self._new.append((student, arrival))
        return arrival

    def check(self) -> None:
        """Report each submission recorded since the last check whose own time is not believed, and save the record.

        If the times of most students, and of at least `MANY`, seem wrong, the exchange has probably been moved, so all
        times are believed.
        """
        wrong = [(student, arrival) for student, arrival in self._new if not self.trust.believes(arrival)]
        students, affected = {student for student, _ in self._new}, {student for student, _ in wrong}
        if len(affected) >= MANY and 2 * len(affected) > len(students):
            self.log.error(
                "The exchange saw the new submissions of %d of %d students much later than the times they give, so it "
                "was probably moved or restored, and these times are believed",
                *(len(affected), len(students)),
            )
            for student, arrival in wrong:
                self.of(student).excuse(arrival)
        else:
            for student, arrival in wrong:
                self.log.warning(
                    "%s's submission gives the time %s UTC, but it was put into the exchange at %s UTC, so the later "
                    "time counts",
                    *(student, f"{arrival.claimed:%Y-%m-%d %H:%M:%S}", f"{arrival.seen:%Y-%m-%d %H:%M:%S}"),
                )
        for student in self._unsaved:
            self.of(student).save()
        self._new, self._unsaved = [], set()

    def sent(self, student: str, arrival: Arrival) -> datetime:
        """Return when a submission was sent."""
        return self.trust.time(self.of(student).current(arrival))

    def counted(self, student: str, arrival: Arrival) -> datetime:
        """Return the time that counts for a submission: when its content was sent for the first time."""
        return self.of(student).first_time(arrival.digest, self.trust)

    def collected(self, student: str, arrival: Arrival) -> None:
        """Record that a submission has been collected."""
        arrivals = self.of(student)
        arrivals.collected = Collected(arrival.digest, self.sent(student, arrival), self.counted(student, arrival))
        arrivals.save()
