"""Who sent each file in a download, and when, according to the way each platform names files.

- Canvas, "Download Submissions": ``lovelaceada_LATE_67890_12345_update_rules-1.ipynb`` has the student's sortable name
  without spaces and punctuation, the numbers of the student and the file, and the file's own name. If a file is
  submitted again, Canvas adds a number to its name. The name of typed-in text ends in ``_text.html`` and has no file
  number.
- Moodle, "Download all submissions": ``Ada Lovelace_123_assignsubmission_file/update_rules.ipynb``, or the same text in
  front of the file's own name if submissions aren't downloaded in folders. The number is that in the
  grading worksheet's ``Identifier`` column.
- Gradescope, "Export Submissions": ``assignment_1_export/submission_456/update_rules.ipynb``, and a file
  ``submission_metadata.yml`` with the submitters and the time of each submission.
- plain folders: ``ada/update_rules.ipynb`` or ``ada_update_rules.ipynb``.

Canvas and Moodle date the files in their zips with the time at which the zip was made.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .files import File
from .platform import Platform
from .submission_metadata import METADATA, Entry, read_metadata

CANVAS = re.compile(r"(?P<late>_LATE)?_(?P<student>[0-9]+)_(?:(?P<file>[0-9]+)_|(?=(?:text|link)\.html$))")
MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<id>[0-9]+)_assignsubmission_[a-z]+(?:_|$)")


@dataclass(frozen=True)
class Sender:
    """What a platform says about the student who sent a file: for each kind of key in a roster, its value.

    The keys are in the order in which they are looked up. For the kinds, see `autograder.importing.roster`.
    """

    keys: tuple[tuple[str, str], ...]
    late: bool = False

    @property
    def account(self) -> str:
        """The platform's own number for the student, or "" if the platform has none."""
        return next((value for kind, value in self.keys if kind in ("canvas", "moodle")), "")


@dataclass(frozen=True)
class Sent:
    """A file that students submitted.

    Attributes
    ----------
    file : File
    senders : tuple of tuple of Sender
        For each student who sent it, the possible identities. A group has several students.
    time : datetime or None
        When it was sent, if the platform says so: in UTC without a time zone.
    number : int
        Orders files that have the same time; files with higher numbers were sent later.
    """

    file: File
    senders: tuple[tuple[Sender, ...], ...]
    time: datetime | None = None
    number: int = 0


def sent_files(platform: Platform, files: Sequence[File], is_student: Callable[[str], bool]) -> Iterator[Sent]:
    """Yield each file in a download with what the platform says about it.

    Parameters
    ----------
    platform : Platform
    files : sequence of File
    is_student : callable (str) -> bool
        Whether a name in a plain folder is a student's.

    Raises
    ------
    NotADownload
        If the platform's list of submissions is missing or cannot be read.
    """
    if platform is Platform.GRADESCOPE:
        yield from _from_gradescope(files)
    elif platform is Platform.FOLDER:
        yield from _from_folders(files, is_student)
    else:
        read = _canvas if platform is Platform.CANVAS else _moodle
        for file in files:
            # The download may be in a folder. Below the part that names the student, the student chooses the names.
            found = next((senders for part in file.parts if (senders := read(part))), ())
            number = max((_file_number(part) for part in file.parts), default=0) if found else 0
            yield Sent(file, (found,), number=number)


def _canvas(part: str) -> tuple[Sender, ...]:
    """Return the possible senders of a file. A student can put numbers like Canvas's into a file's name."""
    found = []
    for start in (match.start() for match in re.finditer("_(?:LATE_)?[0-9]", part)):
        match = CANVAS.match(part, start)
        if match and start:
            keys = (("canvas", match["student"]), ("name", part[:start]))
            found.append(Sender(keys, late=match["late"] is not None))
    return tuple(found)


def _file_number(part: str) -> int:
    """Return the number that Canvas gave a file, or 0 if there is none."""
    match = CANVAS.search(part)
    return int((match["file"] or "0")[:18]) if match else 0


def _moodle(part: str) -> tuple[Sender, ...]:
    match = MOODLE.match(part)
    return (Sender((("moodle", match["id"]), ("name", match["name"]))),) if match else ()


def _from_gradescope(files: Sequence[File]) -> Iterator[Sent]:
    metadata, folder = read_metadata(files)
    depth = len(folder)
    for file in files:
        if file.parts == (*folder, METADATA):
            continue
        entry = metadata.get(file.parts[depth]) if file.parts[:depth] == folder and len(file.parts) > depth else None
        yield Sent(file, _submitters(entry), entry.time) if entry else Sent(file, ((),))


def _submitters(entry: Entry) -> tuple[tuple[Sender, ...], ...]:
    return tuple((Sender(tuple((k, v) for k, v in keys.items() if v)),) for keys in entry.submitters) or ((),)


def _from_folders(files: Sequence[File], is_student: Callable[[str], bool]) -> Iterator[Sent]:
    depth = 0
    tops = {file.parts[0] for file in files}
    if len(tops) == 1 and all(len(file.parts) > 1 for file in files) and not is_student(*tops):
        depth = 1  # a folder around everything
    for file in files:
        yield Sent(file, (_in_folder(file.parts[depth:]),))


def _in_folder(parts: Sequence[str]) -> tuple[Sender, ...]:
    """Return the possible senders: the folder's name or, for a file that is in no folder, each prefix of its name."""
    if len(parts) > 1:
        return (Sender((("any", parts[0]),)),)
    stem = re.sub(r"(?i)\.(?:ipynb|zip|json).*$", "", parts[0])
    ends = [match.start() for match in re.finditer("_", stem)][:20]
    return tuple(Sender((("any", stem[:end]),)) for end in (*ends, len(stem)) if end)
