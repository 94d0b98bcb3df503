"""`nbgrader collect`, hardened against what students can leave in the exchange.

nbgrader copies submissions with the instructor's permissions and follows links. A student could therefore give a link
the notebook's name and submit any file that the instructor can read. For example, the instructor's own notebook would
earn full credit, and its feedback would show the solutions. A named pipe, an unreadable file, or a folder whose name
contains no time would stop the collection for everyone. A folder in another student's name would be collected with only
a warning, and files that grading ignores would fill the disk.

nbgrader also collects folders that are incomplete, because they are still being written or because a server was killed,
and grades them as if they were complete.
"""

import fnmatch
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect

from autograder.notebooks.intake import MAX_BYTES, is_numbered_copy
from autograder.paths import attempts_file
from autograder.safe_text import quoted

from .coursedir import SafeCourseDirectory
from .submission_name import Refused, SubmissionName, parse_name
from .submitted_folder import SubmittedFolder, TooLarge, Unusable, write_sparse

TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
SMALL = 1000  # bytes, more than nbgrader writes to either of these
MAX_COPIES = 3  # copies of the notebook that are collected; grading uses one, and names at most three


@dataclass(frozen=True)
class Submission:
    """A folder in the exchange with a student's submission.

    `complete` says whether ``timestamp.txt``, which nbgrader writes after the notebook, contains the time in the
    folder's name, and `has_secret` whether the file that nbgrader writes last is there. `arrived` is when the folder
    was last changed, in seconds since 1970: unlike `time`, which the student's nbgrader writes, it cannot be forged.
    `shown` is the folder's name for the log.
    """

    student: str
    path: Path
    time: datetime
    complete: bool
    shown: str
    arrived: float
    has_secret: bool


class SafeCollect(ExchangeCollect):
    """Collects what grading needs from the students' own, complete submissions. Reports and skips everything else."""

    inbound_path: str
    src_records: list[Submission]

    def init_src(self) -> None:
        """Choose a submission of each student."""
        self.inbound_path = self._find_inbound()
        self.duedate = self._find_duedate()
        by_student: defaultdict[str, list[Submission]] = defaultdict(list)
        for submission in self._list_submissions():
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
                "%d students were left out, because their attempts are counted. To collect and grade what has arrived "
                "from them, run `python -m autograder watch %s --once` with the options that you watch with.",
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
        """Yield each path in the exchange, with the student it must come from, or with "" if its name says that."""
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
            arrived, has_secret = folder.changed, SECRET in folder.names()
            try:
                written = folder.read(TIMESTAMP, SMALL)
            except Unusable:
                written = b""
        if parsed.student != student:
            self.log.warning("%s is in %s's folder, so it counts as that student's work", shown, student)
        complete = written.strip() == parsed.stamp.encode()
        return Submission(student, path, parsed.time, complete, shown, arrived, has_secret)

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
        """Return the submission of a student to collect: the latest complete one, if possible before the due date."""
        ordered = sorted(submissions, key=lambda submission: (submission.time, submission.path), reverse=True)
        complete = [submission for submission in ordered if submission.complete]
        for submission in ordered:
            if not submission.complete and (not complete or submission.time >= complete[0].time):
                self.log.warning(
                    "%s was not collected: its timestamp.txt does not contain the time in its name, so it is still "
                    "being written or was cut short. Collect again in a minute; if you see this message again, the "
                    "student has to resubmit.",
                    submission.shown,
                )
        due = self.duedate if self.before_duedate else None
        on_time = [submission for submission in complete if due and submission.time <= due]
        return next(iter(on_time or complete), None)

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
        existing = SafeCourseDirectory.copy_of(self.coursedir).get_existing_timestamp(str(target))
        if self.update and (existing is None or submission.time > existing):
            return True
        return bool(self.before_duedate and existing != submission.time)

    def copy_submission(self, submission: Submission, target: Path) -> None:
        """Copy the files that grading needs. Whenever this is interrupted, `target` is complete or does not exist."""
        unfinished = target.with_name(f".{target.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        # The time is written again, in UTC, because the course's time zone is known only here.
        (unfinished / TIMESTAMP).write_text(f"{submission.time:%Y-%m-%d %H:%M:%S.%f} UTC")
        with self._open(submission.path, submission.student) as folder:
            for name, limit in self._needed_files(folder, submission.shown):
                try:
                    write_sparse(unfinished / name, folder.read(name, limit))
                except Unusable as reason:
                    self.log.warning("%s in %s was not collected: %s", quoted(name), submission.shown, reason)
                    if isinstance(reason, TooLarge) and name != SECRET:
                        # Zeros, which take no room: grading then tells the student that the notebook is too large.
                        size = min(reason.size, 1000 * self.coursedir.max_file_size)
                        write_sparse(unfinished / name, b"", size)
        if self.coursedir.groupshared:
            unfinished.chmod(0o2770)
            for path in unfinished.iterdir():
                path.chmod(0o660)
        if os.path.lexists(target):
            shutil.rmtree(target)
        unfinished.rename(target)

    def _needed_files(self, folder: SubmittedFolder, shown: str) -> Iterator[tuple[str, int]]:
        """Yield the name of each existing file that grading needs, and its maximum size in bytes."""
        names, notebook = folder.names(), f"{self.coursedir.assignment_id}.ipynb"
        copies = [name for name in names if is_numbered_copy(name, notebook)][:MAX_COPIES]
        notebooks = [name for name in (notebook, *copies) if name in names]
        if not notebooks:
            others = [quoted(name[:60]) for name in names if name.lower().endswith(".ipynb")][:3]
            self.log.warning("%s has no %s%s", shown, notebook, f", but it has {', '.join(others)}" if others else "")
        yield from ((name, MAX_BYTES) for name in notebooks)
        if SECRET in names:
            yield SECRET, SMALL


def shown(path: Path, sender: str) -> str:
    """Return the name of a path in the exchange, for the log."""
    return quoted(os.path.join(sender, path.name))
