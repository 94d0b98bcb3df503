"""One round after another: notice what has arrived, decide what to grade, grade it, and release the feedback.

Each step is recorded when it is done, and can be repeated. So a round that was interrupted, at any moment and in any
way, is completed by the next one.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from autograder.attempts.record import Notice, Record, Rules, read_record, read_records, write_record
from autograder.attempts.standing import attempt_line, notice_line
from autograder.paths import attempts_file
from autograder.plugin.collect import Submission
from autograder.plugin.submission_name import Refused
from gradlab.checks.words import series

from .arrivals import Arrivals
from .steps import Steps, reason

BATCH = 40  # students per round, so that the first ones don't wait for the last
RETRY = 60.0  # seconds until a submission that could not be graded is tried again


class Watcher:
    """Grades the submissions to one assignment as they arrive.

    Parameters
    ----------
    steps : Steps
    arrivals : Arrivals
    rules : Rules
    stop : threading.Event
        When it is set, the watcher returns before its next step.
    say, complain : callable (str) -> None
        Print a line about what was done, and a sentence about what went wrong.

    Attributes
    ----------
    failed : dict of str to str
        Why students' submissions could not be graded, keyed by student. They will be tried again.
    """

    def __init__(
        self,
        steps: Steps,
        arrivals: Arrivals,
        rules: Rules,
        stop: threading.Event,
        say: Callable[[str], None],
        complain: Callable[[str], None],
    ) -> None:
        self.steps, self.arrivals, self.rules, self.stop = steps, arrivals, rules, stop
        self._say, self._complain = say, complain
        self.failed: dict[str, str] = {}
        self._retry_at: dict[str, float] = {}
        self._newest: dict[str, Submission] = {}
        self._records = {record.student: record for record in read_records(steps.folder / "attempts", complain)}

    def round(self, now: float) -> int:
        """Do what there is to do for at most `BATCH` students.

        Parameters
        ----------
        now : float
            The time, in seconds since 1970.

        Returns
        -------
        int
            The number of students for whom there was something to do.
        """
        for submission in self.arrivals.look(now):
            self._notice(submission)
        due = students = self._due(now)[:BATCH]
        for step in (self._take, self._grade, self._write_feedback, self._release):
            if students and not self.stop.is_set():
                students = step(students, now)
        return len(due)

    def _notice(self, submission: Submission) -> None:
        """Remember a submission if it is new and the student's newest."""
        student, newest = submission.student, self._newest.get(submission.student)
        known = self._records.get(student, Record(student)).is_known(submission.path.name, submission.arrived)
        if not known and (newest is None or _order(newest) < _order(submission)):
            self._newest[student] = submission

    def _due(self, now: float) -> list[str]:
        """Return the students for whom there is something to do, in the order in which their submissions arrived."""
        students = [
            student
            for student in self._records.keys() | self._newest.keys()
            if now >= self._retry_at.get(student, now) and self._has_work(student, now)
        ]
        return sorted(students, key=lambda student: (self._arrived(student), student))

    def _arrived(self, student: str) -> float:
        return self._newest[student].arrived if student in self._newest else 0.0

    def _has_work(self, student: str, now: float) -> bool:
        record = self._records.get(student, Record(student))
        unfinished = [reply for reply in (record.last, record.notice) if reply and not reply.released]
        return bool(unfinished) or self._is_new(record, now)

    def _is_new(self, record: Record, now: float) -> bool:
        """Return whether a student's newest submission has to be looked at."""
        newest = self._newest.get(record.student)
        if newest is None or record.is_known(newest.path.name, newest.arrived):
            return False
        notice = record.notice
        if notice is None or notice.sent.folder != newest.path.name:
            return True
        return record.rule(notice.sent, self.rules, now)[0] != notice.ruling

    def _take(self, students: list[str], now: float) -> list[str]:
        """Decide what happens to each student's newest submission."""
        return self._each(students, lambda student: self._take_one(student, now), now)

    def _take_one(self, student: str, now: float) -> None:
        record = self._record(student)
        last = record.last
        if last and not last.released and (_is_graded(record) or student not in self.failed):
            return  # finish this attempt first
        if not self._is_new(record, now):
            return
        submission = self._newest[student]
        try:
            sent = self.steps.stage(submission)
        except Refused as reason:
            del self._newest[student]
            self._complain(f"{submission.shown} is not graded: {reason}")
            return
        ruling, until = record.rule(sent, self.rules, now)
        if ruling == "grade":
            self._save(record.with_attempt(sent, self.rules, now))
        else:
            self.steps.discard(student)
            self._save(replace(record, notice=Notice(sent, ruling, until), rules=self.rules))

    def _grade(self, students: list[str], now: float) -> list[str]:
        """Grade the attempts that have not been graded. Return the students whose last attempt has been graded."""
        started = {
            student: last.sent for student in students if (last := self._records[student].last) and last.points is None
        }
        collected = self._each(started, lambda student: self.steps.collect(student, started[student]), now)
        graded, failed = self.steps.autograde({student: started[student].digest for student in collected})
        for student, (points, most) in graded.items():
            self._save(self._records[student].with_last(points=points, most=most))
        self._report(failed, now)
        return [student for student in students if _is_graded(self._records[student])]

    def _write_feedback(self, students: list[str], now: float) -> list[str]:
        failed = self.steps.write_feedback(students)
        self._report(failed, now)
        return [student for student in students if student not in failed]

    def _release(self, students: list[str], now: float) -> list[str]:
        return self._each(students, self._release_one, now)

    def _release_one(self, student: str) -> None:
        """Release a student's page as the reply to the attempt it shows, and to a submission that was not graded."""
        record = self._records[student]
        if record.last and not record.last.released:
            self.steps.release_feedback(student)
            self._save(record := record.with_last(released=True))
            self._say(attempt_line(record))
        if record.notice and not record.notice.released:
            self.steps.release_notice(student)
            self._save(record := replace(record, notice=replace(record.notice, released=True)))
            self._say(notice_line(record, self.steps.collector.timezone))
        self.failed.pop(student, None)

    def _record(self, student: str) -> Record:
        if student not in self._records:
            self._records[student] = read_record(self._path(student), student)
        return self._records[student]

    def _save(self, record: Record) -> None:
        write_record(self._path(record.student), record)
        self._records[record.student] = record

    def _path(self, student: str) -> Path:
        return attempts_file(self.steps.course, self.steps.assignment, student)

    def _each(self, students: Iterable[str], act: Callable[[str], None], now: float) -> list[str]:
        """Call `act` for each student. Report the students for whom it fails, and return the others."""
        done, failed = [], {}
        for student in students:
            try:
                act(student)
            except Exception as error:
                self.steps.app.log.warning("%s", student, exc_info=True)
                failed[student] = reason(error)
            else:
                done.append(student)
        self._report(failed, now)
        return done

    def _report(self, failed: Mapping[str, str], now: float) -> None:
        """Say who could not be graded and why, if that is news, and make sure that they are tried again."""
        news = defaultdict(list)
        for student, why in failed.items():
            if self.failed.get(student) != why:
                news[why].append(student)
            self.failed[student] = why
            self._retry_at[student] = now + RETRY
        for why, students in news.items():
            more = [f"{len(students) - 3} more"] if len(students) > 3 else []
            listed = series([*students[:3], *more])
            self._complain(f"{listed}: not graded yet: {why}. Trying again in {RETRY:.0f} seconds.")


def _is_graded(record: Record) -> bool:
    return record.last is not None and record.last.points is not None


def _order(submission: Submission) -> tuple[float, datetime, Path]:
    return submission.arrived, submission.time, submission.path
