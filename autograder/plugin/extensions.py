"""``extensions.csv``: more time for individual students. ``*`` means every assignment:

    student_id,assignment,days
    ada,update_rules,2
    emmy,*,7

The file is read once per run. Each line is checked before anything is graded, because a typo would silently cost a
student points.
"""

import csv
import difflib
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

COLUMNS = ["student_id", "assignment", "days"]
EVERY = "*"
LONGEST = 366  # days


@dataclass(frozen=True)
class Extensions:
    """A course's extensions, in days, keyed by student and assignment. `path` is None if there is no file."""

    path: Path | None = None
    days: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def granted(self, student: str, assignment: str) -> timedelta:
        """Return a student's extension. If a line with ``*`` also applies, the longer extension counts."""
        return timedelta(days=max(self.days.get((student, name), 0.0) for name in (assignment, EVERY)))


def read_extensions(
    path: Path,
    students: Callable[[], Collection[str]] | None = None,
    assignments: Callable[[], Collection[str]] | None = None,
) -> Extensions:
    """Read the extensions in a file. A missing file contains none.

    Parameters
    ----------
    path : Path
    students, assignments : callable () -> collection of str, optional
        Return the known student IDs and assignments; only called if the file has a line. If none are known, any
        name is accepted.

    Raises
    ------
    ValueError
        If the file is malformed, repeats a line, or contains an unknown name. The message names the file and the line.
    """
    if not path.exists():
        return Extensions()
    days: dict[tuple[str, str], float] = {}
    lines: dict[tuple[str, str], int] = {}
    known = {"student": students or (lambda: ()), "assignment": assignments or (lambda: ())}
    names: dict[str, Collection[str]] = {}
    for line, (student, assignment, text) in _rows(path):
        where = f"{path}, line {line}"
        for kind, name in (("student", student), ("assignment", assignment)):
            if kind not in names:
                names[kind] = known[kind]()
            if not (kind == "assignment" and name == EVERY):
                _check_name(where, kind, name, names[kind])
        key = student, assignment
        if key in days:
            raise ValueError(f"{where} repeats line {lines[key]}: keep only one of the two.")
        days[key], lines[key] = _parse_days(where, text), line
    return Extensions(path, days)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line and its three fields, without the spaces around them. Skip empty lines."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = [name.strip() for name in next(rows, [])]
            if header != COLUMNS:
                raise ValueError(f"{path} must begin with the line {','.join(COLUMNS)}. Got {','.join(header)!r}.")
            for row in rows:
                fields = [text.strip() for text in row]
                if any(fields):
                    if len(fields) != len(COLUMNS):
                        raise ValueError(
                            f"{path}, line {rows.line_num}: a line must have the three fields {', '.join(COLUMNS)}. "
                            f"Got {','.join(row)!r}."
                        )
                    yield rows.line_num, fields
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} must be a CSV file in UTF-8 that can be read: {error}.") from None


def _check_name(where: str, kind: str, name: str, known: Collection[str]) -> None:
    if not name:
        raise ValueError(f"{where}: the {kind} is missing.")
    if not known or name in known:
        return
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    if kind == "student":
        hint += f'If the ID is right, run `nbgrader db student add "{name}"` first.'
    else:
        hint += f"The assignments are {', '.join(sorted(known))}."
    raise ValueError(f"{where}: there is no {kind} {name!r} in this course. {hint}")


def _parse_days(where: str, text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = math.nan
    if not 0 <= days <= LONGEST:
        raise ValueError(f"{where}: days must be a number from 0 to {LONGEST}. Got {text!r}.")
    return days
