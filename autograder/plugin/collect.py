"""`nbgrader collect`, hardened against what students can leave in the exchange.

nbgrader copies submissions with the instructor's permissions and follows links. A student could therefore give a link
the notebook's name and submit any file that the instructor can read. For example, the instructor's own notebook would
earn full credit, and its feedback would show the solutions. A named pipe, an unreadable file, or a folder whose name
contains no time would stop the collection for everyone. A folder in another student's name would be collected with only
a warning, and files that grading ignores would fill the disk.

nbgrader also collects folders that are incomplete, because they are still being written or because a server was killed,
and grades them as if they were complete. And it believes any time that a submission gives (see
`autograder.plugin.arrivals`).
"""

import contextlib
import fnmatch
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from traitlets import Bool, Float, Unicode

from autograder.paths import arrivals_file, attempts_file
from autograder.safe_text import quoted

from .arrivals import Arrival, Trust
from .coursedir import SafeCourseDirectory
from .submission_files import SECRET, SMALL, Contents, notebook_names, notebooks_digest, read_files, write_files
from .submission_name import Refused, SubmissionName, parse_name
from .submitted_folder import SubmittedFolder, Unusable
from .timekeeper import Timekeeper
from .timestamps import BadTime, parse_time, time_text

TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Submission:
    """A folder in the exchange with a student's submission.

    `time` is when the submission was sent: the time in the folder's name or, if that is not believed, the exchange's.
    `arrival` is None if the submission is not complete: its ``timestamp.txt``, which nbgrader writes after the
    notebook, does not contain the time in the folder's name. `shown` is the folder's name for the log. `has_secret`
    says whether the file that nbgrader writes last is there.
    """

    student: str
    path: Path
    time: datetime
    arrival: Arrival | None
    shown: str
    has_secret: bool

    @property
    def known_arrival(self) -> Arrival:
        """The arrival of a submission that is known to be complete."""
        assert self.arrival is not None
        return self.arrival

    @property
    def arrived(self) -> float:
        """When a complete submission arrived, in seconds since 1970. Unlike `time`, this cannot be forged."""
        return self.known_arrival.seen.replace(tzinfo=UTC).timestamp()


class SafeCollect(ExchangeCollect):
    """Collects what grading needs from the students' own, complete submissions. Reports and skips everything else."""

    check_times = Bool(
        True, help="Whether the exchange's time counts if a submission gives a time that is much earlier."
    ).tag(config=True)
    tolerance_minutes = Float(
        10.0, min=0, help="How many minutes earlier than the exchange's time a submission's time may be."
    ).tag(config=True)
    exchange_moved = Unicode(
        "",
        help=(
            'When the exchange was moved or restored, such as "2026-10-20 14:00:00 UTC". Submissions that give an '
            "earlier time are believed."
        ),
    ).tag(config=True)

    inbound_path: str
    src_records: list[Submission]

    def init_src(self) -> None:
        """Choose one submission from each student."""
        self.duedate = self._find_duedate()
        listed = list(self._list_submissions())
        self.timekeeper.check()
        by_student: defaultdict[str, list[Submission]] = defaultdict(list)
        for submission in listed:
            if submission.arrival:
                submission = replace(submission, time=self.timekeeper.sent(submission.student, submission.arrival))
            by_student[submission.student].append(submission)
        self._leave_to_watch(by_student)
        chosen = (self._choose(by_student[student]) for student in sorted(by_student))
        self.src_records = [submission for submission in chosen if submission]

    def _leave_to_watch(self, by_student: dict[str, list[Submission]]) -> None:
        """Leave out the students whose attempts `watch` counts. It may have refused their latest submission."""
        assignment = self.coursedir.assignment_id
        watched = [s for s in by_student if attempts_file(self.coursedir.root, assignment, s).exists()]
        for student in watched:
            del by_student[student]
        if watched:
            self.log.warning(
                "%d students were left out, because their attempts are counted. To collect and grade their new "
                "submissions, run `python -m autograder watch %s --once` with the options that you usually give it.",
                len(watched),
                assignment,
            )

    def copy_files(self) -> None:
        """Collect the chosen submissions. A submission that cannot be copied does not stop the others."""
        names = f"of {self.coursedir.assignment_id!r} for course {self.coursedir.course_id!r}"
        if self.src_records:
            self.log.info("Processing %d submissions %s", len(self.src_records), names)
        else:
            self.log.warning("No submissions %s to collect", names)
        for submission in self.src_records:
            try:
                self._collect(submission)
            except (OSError, Refused) as reason:
                self.log.error("%s was not collected: %s", submission.shown, reason)

    def _find_inbound(self) -> str:
        course = self.coursedir.course_id
        if not course:
            self.fail("No course id specified. Re-run with --course flag.")
        path = os.path.join(self.root, course, "inbound")
        if not os.path.isdir(path):
            self.fail(f"Course not found: {path}")
        if not os.access(path, os.R_OK | os.X_OK):
            self.fail(f"You don't have read permissions for the directory: {path}")
        return path

    def _find_duedate(self) -> datetime | None:
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                due: datetime | None = gradebook.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                due = None
        return due

    @cached_property
    def timekeeper(self) -> Timekeeper:
        """Decides which time counts for each submission."""
        return Timekeeper(self._arrivals_file, self._find_trust(), self.log)

    def _find_trust(self) -> Trust:
        moved = None
        if self.exchange_moved:
            try:
                moved = parse_time(self.exchange_moved, self.timezone)
            except BadTime as reason:
                self.fail(f"c.SafeCollect.exchange_moved is {self.exchange_moved!r}, and {reason}.")
        return Trust(self.check_times, timedelta(minutes=self.tolerance_minutes), moved)

    def _arrivals_file(self, student: str) -> Path:
        return arrivals_file(self.coursedir.root, self.coursedir.assignment_id, student)

    def _list_submissions(self) -> Iterator[Submission]:
        """Yield the submissions in the exchange. Report each folder that is refused."""
        for path, sender in self.arrivals():
            try:
                if submission := self.examine(path, sender):
                    yield submission
            except Refused as reason:
                if self._is_asked_for(sender or path.name.partition(f"+{self.coursedir.assignment_id}")[0]):
                    self.log.warning("%s was not collected: %s", shown(path, sender), reason)

    def arrivals(self) -> Iterator[tuple[Path, str]]:
        """Yield each path in the exchange, with the student it must come from, or "" if its name says who that is."""
        self.inbound_path = self._find_inbound()
        for name in sorted(os.listdir(self.inbound_path)):
            yield Path(self.inbound_path, name), ""

    def examine(self, path: Path, sender: str) -> Submission | None:
        """Return the submission at a path from `arrivals`, or None if it has nothing to do with the assignment.

        Raises
        ------
        Refused
            If the submission is malformed, or not the student's own.
        """
        parsed = parse_name(path.name, self.coursedir.assignment_id, self.timezone)
        if not parsed or not self._is_asked_for(sender or parsed.student):
            return None
        return self._inspect(path, parsed, sender or parsed.student, shown(path, sender))

    def _is_asked_for(self, student: str) -> bool:
        return fnmatch.fnmatchcase(student, self.coursedir.student_id or "*")

    def _inspect(self, path: Path, parsed: SubmissionName, student: str, shown: str) -> Submission:
        with self._open(path, student) as folder:
            has_secret = SECRET in folder.names()
            try:
                complete = folder.read(TIMESTAMP, SMALL).strip() == parsed.stamp.encode()
            except Unusable:
                complete = False
            arrival = self._record(folder, path.name, parsed.time, student) if complete else None
        if parsed.student != student:
            self.log.warning("%s is in %s's folder, so it counts as that student's work", shown, student)
        return Submission(student, path, parsed.time, arrival, shown, has_secret)

    def _record(self, folder: SubmittedFolder, name: str, claimed: datetime, student: str) -> Arrival:
        """Record that a submission is in the exchange."""
        changed = folder.last_change(notebook_names(folder, f"{self.coursedir.assignment_id}.ipynb"))
        digest = lambda: notebooks_digest(self._read_notebooks(folder))  # noqa: E731
        return self.timekeeper.record(student, name, claimed, changed, digest)

    def _open(self, path: Path, student: str) -> SubmittedFolder:
        """Open a submission's folder. Refuse it if owners are checked and the folder does not belong to the student."""
        try:
            folder = SubmittedFolder(path)
        except OSError:
            raise Refused("it is not a folder that can be read") from None
        if self.check_owner and folder.owner != student:
            folder.close()
            raise Refused(
                f"it belongs to the Unix user {folder.owner}, not to {student}. Someone may be trying to cheat. If all "
                "students' servers run as the same Unix user, set c.ExchangeCollect.check_owner = False"
            )
        return folder

    def _choose(self, submissions: Iterable[Submission]) -> Submission | None:
        """Return the latest complete submission. With `before_duedate`, submissions on time take precedence."""
        ordered = sorted(submissions, key=lambda submission: (submission.time, submission.path), reverse=True)
        complete = [submission for submission in ordered if submission.arrival]
        for submission in ordered:
            if not submission.arrival and (not complete or submission.time >= complete[0].time):
                self.log.warning(
                    "%s was not collected: its timestamp.txt does not contain the time in its name, so it is still "
                    "being written or was cut short. Collect again in a minute; if you see this message again, the "
                    "student has to resubmit.",
                    submission.shown,
                )
        due = self.duedate if self.before_duedate else None
        on_time = [submission for submission in complete if due and self._counted(submission) <= due]
        return next(iter(on_time or complete), None)

    def _counted(self, submission: Submission) -> datetime:
        """Return the time that counts for a complete submission."""
        return self.timekeeper.counted(submission.student, submission.known_arrival)

    def _collect(self, submission: Submission) -> None:
        """Collect one submission, unless it or a later one has been collected already."""
        student, assignment = submission.student, self.coursedir.assignment_id
        target = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, assignment))
        exists = os.path.lexists(target)
        if exists and not self._replaces(submission, target):
            reason = (
                "No newer submission to collect" if self.update else "Submission already exists, use --update to update"
            )
            self.log.info("%s: %s %s", reason, student, assignment)
            return
        self.log.info("%s submission: %s %s", "Updating" if exists else "Collecting", student, assignment)
        self.copy_submission(submission, target)

    def _replaces(self, submission: Submission, target: Path) -> bool:
        """Decide whether a submission replaces the collected one. Resubmitting the same content replaces nothing."""
        existing = SafeCourseDirectory.copy_of(self.coursedir).get_existing_timestamp(str(target))
        last = self.timekeeper.of(submission.student).collected
        if last is None or last.counted != existing:  # something else has been put there
            newer = existing is None or submission.time > existing
            return bool((self.update and newer) or (self.before_duedate and existing != self._counted(submission)))
        if last.digest == submission.known_arrival.digest:
            self._correct_time(submission, target, existing)
            return False
        return bool((self.update and submission.time > last.time) or self.before_duedate)

    def _correct_time(self, submission: Submission, target: Path, existing: datetime | None) -> None:
        """If a different time now counts, correct a collected submission's time in its folder and in the gradebook."""
        counted = self._counted(submission)
        if counted == existing or not (self.update or self.before_duedate):
            return
        (target / TIMESTAMP).write_text(time_text(counted))
        with (
            Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook,
            contextlib.suppress(MissingEntry),  # not graded yet
        ):
            gradebook.find_submission(self.coursedir.assignment_id, submission.student).timestamp = counted
            gradebook.db.commit()
        self.timekeeper.collected(submission.student, submission.known_arrival)
        self.log.warning("%s's submission now counts as submitted at %s", submission.student, time_text(counted))

    def copy_submission(self, submission: Submission, target: Path) -> None:
        """Copy the files that grading needs. An interruption never leaves part of the new copy in `target`."""
        self.timekeeper.check()
        unfinished = target.with_name(f".{target.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        # The time is written again, in UTC, because the course's time zone is known only here.
        (unfinished / TIMESTAMP).write_text(time_text(self._counted(submission)))
        with self._open(submission.path, submission.student) as folder:
            notebooks = self._read_notebooks(folder)
            if notebooks_digest(notebooks) != submission.known_arrival.digest:
                raise Refused("it was changed while it was being collected. Collect again")
            if not notebooks:
                others = [quoted(name[:60]) for name in folder.names() if name.lower().endswith(".ipynb")][:3]
                but = f", but it has {', '.join(others)}" if others else ""
                self.log.warning("%s has no %s.ipynb%s", submission.shown, self.coursedir.assignment_id, but)
            largest = 1000 * self.coursedir.max_file_size
            write_files(unfinished, notebooks, folder, largest, self.log, submission.shown)
        if self.coursedir.groupshared:
            unfinished.chmod(0o2770)
            for path in unfinished.iterdir():
                path.chmod(0o660)
        if os.path.lexists(target):
            shutil.rmtree(target)
        unfinished.rename(target)
        self.timekeeper.collected(submission.student, submission.known_arrival)

    def _read_notebooks(self, folder: SubmittedFolder) -> Contents:
        return read_files(folder, notebook_names(folder, f"{self.coursedir.assignment_id}.ipynb"))


def shown(path: Path, sender: str) -> str:
    """Return the name of a path in the exchange, for the log."""
    return quoted(os.path.join(sender, path.name))
