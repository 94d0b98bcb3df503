"""The output of an nbgrader run over a class, and what happens if a submission fails.

nbgrader's own loop over the submissions logs nine lines for each of them. Our loops show a progress bar instead, and
write one line per submission, to log files only. Warnings say what an instructor should know, so they appear in
the terminal, too.
"""

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import NoReturn, Self

import nbconvert
import nbgrader
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.utils import rmtree
from sqlalchemy.exc import OperationalError
from tqdm import tqdm

from autograder.grading.pool import GradingError, PoolEnded

LIBRARIES = tuple(f"{folder}{os.sep}" for module in (nbgrader, nbconvert) for folder in module.__path__)


class ClassRun:
    """Shows the progress of a run. Use it in a ``with`` statement.

    Parameters
    ----------
    converter : nbgrader.converters.BaseConverter
        The converter whose submissions are converted.
    doing : str
        The label of the progress bar.
    total : int
        The number of submissions.

    Attributes
    ----------
    failed : list of str
        The students whose submissions could not be converted.
    converted : int
        The number of submissions that were converted.
    """

    def __init__(self, converter: BaseConverter, doing: str, total: int) -> None:
        self.converter, self.log = converter, converter.log
        self.failed: list[str] = []
        self.converted = 0
        self._bar = tqdm(desc=doing, total=total, unit="submission", disable=None if total else True)
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self._bar)
        self._open.enter_context(own_messages_only(self.log))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @contextlib.contextmanager
    def submission(self, student: str) -> Iterator[None]:
        """Convert one submission in the body. If the body fails, remove what it wrote, and log the reason.

        Raises
        ------
        NbGraderException
            If the other submissions would fail, too: the gradebook cannot be used, or the processes that grade have
            ended.
        """
        try:
            yield
        except PoolEnded as reason:
            self._stop(student, f"{reason}: run the command again to grade what is left.")
        except GradingError as reason:
            self._fail(student, str(reason))
        except OperationalError as error:
            self._stop(
                student,
                f"The gradebook cannot be used: {error.orig}. If another program is busy with it, try again later; if "
                "nbgrader was upgraded, back up the gradebook and run `nbgrader db upgrade`.",
            )
        except Exception:
            self._fail(student, traceback.format_exc())
        except BaseException:
            self._remove_output(student)
            raise

    def done(self, line: str) -> None:
        """Advance the progress bar, and write a line to the log files."""
        self._bar.update()
        self.converted += 1
        self.log.info("%s", line)

    def warn(self, sentence: str) -> None:
        """Log a warning above the progress bar."""
        with tqdm.external_write_mode(file=sys.stderr):
            self.log.warning("%s", sentence)

    def raise_if_any_failed(self) -> None:
        """Raise NbGraderException, which makes nbgrader exit with status 1, if a submission failed."""
        if self.failed:
            raise NbGraderException(f"{len(self.failed)} submissions failed: {', '.join(self.failed)}")

    def _stop(self, student: str, reason: str) -> NoReturn:
        self._remove_output(student)
        with tqdm.external_write_mode(file=sys.stderr):
            self.log.error("%s", reason)
        raise NbGraderException(reason) from None

    def _fail(self, student: str, reason: str) -> None:
        self._remove_output(student)
        self.failed.append(student)
        with tqdm.external_write_mode(file=sys.stderr):
            # The same two messages as nbgrader's own loop, because `autograder.watch` looks for them.
            self.log.error("There was an error processing assignment: %s", self._folder(student))
            self.log.error("%s", reason)
        self._bar.update()

    def _folder(self, student: str) -> str:
        folder: str = self.converter._format_source(self.converter.coursedir.assignment_id, student)
        return folder

    def _remove_output(self, student: str) -> None:
        output = self.converter._format_dest(self.converter.coursedir.assignment_id, student)
        if os.path.exists(output):
            rmtree(output)


@contextlib.contextmanager
def own_messages_only(log: logging.Logger) -> Iterator[None]:
    """Leave out what nbgrader and nbconvert log, except for errors, and show only warnings outside log files."""

    def is_ours(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR or not record.pathname.startswith(LIBRARIES)

    def is_warning(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING

    terminals = [handler for handler in log.handlers if not isinstance(handler, logging.FileHandler)]
    log.addFilter(is_ours)
    for handler in terminals:
        handler.addFilter(is_warning)
    try:
        yield
    finally:
        log.removeFilter(is_ours)
        for handler in terminals:
            handler.removeFilter(is_warning)
