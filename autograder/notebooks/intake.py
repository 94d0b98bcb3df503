"""Reads a submitted notebook without trusting it: limits its size, follows no links, and keeps only plain text."""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradlab.checks.words import series

MAX_BYTES = 10_000_000
MAX_CELLS = 2_000
MAX_SOURCE = 1_000_000


class Unreadable(Exception):
    """The submission has no notebook that can be read. The message gives the reason, for the student and the log."""

    @property
    def digest(self) -> str:
        """The reason, which identifies the submission in place of a file's digest."""
        return str(self)


@dataclass(frozen=True)
class SubmittedCell:
    """The parts of a submitted cell that are used: its type, its source, and the two ids that identify it."""

    cell_id: str
    grade_id: str
    cell_type: str
    source: str


@dataclass(frozen=True)
class Submitted:
    """A submitted notebook.

    Attributes
    ----------
    cells : tuple of SubmittedCell
    digest : str
        The digest of the file that the cells came from.
    remark : str
        A remark on the name of that file, or "".
    release : str
        The id of the release that the notebook says it comes from, or "". Compare it only with ids that we know.
    """

    cells: tuple[SubmittedCell, ...]
    digest: str
    remark: str = ""
    release: str = ""


def read_submission(path: Path | str) -> Submitted:
    """Read the notebook at `path` or, if it is missing, its only numbered copy (see `is_numbered_copy`).

    Raises
    ------
    Unreadable
        If the file is missing, is a link, is not a regular file, is too large, is not JSON, or is not a notebook.
    """
    path, copies = Path(path), _numbered_copies(Path(path))
    missing = not os.path.lexists(path)
    used = path.with_name(copies[0]) if missing and len(copies) == 1 else path
    data = _bytes(used)
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("the submitted file is not UTF-8 text, so it is not a notebook") from None
    except RecursionError:
        raise Unreadable("the submitted file is nested too deeply to be a notebook") from None
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        reason = "is empty" if not data.strip() else f"is not a notebook: it is not valid JSON{where}"
        raise Unreadable(f"the submitted file {reason}") from None
    digest, remark = hashlib.sha256(data).hexdigest(), _remark(path.name, missing, copies)
    return Submitted(tuple(_cells(notebook)), digest, remark, _release(notebook))


def read_or_reason(path: Path | str) -> Submitted | Unreadable:
    """Return the notebook at `path`, or the exception that says why it cannot be read. Both objects have a `digest`."""
    try:
        return read_submission(path)
    except Unreadable as reason:
        return reason


def is_numbered_copy(name: str, of: str) -> bool:
    """Return whether a browser may have saved the notebook `of` under the name `name`, such as "adam (1).ipynb"."""
    stem = of.removesuffix(".ipynb")
    return re.fullmatch(rf"{re.escape(stem)} ?\([0-9]{{1,3}}\)\.ipynb", name) is not None


def _numbered_copies(path: Path) -> list[str]:
    """Return the names of a notebook's numbered copies in its folder, in alphabetical order."""
    try:
        return sorted(name for name in os.listdir(path.parent) if is_numbered_copy(name, path.name))
    except OSError:
        return []


def _remark(name: str, missing: bool, copies: list[str]) -> str:
    """Return a remark that says which file was graded, or "" if there are no copies.

    The copies' names have a fixed form, so the remark repeats no text that a student could choose freely.
    """
    if missing:
        return f"Your file is named {copies[0]!r}. It was graded as {name!r}; please use that name."
    if copies:
        listed = series([repr(copy) for copy in copies[:3]])
        return f"{name!r} was graded. You also submitted {listed}, which {'was' if len(copies) == 1 else 'were'} not."
    return ""


def _bytes(path: Path) -> bytes:
    try:
        _refuse_links(path)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise Unreadable(f"the notebook is missing from the submitted folder{_other_notebooks(path)}") from None
    except OSError:
        raise Unreadable("the submitted notebook cannot be opened") from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("the submitted notebook is not a regular file")
        if status.st_size > MAX_BYTES:
            raise Unreadable(
                f"the submitted notebook is {status.st_size / 1e6:.1f} MB, but at most {MAX_BYTES / 1e6:.0f} MB is "
                "allowed: clear its outputs and submit again"
            )
        return file.read(MAX_BYTES + 1)


def _other_notebooks(path: Path) -> str:
    """Return the end of a sentence that lists up to three other notebooks in the folder, or "" if there are none."""
    try:
        names = sorted(name for name in os.listdir(path.parent) if name.lower().endswith(".ipynb"))[:3]
    except OSError:
        return ""
    shown = ", ".join(ascii(name[:60]) for name in names)
    return f", which contains {shown}: the notebook must be named {path.name}" if names else ""


def _refuse_links(path: Path) -> None:
    """Refuse a notebook that is a folder or a link. Also refuse one whose folder or student's folder is a link."""
    for place in (path, path.parent, path.parent.parent):
        if stat.S_ISLNK(os.lstat(place).st_mode):
            raise Unreadable("the submitted notebook, or a folder it is in, is a link")
    if stat.S_ISDIR(os.lstat(path).st_mode):
        raise Unreadable("the submitted notebook is a folder")


def _cells(notebook: Any) -> Iterator[SubmittedCell]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("the submitted file is not a notebook in format 4: it has no list of cells")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"the submitted notebook has {len(cells)} cells, but at most {MAX_CELLS} are allowed")
    room = MAX_SOURCE
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        source = _text(cell.get("source"))
        room -= len(source)
        if room < 0:
            raise Unreadable(f"the submitted notebook's cells have more than {MAX_SOURCE} characters")
        yield SubmittedCell(
            cell_id=_text(cell.get("id")),
            grade_id=_grade_id(cell),
            cell_type="code" if cell.get("cell_type") == "code" else "markdown",
            source=source,
        )


def _release(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    ours = metadata.get("gradlab") if isinstance(metadata, dict) else None
    return _text(ours.get("release")) if isinstance(ours, dict) else ""


def _grade_id(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return _text(nbgrader.get("grade_id")) if isinstance(nbgrader, dict) else ""


def _text(value: object) -> str:
    """Return `value` as text that can be encoded in UTF-8. Lists of lines, which notebooks use, are joined."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", errors="replace").decode()
