"""The files in a platform's download, which is a zip or an unpacked folder.

Nothing is extracted: a file's name is only text, and its content is read only up to a limit. Names that lead outside
the download, links, encrypted files and files that occur twice are refused.
"""

import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from autograder.plugin.submitted_folder import TooLarge, Unusable
from autograder.plugin.timestamps import EARLIEST
from autograder.safe_text import UNSAFE, quoted

MAX_FILES = 50_000  # files in a download
MAX_FILES_INSIDE = 2_000  # files in a zip that a student has made
MAX_DEPTH = 30  # folders within folders
ENTRY = b"PK\x01\x02"  # with which the entry of each file in a zip's list of files begins
UTF_8, ENCRYPTED = 0x800, 0x1  # flags of a file in a zip
UNIX_TIMES = 0x5455  # the extra field of a file in a zip that gives its times in UTC


class NotADownload(Exception):
    """A path is neither a zip nor a folder that can be read. The message is one sentence."""


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
        Returns its content of at most `limit` bytes. Raises `TooLarge` if there is more, and otherwise `Unusable` if it
        cannot be read.
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
    """A file that is not read, with its name as it may be printed, and the reason."""

    shown: str
    reason: str


@contextmanager
def open_download(path: Path, zone: tzinfo) -> Iterator[tuple[list[File], list[Refusal]]]:
    """Open a download, and list its files and those that are refused.

    Parameters
    ----------
    path : Path
    zone : tzinfo
        The time zone of times in a zip that don't say theirs.

    Raises
    ------
    NotADownload
        If `path` is neither a folder nor a zip, or holds too many files.
    """
    if path.is_dir():
        yield _in_folder(path)
        return
    try:
        with open(path, "rb") as stream:
            archive = _open_zip(stream)
            if len(archive.filelist) > MAX_FILES:
                raise NotADownload(f"{path} holds {len(archive.filelist)} files, but at most {MAX_FILES} are allowed.")
            yield _in_zip(archive, zone)
    except FileNotFoundError:
        raise NotADownload(f"There is no file or folder {path}.") from None
    except Unusable as reason:
        raise NotADownload(f"{path} must be a zip or an unpacked folder, but {reason}.") from None
    except OSError as error:
        raise NotADownload(f"{path} cannot be read: {error.strerror}.") from None


def files_inside(content: bytes) -> tuple[list[File], list[Refusal]]:
    """List the files in a zip that a student has made, and those that are refused. Its times are not to be trusted.

    Raises
    ------
    Unusable
        If it is no zip, or holds too many files.
    """
    # Count before parsing: a list of a million files would fill the memory.
    if content.count(ENTRY) > MAX_FILES_INSIDE:
        raise Unusable(f"it holds more than {MAX_FILES_INSIDE} files")
    return _in_zip(_open_zip(io.BytesIO(content)), UTC)


def _open_zip(stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        raise Unusable("it is not a zip that can be read") from None


def _in_zip(archive: zipfile.ZipFile, zone: tzinfo) -> tuple[list[File], list[Refusal]]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    names = {info: _name(info) for info in infos}
    counts = Counter(names.values())
    files, refused = [], []
    for info in infos:
        name = names[info]
        if is_clutter(name):
            continue
        reason = _refusal(name) or _refusal_in_zip(info, counts[name])
        if reason:
            refused.append(Refusal(quoted(name), reason))
        else:
            files.append(File(_parts(name), _zip_time(info, zone), _reader(archive, info)))
    return files, list(dict.fromkeys(refused))


def is_clutter(name: str) -> bool:
    """Return whether a file was left by a program: hidden files, checkpoints, and what macOS adds to a zip."""
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in _parts(name))


def _name(info: zipfile.ZipInfo) -> str:
    """Return a file's name, with a slash between folders. Some programs write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _refusal(name: str) -> str:
    """Return the reason why a file with this name is refused, or ""."""
    parts = _parts(name)
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in parts or not parts:
        return "its name leads outside the download"
    if UNSAFE.search(name):
        return "its name contains control characters"
    if len(parts) > MAX_DEPTH:
        return f"it is in more than {MAX_DEPTH} folders within folders"
    return ""


def _refusal_in_zip(info: zipfile.ZipInfo, count: int) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a link"
    if kind not in (0, stat.S_IFREG):
        return "it is not a regular file"
    if info.flag_bits & ENCRYPTED:
        return "it is encrypted"
    return f"the zip contains {count} files with this name" if count > 1 else ""


def _zip_time(info: zipfile.ZipInfo, zone: tzinfo) -> datetime | None:
    """Return when a file in a zip was last changed. Most programs write a local time without its time zone."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == UNIX_TIMES and 5 <= size <= len(extra) - 4 and extra[4] & 1:
            return _known(datetime.fromtimestamp(struct.unpack_from("<i", extra, 5)[0], UTC))
        extra = extra[4 + size :]
    try:
        return _known(datetime(*info.date_time, tzinfo=zone))
    except (ValueError, OverflowError):
        return None


def _known(time: datetime) -> datetime | None:
    """Return a time in UTC without a time zone, or None if it is one of those that stand for an unknown time."""
    naive = time.astimezone(UTC).replace(tzinfo=None)
    return naive if naive >= EARLIEST else None


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with archive.open(info) as stream:
                data = stream.read(limit + 1) if info.file_size <= limit else b""
        except Exception:  # damaged or unknown compression raises a dozen different exceptions
            raise Unusable("it is damaged, or compressed in an unknown way") from None
        if max(len(data), info.file_size) > limit:
            raise TooLarge(max(len(data), info.file_size))
        return data

    return read


def _in_folder(root: Path) -> tuple[list[File], list[Refusal]]:
    files: list[File] = []
    refused: list[Refusal] = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        inside = Path(folder).relative_to(root)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted([*names, *links]):
            shown = (inside / name).as_posix()
            if is_clutter(shown):
                continue
            status = os.lstat(os.path.join(folder, name))
            reason = _refusal(shown) or ("" if stat.S_ISREG(status.st_mode) else "it is a link or not a regular file")
            if reason:
                refused.append(Refusal(quoted(shown), reason))
                continue
            time = _known(datetime.fromtimestamp(status.st_mtime, UTC))
            parts = _parts(unicodedata.normalize("NFC", shown))
            files.append(File(parts, time, _path_reader(Path(folder, name))))
        if len(files) > MAX_FILES:
            raise NotADownload(f"{root} holds more than {MAX_FILES} files.")
        if len(inside.parts) >= MAX_DEPTH:
            folders.clear()
    return files, refused


def _path_reader(path: Path) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                data = stream.read(limit + 1) if size <= limit else b""
        except OSError:
            raise Unusable("it is not a regular file that can be read") from None
        if max(len(data), size) > limit:
            raise TooLarge(max(len(data), size))
        return data

    return read
