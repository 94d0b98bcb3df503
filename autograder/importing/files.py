"""A file in a download, and the rules for names and times that hold for zips and folders."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.plugin.timestamps import EARLIEST
from autograder.safe_text import UNSAFE, quoted

MAX_DEPTH = 30  # names in a path, including the file's own


@dataclass(frozen=True)
class File:
    """A file in a download or in a student's zip.

    Attributes
    ----------
    parts : tuple of str
        The names of its folders, and its own name.
    time : datetime or None
        When it was last changed, in UTC without a time zone, or None if that is unknown.
    read : callable (limit) -> bytes
        Returns its content, at most `limit` bytes. Raises `TooLarge` if there is more, and `Unusable` if it cannot be
        read.
    """

    parts: tuple[str, ...]
    time: datetime | None
    read: Callable[[int], bytes]

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """The path in the download, in quotation marks and safe to print."""
        return quoted("/".join(self.parts))


@dataclass(frozen=True)
class Refusal:
    """A file that is not read: its name, safe to print, and the reason."""

    shown: str
    reason: str


def is_clutter(name: str) -> bool:
    """Return whether a file is a program's leftover: a hidden file, a checkpoint, or what macOS adds to a zip."""
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in name_parts(name))


def name_parts(name: str) -> tuple[str, ...]:
    """Return the names of the folders in a path, and the file's name."""
    return tuple(part for part in name.split("/") if part not in ("", "."))


def name_refusal(name: str) -> str:
    """Return the reason why a file with this name is refused, or ""."""
    parts = name_parts(name)
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in parts or not parts:
        return "its name leads outside the download"
    if UNSAFE.search(name):
        return "its name contains control characters"
    if len(parts) > MAX_DEPTH:
        return f"its path has more than {MAX_DEPTH} parts"
    return ""


def known_time(time: datetime) -> datetime | None:
    """Return a time in UTC without a time zone, or None if it is so early that it only means "unknown"."""
    naive = time.astimezone(UTC).replace(tzinfo=None)
    return naive if naive >= EARLIEST else None
