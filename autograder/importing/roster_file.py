"""Reads a roster: a CSV file that a platform exports, or one with the columns ``id,first_name,last_name,email``."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from autograder.safe_text import quoted
from autograder.student_ids import refusal

from .roster import Person, Roster
from .senders import Sender

# The columns that are used, each with the kind of key in it. Canvas's own column ID is not a student ID.
COLUMNS = {
    "student_id": "student", "id": "student", "sis login id": "student", "sis user id": "student", "sid": "student",
    "student id": "student", "id number": "student", "username": "student", "integration id": "student",
    "email": "email", "email address": "email",
    "canvas_id": "canvas", "identifier": "moodle",
    "student": "full", "name": "full", "full name": "full",
    "first_name": "first", "first name": "first", "firstname": "first",
    "last_name": "last", "last name": "last", "lastname": "last", "surname": "last",
    "submitted_at": "time", "last modified (submission)": "time", "submission time": "time",
}  # fmt: skip
ONLY_SHOWN = ("section", "sections", "maximum grade", "last modified (grade)")  # kept for the export
NOT_A_STUDENT = ("points possible", "manual posting")  # how rows that Canvas puts below the header begin
TIMES = (
    "%Y-%m-%d %H:%M:%S %z", "%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p", "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p", "%d/%m/%y, %H:%M",
)  # fmt: skip
MAX_BYTES = 20_000_000


class BadRoster(Exception):
    """A roster cannot be used. The message is one sentence."""


def read_roster(path: Path, enrolled: Sequence[Person], zone: tzinfo) -> Roster:
    """Read a roster. Each row is matched to the student in the gradebook with the same ID, email address, or name.

    Parameters
    ----------
    path : Path
    enrolled : sequence of Person
        The students in the gradebook. Those who are not in the roster are students, too.
    zone : tzinfo
        The time zone for times that don't state one.

    Raises
    ------
    BadRoster
        If the file cannot be read, has no column that identifies students, or contains an invalid ID or time, or two
        rows for one student.
    """
    known = Roster(enrolled)
    people: dict[str, Person] = {}
    for line, row in _rows(path):
        fields = _fields(row)
        found = _in_gradebook(fields, known)
        listed = found or _new_id(fields)
        if reason := refusal(listed):
            raise BadRoster(f"{path}, line {line}: {reason}.")
        if listed in people:
            raise BadRoster(f"{path}, line {line}: {listed} is in this file twice. Keep one of the two rows.")
        people[listed] = _person(listed, fields, known.people.get(listed))
        people[listed].row = row
        if text := next(iter(fields["time"]), ""):
            people[listed].time = _time(text, zone, f"{path}, line {line}")
    return Roster({**known.people, **people}.values())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the fields of each student's line, keyed by column."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except OSError as error:
        raise BadRoster(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadRoster(f"{path} is not UTF-8 text: save it as 'CSV UTF-8'.") from None
    if len(data) > MAX_BYTES:
        raise BadRoster(f"{path} is larger than {MAX_BYTES // 1_000_000} MB, so it is not a roster.")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = [_column(name, header) for name in next(reader, [])]
        if not {COLUMNS.get(name) for name in columns} & {"student", "email", "full", "first", "canvas", "moodle"}:
            raise BadRoster(
                f"{path} has no column that identifies students. Its first line must name the columns, such as "
                "id,first_name,last_name,email."
            )
        for fields in reader:
            row = {name: value.strip() for name, value in zip(columns, fields, strict=False) if name}
            if any(row.values()) and not next(iter(row.values())).casefold().startswith(NOT_A_STUDENT):
                yield reader.line_num, row
    except csv.Error as error:
        raise BadRoster(f"{path}, line {reader.line_num}: {error}.") from None


def _column(name: str, header: str) -> str:
    """Return the name of a column that is used, in lower case, or "" for any other."""
    name = " ".join(name.casefold().split())
    if name == "id" and "sis " in header.casefold():
        name = "canvas_id"
    return name if name in COLUMNS or name in ONLY_SHOWN else ""


def _fields(row: Mapping[str, str]) -> defaultdict[str, list[str]]:
    """Return the values in a row by kind, in the order of `COLUMNS`. A full name "Last, First" is split."""
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for column, kind in COLUMNS.items():
        if row.get(column):
            fields[kind].append(row[column])
    for name in fields["full"]:
        last, comma, first = name.partition(",")
        if comma:
            fields["first"].append(first.strip())
            fields["last"].append(last.strip())
    return fields


def _person(student: str, fields: Mapping[str, Sequence[str]], enrolled: Person | None) -> Person:
    made = Person(student)
    made.add("student", student)
    for kind in ("student", "email", "canvas", "moodle"):
        for value in fields.get(kind, ()):
            made.add(kind, value)
    for full in fields.get("full", ()):
        made.add("name", full)
    made.add_name(next(iter(fields.get("first", ())), ""), next(iter(fields.get("last", ())), ""))
    for kind, values in (enrolled.keys if enrolled else {}).items():
        made.keys[kind] |= values
    return made


def _in_gradebook(fields: Mapping[str, Sequence[str]], known: Roster) -> str:
    """Return the ID of the student in the gradebook whom a row is about, or "" unless there is exactly one."""
    first, last = (next(iter(fields.get(kind, ())), "") for kind in ("first", "last"))
    senders = [
        Sender(tuple(("student", value) for value in (*fields.get("student", ()), *fields.get("email", ())))),
        Sender(tuple(("email", value) for value in fields.get("email", ()))),
        Sender(tuple(("name", value) for value in (*fields.get("full", ()), first + last))),
    ]
    return next((student for sender in senders if (student := known.find([sender])[0])), "")


def _new_id(fields: Mapping[str, Sequence[str]]) -> str:
    """Return the ID of a student who is not in the gradebook."""
    kinds = ("student", "email", "canvas", "moodle")
    return next((value for kind in kinds for value in fields.get(kind, ())), "")


def _time(text: str, zone: tzinfo, where: str) -> datetime | None:
    """Return a time in UTC without a time zone. A hyphen stands for no time."""
    if not text.strip("-"):
        return None
    readings: list[Callable[[], datetime]] = [lambda: datetime.fromisoformat(text)]
    readings += [lambda form=form: datetime.strptime(text, form) for form in TIMES]  # type: ignore[misc]
    for read in readings:
        try:
            time = read()
            return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC).replace(tzinfo=None)
        except (ValueError, OverflowError):
            continue
    raise BadRoster(f"{where}: the time {quoted(text)} must look like 2026-10-16 21:59, or be empty.")
