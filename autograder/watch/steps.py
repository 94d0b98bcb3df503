"""The steps from a submission to its feedback, for a batch of students, done by nbgrader's own classes.

nbgrader takes a second or two to start, so all steps run in this process, which starts it only once.
"""

import logging
import os
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import redirect_stderr
from datetime import UTC
from logging.handlers import RotatingFileHandler
from pathlib import Path
from shutil import copy, rmtree

from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DBAPIError

from autograder.attempts.record import Damaged, Sent
from autograder.notebooks.intake import Unreadable, read_or_reason
from autograder.paths import watch_folder
from autograder.plugin.collect import SafeCollect, Submission
from autograder.plugin.coursedir import SafeCourseDirectory
from autograder.plugin.stale import graded_notebook
from autograder.student_ids import refusal

LOG_BYTES = 5_000_000  # for each of two files


class Steps:
    """Runs nbgrader for one assignment of the course in the current folder.

    Parameters
    ----------
    assignment : str

    Attributes
    ----------
    course, folder : Path
        The course's folder, and the folder for what is known about the assignment's submissions.
    collector : SafeCollect
        Reads the exchange. Its messages go to the terminal.
    released : Path
        The notebook that `nbgrader generate_assignment` made for students.
    log_file : Path
        Where all of nbgrader's other messages go.
    """

    def __init__(self, assignment: str) -> None:
        self.assignment = assignment
        self.notebook = f"{assignment}.ipynb"
        self.app = NbGrader()
        self.app.initialize([])
        self.app.start()
        self.course = Path(self.app.coursedir.root)
        self.folder = watch_folder(self.course, assignment)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_file = self.folder / "nbgrader.log"
        self.failures = Failures()
        file = RotatingFileHandler(self.log_file, "a", LOG_BYTES, 1, "utf-8")
        _replace_handlers(self.app.log, self.failures, file)
        terminal = logging.getLogger(__name__)
        _replace_handlers(terminal, logging.StreamHandler())
        terminal.addFilter(lambda record: record.levelno == logging.WARNING)  # errors are raised, too
        self.collector: SafeCollect = self.app.exchange.Collect(
            coursedir=self._coursedir(), authenticator=self.app.authenticator, parent=self.app, log=terminal
        )
        self.released = Path(self.app.coursedir.format_path(self.app.coursedir.release_directory, ".", assignment))
        self.released /= self.notebook
        here = self.folder.relative_to(self.course)
        self.arrived = self._coursedir(submitted_directory=str(here / "arrived"))
        self.notices = self._coursedir(feedback_directory=str(here / "notices"))

    def stage(self, submission: Submission) -> Sent:
        """Copy a submission to where no student can change it. It replaces what was there.

        Raises
        ------
        OSError, Refused
            If the submission cannot be copied.
        """
        target = self._path(self.arrived, "submitted", submission.student)
        self.collector.copy_submission(submission, target)
        content = read_or_reason(target / self.notebook)
        problem = str(content) if isinstance(content, Unreadable) else ""
        submitted = submission.time.replace(tzinfo=UTC).timestamp()
        return Sent(submission.path.name, submitted, submission.arrived, content.digest, problem)

    def collect(self, student: str, sent: Sent) -> None:
        """Move a staged submission to where nbgrader expects it. Do nothing if that has already been done."""
        staged = self._path(self.arrived, "submitted", student)
        if staged.exists() and read_or_reason(staged / self.notebook).digest == sent.digest:
            target = self._path(self.app.coursedir, "submitted", student)
            rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.rename(target)

    def discard(self, student: str) -> None:
        """Remove a student's staged submission, except for what is needed to send a page in reply."""
        target = self._path(self.notices, "feedback", student)
        target.mkdir(parents=True, exist_ok=True)
        files = SafeCourseDirectory.copy_of(self.arrived).exchange_files(self.assignment, student)
        for name, content in files.items():
            (target / name).write_bytes(content)
        rmtree(self._path(self.arrived, "submitted", student))

    def autograde(self, digests: Mapping[str, str]) -> tuple[dict[str, tuple[float, float]], dict[str, str]]:
        """Grade the collected submissions of some students.

        Parameters
        ----------
        digests : mapping of str to str
            The digest of each student's submission.

        Returns
        -------
        dict of str to (float, float)
            The score and the maximum of each student whose submission has been graded.
        dict of str to str
            Why each of the others could not be graded.
        """
        if not digests:  # nbgrader has nothing to do
            return {}, {}
        try:
            reasons = self._convert(AutogradeAny, "submitted", digests)
            graded = {student for student, digest in digests.items() if self._graded(student) == digest}
            return self._scores(graded), {student: reasons[student] for student in set(digests) - graded}
        except Exception as error:
            return {}, dict.fromkeys(digests, reason(error))

    def write_feedback(self, students: Collection[str]) -> dict[str, str]:
        """Write the feedback pages of some students, and return the reason for each student who gets none."""
        try:
            for student in students:
                self._page(student).unlink(missing_ok=True)  # so that no old page can be mistaken for the new one
            reasons = self._convert(GenerateFeedback, "autograded", students)
        except Exception as error:
            return dict.fromkeys(students, reason(error))
        return {student: reasons[student] for student in students if not self._page(student).exists()}

    def release_feedback(self, student: str) -> None:
        """Put a student's feedback page into the exchange."""
        self._release(self._coursedir(student_id=student))

    def release_notice(self, student: str) -> None:
        """Put a student's feedback page into the exchange as the reply to a submission that was not graded."""
        copy(self._page(student), self._path(self.notices, "feedback", student) / self._page(student).name)
        self.notices.student_id = student
        self._release(self.notices)

    def _release(self, coursedir: CourseDirectory) -> None:
        self.app.exchange.ReleaseFeedback(
            coursedir=coursedir, authenticator=self.app.authenticator, parent=self.app
        ).start()

    def _convert(self, converter: type[BaseConverter], step: str, students: Iterable[str]) -> dict[str, str]:
        """Run a converter for some students. Return, for each of them, the reason to give if the result is missing."""
        pattern = self._path(self.app.coursedir, step, "*")
        everyone = {path.parent.name for path in pattern.parents[1].glob(f"*/{self.assignment}")}
        # Students whose names are refused (some contain commas) are not graded anyway.
        others = sorted(name for name in everyone.difference(students) if not refusal(name))
        coursedir = self._coursedir(student_id_exclude=",".join(others))
        self.failures.clear()
        why = f"see {self.log_file}"
        try:
            with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):  # no progress bar
                converter(coursedir=coursedir, parent=self.app).start()
        except NbGraderException as error:
            if isinstance(error.__context__, DBAPIError):
                raise
            why = str(error)
        folders = {student: str(self._path(self.app.coursedir, step, student)) for student in students}
        return {student: self.failures.reasons.get(folder, why) for student, folder in folders.items()}

    def _graded(self, student: str) -> str | None:
        """Return the digest of the submission that has been graded, if one has."""
        notebook = self._path(self.app.coursedir, "autograded", student) / self.notebook
        digest: str | None = graded_notebook(notebook).get("graded")
        return digest

    def _scores(self, students: Collection[str]) -> dict[str, tuple[float, float]]:
        """Return the score of each student, with any late penalty subtracted, and the maximum."""
        scores = {}
        with Gradebook(self.app.coursedir.db_url, self.app.coursedir.course_id) as gradebook:
            for student in students:
                submission = gradebook.find_submission(self.assignment, student)
                penalty = sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)
                scores[student] = submission.score - penalty, submission.max_score
        return scores

    def _coursedir(self, **changes: str) -> CourseDirectory:
        values = {name: getattr(self.app.coursedir, name) for name in self.app.coursedir.trait_names(config=True)}
        return CourseDirectory(parent=self.app, **values | {"assignment_id": self.assignment} | changes)

    def _path(self, coursedir: CourseDirectory, step: str, student: str) -> Path:
        folder: str = getattr(coursedir, f"{step}_directory")
        return Path(coursedir.format_path(folder, student, self.assignment))

    def _page(self, student: str) -> Path:
        return self._path(self.app.coursedir, "feedback", student) / f"{self.assignment}.html"


class AutogradeAny(Autograde):
    """nbgrader's `Autograde`, except that it starts even if no submission contains a notebook."""

    def init_notebooks(self) -> None:
        """Do nothing: `AutogradeRun` lists the submissions."""


class Failures(logging.Handler):
    """Gathers from nbgrader's log why submissions could not be converted: `reasons`, keyed by folder."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.reasons: dict[str, str] = {}
        self._folder = ""

    def clear(self) -> None:
        self.reasons, self._folder = {}, ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "There was an error processing assignment: %s":
            self._folder = record.getMessage().partition(": ")[2]
        elif self._folder and self._folder not in self.reasons:
            text = record.getMessage()
            lines = [line for line in text.splitlines() if re.match(r"[\w.]+: ", line)]
            self.reasons[self._folder] = (lines or [text])[-1]


def reason(error: BaseException) -> str:
    """Return in a few words, without a period, what went wrong."""
    if isinstance(error.__context__, DBAPIError):
        error = error.__context__
    if isinstance(error, DBAPIError):
        return f"the gradebook cannot be used: {error.orig}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    said = str(error).removesuffix(".")
    return said if isinstance(error, NbGraderException | Damaged) else f"{type(error).__name__}: {said}"


def _replace_handlers(log: logging.Logger, *handlers: logging.Handler) -> None:
    logging.raiseExceptions = False  # a full disk must not fill the terminal with tracebacks
    log.propagate = False
    log.handlers[:] = handlers
    for handler in handlers:
        handler.setLevel(max(handler.level, logging.INFO))
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
