"""The files in a zip, which a platform or a student has made. Nothing is extracted."""

import io
import stat
import struct
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from typing import IO

from autograder.plugin.submitted_folder import TooLarge, Unusable
from autograder.safe_text import quoted

from .files import File, Refusal, is_clutter, known_time, name_parts, name_refusal

MAX_INSIDE = 2_000  # files in a zip that a student has made
ENTRY = b"PK\x01\x02"  # the first bytes of each entry in a zip's list of files
UTF_8, ENCRYPTED = 0x800, 0x1  # flags of a file in a zip
UNIX_TIMES = 0x5455  # the extra field of a file in a zip that gives its times in UTC


def files_inside(content: bytes) -> tuple[list[File], list[Refusal]]:
    """List the accepted and refused files in a zip that a student has made. Its times are not to be trusted.

    Raises
    ------
    Unusable
        If it is not a zip, or holds too many files.
    """
    # Count before parsing: a list of a million files would fill up memory.
    if content.count(ENTRY) > MAX_INSIDE:
        raise Unusable(f"it holds more than {MAX_INSIDE} files")
    return files_in_zip(open_zip(io.BytesIO(content)), UTC)


def open_zip(stream: IO[bytes]) -> zipfile.ZipFile:
    """Open a zip. Raise `Unusable` if it is not a zip that can be read."""
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        raise Unusable("it is not a zip that can be read") from None


def files_in_zip(archive: zipfile.ZipFile, zone: tzinfo) -> tuple[list[File], list[Refusal]]:
    """List the accepted and refused files in a zip. Times that don't state a time zone are in `zone`."""
    infos = [info for info in archive.infolist() if not info.orig_filename.endswith("/")]  # all but folders
    names = {info: _name(info) for info in infos}
    counts = Counter(names.values())
    files, refused = [], []
    for info in infos:
        name = names[info]
        if is_clutter(name):
            continue
        reason = name_refusal(name) or _zip_refusal(info, counts[name])
        if reason:
            refused.append(Refusal(quoted(name), reason))
        else:
            files.append(File(name_parts(name), _zip_time(info, zone), _reader(archive, info)))
    return files, list(dict.fromkeys(refused))


def _name(info: zipfile.ZipInfo) -> str:
    """Return a file's name, with a slash between folders. Some programs write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _zip_refusal(info: zipfile.ZipInfo, count: int) -> str:
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
            return known_time(datetime.fromtimestamp(struct.unpack_from("<i", extra, 5)[0], UTC))
        extra = extra[4 + size :]
    try:
        return known_time(datetime(*info.date_time, tzinfo=zone))
    except (ValueError, OverflowError):
        return None


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
