"""Imports a download: finds the student and the notebook of each submission in it, and collects the notebooks."""

import logging
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from dateutil.tz import gettz
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.baseapp import NbGrader

from autograder.paths import build_folder
from autograder.student_ids import refusal

from .collect import ImportCollect, Staged
from .download import File, NotADownload, Refusal, open_download
from .identities import save_identities
from .notebooks import Search
from .platform import Platform
from .roster import Person, Roster, key, person, read_roster
from .senders import Sender, Sent, sent_files


@dataclass
class Report:
    """What became of the files in a download. Names in it are safe to print.

    Attributes
    ----------
    added, updated, unchanged : list of str
        The students whose submissions were collected for the first time, replaced, or left as they were, because they
        are the same or newer.
    unmatched : list of Refusal
        The files that belong to no student, or not certainly to one.
    refused : list of Refusal
        The files that were not read.
    missing : list of Refusal
        The students in the download who have no notebook in it, each with the reason.
    doubts : list of Refusal
        The notebooks that were collected but may not be the right ones.
    skipped : int
        The number of notebooks that belong to other assignments.
    guessed : int
        The number of submissions whose time of submission the download does not say.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unmatched: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    missing: list[Refusal] = field(default_factory=list)
    doubts: list[Refusal] = field(default_factory=list)
    skipped: int = 0
    guessed: int = 0


@dataclass
class Submitted:
    """The files that one student sent in, each with the time that orders it."""

    files: list[tuple[datetime, Sent, Sender]] = field(default_factory=list)

    def latest_first(self, search: Search) -> list[File]:
        ordered = sorted(
            self.files, key=lambda each: (each[0], each[1].number, search.order(each[1].file)), reverse=True
        )
        return [sent.file for _, sent, _ in ordered]


class Import:
    """The import of a download for one assignment of the course in the current folder.

    Parameters
    ----------
    assignment : str
    platform : Platform
    log : logging.Logger
        Where collecting reports what an instructor should know.

    Raises
    ------
    NotADownload
        If the course's time zone is unknown.
    """

    def __init__(self, assignment: str, platform: Platform, log: logging.Logger) -> None:
        self.assignment, self.platform = assignment, platform
        self.app = NbGrader()
        self.app.initialize(["--log-level=CRITICAL"])
        self.app.start()
        self.app.coursedir.assignment_id = assignment
        self.course = Path(self.app.coursedir.root)
        self.collector = ImportCollect(
            coursedir=self.app.coursedir, authenticator=self.app.authenticator, parent=self.app, log=log
        )
        self.report = Report()

    @property
    def zone_name(self) -> str:
        """The course's time zone, which is ``c.Exchange.timezone``."""
        return str(self.collector.timezone)

    @property
    def zone(self) -> tzinfo:
        zone = gettz(self.zone_name)
        if zone is None:
            raise NotADownload(f"c.Exchange.timezone is {self.zone_name!r}, which is not a time zone.")
        return zone

    def run(self, path: Path, roster_file: Path | None) -> Report:
        """Import the download at `path`.

        Raises
        ------
        NotADownload, BadRoster
            If the download or the roster cannot be used. Nothing has been imported then.
        """
        enrolled, due = self._gradebook()
        roster = read_roster(roster_file, enrolled, self.zone) if roster_file else Roster(enrolled)
        with open_download(path, self.zone) as (files, refused):
            if self.platform is Platform.FOLDER and not roster.people:
                roster = _from_names(files)
            self.report.refused += refused
            downloaded = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
            students = self._students(roster, sent_files(self.platform, files, roster.knows), downloaded)
            build_folder(self.course).mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=build_folder(self.course), prefix=".import-") as scratch:
                staged = self._stage(students, roster, due, Path(scratch))
                self._collect(staged)
        senders = {student: [sender for *_, sender in submitted.files] for student, submitted in students.items()}
        save_identities(self.course, self.platform, self.assignment, roster, senders)
        return self.report

    def _gradebook(self) -> tuple[list[Person], datetime | None]:
        """Return the students in the gradebook, and when the assignment is due."""
        with Gradebook(self.app.coursedir.db_url, self.app.coursedir.course_id) as gradebook:
            students = [person(s.id, s.first_name or "", s.last_name or "", s.email or "") for s in gradebook.students]
            try:
                return students, gradebook.find_assignment(self.assignment).duedate
            except MissingEntry:
                return students, None

    def _students(self, roster: Roster, sent: Iterator[Sent], downloaded: datetime) -> dict[str, Submitted]:
        """Return what each student sent in. Report the files that are not certainly one student's."""
        students: defaultdict[str, Submitted] = defaultdict(Submitted)
        now = datetime.now(UTC).replace(tzinfo=None)
        for each in sent:
            for senders in each.senders:
                student, sender, reason = roster.find(senders)
                if sender is None:
                    self.report.unmatched.append(Refusal(each.file.shown, reason))
                    continue
                time = each.time or roster.people[student].time or each.file.time or downloaded
                students[student].files.append((min(time, now), each, sender))
        for student in list(students):
            accounts = {sender.account for *_, sender in students[student].files}
            if len(accounts) > 1:
                reason = f"{len(accounts)} different people are named like {student}: give a roster with --roster"
                self.report.unmatched += [Refusal(s.file.shown, reason) for _, s, _ in students.pop(student).files]
        return dict(students)

    def _stage(
        self, students: dict[str, Submitted], roster: Roster, due: datetime | None, scratch: Path
    ) -> list[Staged]:
        """Take each student's notebook out of the download."""
        staged = []
        for number, (student, submitted) in enumerate(sorted(students.items())):
            folder = scratch / str(number)
            folder.mkdir()
            search = Search(self.assignment, folder / f"{self.assignment}.ipynb", self.platform is not Platform.FOLDER)
            found = search.first(submitted.latest_first(search))
            self.report.refused += search.refused
            self.report.skipped += search.others
            if found is None:
                if not search.others:
                    names = ", ".join(sent.file.shown for _, sent, _ in submitted.files[:3])
                    self.report.missing.append(Refusal(student, f"there is no notebook in {names}"))
                continue
            notebook, file = found
            if notebook.doubt:
                self.report.doubts.append(Refusal(student, f"{notebook.shown} was imported, but {notebook.doubt}"))
            time, sent, sender = next(each for each in submitted.files if each[1].file is file)
            counts = time
            if not (sent.time or roster.people[student].time):
                self.report.guessed += 1
                if self.platform is Platform.CANVAS and due and not sender.late:
                    counts = min(time, due)
            staged.append(Staged(student, folder, notebook.shown, sent=time, counts=counts))
        return staged

    def _collect(self, staged: Sequence[Staged]) -> None:
        if not staged:
            return
        self.collector.staged = staged
        self.collector.start()
        self.report.added, self.report.updated = self.collector.added, self.collector.updated
        collected = {*self.collector.added, *self.collector.updated}
        self.report.unchanged = [each.student for each in staged if each.student not in collected]


def _from_names(files: Sequence[File]) -> Roster:
    """Return a roster of the students whose IDs are the names of folders, for a course whose gradebook is empty."""
    names = {key("student", file.parts[0]): file.parts[0] for file in files if len(file.parts) > 1}
    return Roster(person(name) for name in names.values() if not refusal(name))
