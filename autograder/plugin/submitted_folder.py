"""Reads files from a folder that a student made and may change at any moment.

The folder is opened once, without following links, and its owner and its files are read through that descriptor. The
files that are read are therefore in the folder that was checked, even if the student has replaced it since.
"""

import os
import pwd
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

BLOCK = 1 << 16  # bytes


class Unusable(Exception):
    """A file is rejected. The message gives the reason."""


class TooLarge(Unusable):
    """A file has more bytes than may be read. `size` is its number of bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it has {size / 1e6:.1f} MB, which is too large")
        self.size = size


class SubmittedFolder:
    """A student's folder, open for reading. Use it in a ``with`` statement.

    Raises
    ------
    OSError
        If `path` is a link, is not a folder, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        self.owner_id = os.fstat(self.descriptor).st_uid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        os.close(self.descriptor)

    @property
    def owner(self) -> str:
        """The Unix user who owns the folder, or the user's number as in "#54321", which no student ID equals."""
        try:
            return pwd.getpwuid(self.owner_id).pw_name
        except KeyError:
            return f"#{self.owner_id}"

    def names(self) -> list[str]:
        """Return the names of all files and folders in this folder, in alphabetical order."""
        return sorted(os.listdir(self.descriptor))

    def last_change(self, names: Iterable[str]) -> datetime:
        """Return when the folder, or one of the named files in it, was last changed: in UTC, without a time zone.

        This is the time that the file system keeps (ctime), which students cannot set.
        """
        times = [os.fstat(self.descriptor).st_ctime]
        for name in names:
            try:
                times.append(os.stat(name, dir_fd=self.descriptor, follow_symlinks=False).st_ctime)
            except OSError:
                continue
        return datetime.fromtimestamp(max(times), UTC).replace(tzinfo=None)

    def read(self, name: str, limit: int) -> bytes:
        """Return the content of a file with at most `limit` bytes.

        Raises
        ------
        TooLarge
            If the file has more bytes.
        Unusable
            If the file is not a regular file, has a different owner from the folder, or cannot be read.
        """
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self.descriptor)
            with open(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise Unusable("it is not a regular file")
                # A file with a different owner may be a hard link to that person's file.
                if status.st_uid != self.owner_id:
                    raise Unusable("it does not belong to the owner of its folder")
                data = file.read(limit + 1) if status.st_size <= limit else b""
        except OSError:
            raise Unusable("it is not a regular file that can be read") from None
        if max(len(data), status.st_size) > limit:
            raise TooLarge(max(len(data), status.st_size))
        return data


def write_sparse(path: Path, data: bytes, size: int | None = None) -> None:
    """Write `data` and then zeros up to `size` bytes. Blocks of zeros take up no space on the disk."""
    with open(path, "wb") as file:
        for start in range(0, len(data), BLOCK):
            block = data[start : start + BLOCK]
            if block.strip(b"\0"):
                file.seek(start)
                file.write(block)
        file.truncate(len(data) if size is None else size)
