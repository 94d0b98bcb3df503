"""Imports a download: finds the student and the notebook of each submission in it, and collects the notebooks."""

import logging
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

from dateutil.tz import gettz
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.baseapp import NbGrader

from autograder.paths import build_folder
from autograder.plugin.identities import Identities, add_identities
from autograder.student_ids import refusal

from .collect import ImportCollect, Staged
from .download import NotADownload, open_download
from .files import File, Refusal
from .notebooks import Notebook, Search
from .platform import Platform
from .report import Report
from .roster import Person, Roster, key, person
from .roster_file import read_roster
from .senders import Sender, Sent, sent_files

# The roster columns for the kinds of keys that file names contain.
COLUMNS_OF_KEYS = {"canvas": "canvas_id", "moodle": "identifier", "student": "sid", "email": "email"}


class Received(NamedTuple):
    """A file that a student submitted, the time that orders it, and the sender who is this student."""

    time: datetime
    sent: Sent
    sender: Sender


class Import:
    """Imports a download for one assignment of the course in the current folder.

    Parameters
    ----------
    assignment : str
    platform : Platform
    log : logging.Logger
        Receives what an instructor should know about the collection.

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
            If the download or the roster cannot be used. In that case, nothing has been imported.
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
        add_identities(self.course, self.platform, self.assignment, _identities(roster, students))
        return self.report

    def _gradebook(self) -> tuple[list[Person], datetime | None]:
        """Return the students in the gradebook, and when the assignment is due."""
        with Gradebook(self.app.coursedir.db_url, self.app.coursedir.course_id) as gradebook:
            enrolled = [student for student in gradebook.students if not refusal(student.id)]
            students = [person(s.id, s.first_name or "", s.last_name or "", s.email or "") for s in enrolled]
            try:
                return students, gradebook.find_assignment(self.assignment).duedate
            except MissingEntry:
                return students, None

    def _students(self, roster: Roster, sent: Iterator[Sent], downloaded: datetime) -> dict[str, list[Received]]:
        """Return what each student submitted. Report the files that cannot be assigned to one student."""
        students: defaultdict[str, list[Received]] = defaultdict(list)
        now = datetime.now(UTC).replace(tzinfo=None)
        for each in sent:
            for senders in each.senders:
                student, sender, reason = roster.find(senders)
                if sender is None:
                    self.report.unmatched.append(Refusal(each.file.shown, reason))
                    continue
                time = each.time or roster.people[student].time or each.file.time or downloaded
                students[student].append(Received(min(time, now), each, sender))
        for student in list(students):
            accounts = {received.sender.account for received in students[student]}
            if len(accounts) > 1:
                reason = f"{len(accounts)} people have the same name as {student}: give a roster with --roster"
                self.report.unmatched += [Refusal(each.sent.file.shown, reason) for each in students.pop(student)]
        return dict(students)

    def _stage(
        self, students: dict[str, list[Received]], roster: Roster, due: datetime | None, scratch: Path
    ) -> list[Staged]:
        """Take each student's notebook out of the download."""
        staged = []
        for number, student in enumerate(sorted(students)):
            folder = scratch / str(number)
            folder.mkdir()
            found = self._find_notebook(student, students[student], folder)
            if found is None:
                continue
            notebook, received = found
            counts = received.time
            if not (received.sent.time or roster.people[student].time):
                self.report.guessed += 1
                if self.platform is Platform.CANVAS and due and not received.sender.late:
                    counts = min(counts, due)
            staged.append(Staged(student, folder, notebook.shown, sent=received.time, counts=counts))
        return staged

    def _find_notebook(
        self, student: str, received: Sequence[Received], folder: Path
    ) -> tuple[Notebook, Received] | None:
        """Write a student's notebook to `folder`. Return it and the file that held it, or None if there is none."""
        search = Search(self.assignment, folder / f"{self.assignment}.ipynb", self.platform is not Platform.FOLDER)
        latest_first = sorted(
            received, key=lambda each: (each.time, each.sent.number, search.order(each.sent.file)), reverse=True
        )
        found = search.first([each.sent.file for each in latest_first])
        self.report.refused += search.refused
        self.report.skipped += search.others
        if found is None:
            if not search.others:
                names = ", ".join(each.sent.file.shown for each in latest_first[:3])
                self.report.missing.append(Refusal(student, f"there is no notebook in {names}"))
            return None
        notebook, file = found
        if notebook.doubt:
            self.report.doubts.append(Refusal(student, f"{notebook.shown} was imported, but {notebook.doubt}"))
        return notebook, next(each for each in received if each.sent.file is file)

    def _collect(self, staged: Sequence[Staged]) -> None:
        if not staged:
            return
        self.collector.staged = staged
        self.collector.start()
        self.report.added, self.report.updated = self.collector.added, self.collector.updated
        collected = {*self.collector.added, *self.collector.updated}
        self.report.unchanged = [each.student for each in staged if each.student not in collected]


def _identities(roster: Roster, students: Mapping[str, Sequence[Received]]) -> Identities:
    """Return what the platform calls each student, according to the files' names and the roster."""
    found: Identities = {}
    for student, received in students.items():
        keys = [pair for each in received for pair in each.sender.keys]
        found[student] = {COLUMNS_OF_KEYS[kind]: value for kind, value in keys if kind in COLUMNS_OF_KEYS}
    for student, listed in roster.people.items():
        if listed.row:
            found[student] = found.get(student, {}) | {name: value for name, value in listed.row.items() if value}
    return found


def _from_names(files: Sequence[File]) -> Roster:
    """Return a roster with the names of the folders as student IDs, for a course whose gradebook is empty."""
    paths = [file.parts for file in files if len(file.parts) > 1]
    inside = {path[1] for path in paths if len(path) > 2}
    depth = int(len({path[0] for path in paths}) == 1 and len(inside) > 1)  # a folder around everything
    names = {key("student", path[depth]): path[depth] for path in paths if len(path) > depth + 1}
    return Roster(person(name) for name in names.values() if not refusal(name))
