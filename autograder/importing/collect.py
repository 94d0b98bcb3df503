"""Puts imported notebooks where `nbgrader autograde` looks for them, by the rules of `nbgrader collect`.

So a newer submission replaces an older one, never the other way around; a notebook that is submitted again changes
nothing, and the time of the first submission counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.plugin.arrivals import Arrival, Trust
from autograder.plugin.collect import SafeCollect, Submission
from autograder.plugin.submission_files import notebooks_digest
from autograder.plugin.submitted_folder import SubmittedFolder
from autograder.plugin.timekeeper import Timekeeper
from autograder.plugin.timestamps import time_text


@dataclass(frozen=True)
class Staged:
    """A notebook that was taken from a download. Times are in UTC, without a time zone.

    Attributes
    ----------
    student : str
    folder : Path
        The folder that contains the notebook, under the assignment's name.
    shown : str
        The notebook's path in the download, safe to print.
    sent : datetime
        The time by which submissions are ordered.
    counts : datetime
        The time that determines whether the submission is late.
    """

    student: str
    folder: Path
    shown: str
    sent: datetime
    counts: datetime


class ImportTimekeeper(Timekeeper):
    """The times of imported submissions: `seen` orders them, and `claimed` counts."""

    def sent(self, student: str, arrival: Arrival) -> datetime:
        return self.of(student).current(arrival).seen


class ImportCollect(SafeCollect):
    """Collects staged notebooks instead of those in the exchange. Set `staged` before starting it.

    Attributes
    ----------
    added, updated : list of str
        The students whose submissions were collected for the first time, and those whose submissions were replaced.
    """

    staged: Sequence[Staged] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, update=True, before_duedate=False, check_owner=False, check_times=False)
        self.added: list[str] = []
        self.updated: list[str] = []

    def _list_submissions(self) -> Iterator[Submission]:
        for staged in self.staged:
            arrival = self._arrival(staged)
            self.timekeeper.of(staged.student).excuse(arrival)  # so that `collect` believes the platform's time, too
            yield Submission(staged.student, staged.folder, staged.sent, arrival, staged.shown, has_secret=False)

    def _arrival(self, staged: Staged) -> Arrival:
        """Record an imported notebook under a name that is unique to its content and time."""
        with SubmittedFolder(staged.folder) as folder:
            digest = notebooks_digest(self._read_notebooks(folder))
        name = f"import of {digest} sent at {time_text(staged.counts)}"
        return self.timekeeper.record(staged.student, name, staged.counts, staged.sent, lambda: digest)

    @cached_property
    def timekeeper(self) -> Timekeeper:
        return ImportTimekeeper(self._arrivals_file, Trust(False, self._find_trust().tolerance), self.log)

    def copy_submission(self, submission: Submission, target: Path) -> None:
        collected = self.updated if target.exists() else self.added
        super().copy_submission(submission, target)
        collected.append(submission.student)
