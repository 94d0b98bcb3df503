"""Archives of files that students may have made.

No link is followed, and an archive is checked before anything is extracted. Files that are too large and folders that
are nested too deeply are reported and left out, because students can put anything into the exchange.
"""

import io
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from autograder.notebooks.intake import MAX_BYTES

EXCHANGE = "exchange"  # the exchange's name in an archive
LARGEST = 1 << 28  # size limit per saved file, in bytes
LARGEST_SUBMITTED = MAX_BYTES  # the same for what students put into the exchange; `collect` takes nothing larger
DEEPEST = 50  # folders within folders
SIZE = "GRADLAB.size"  # the header of a file whose trailing zeros are left out: the file's size, in bytes
ZEROS = 1 << 20  # more trailing zeros than this are left out; `collect` writes them for a notebook that is too large


def add(archive: tarfile.TarFile, path: Path, name: str, largest: int, unread: list[Path]) -> None:
    """Add a file, or a folder with its contents. Skip links and special files."""
    if name.count("/") > DEEPEST:
        unread.append(path)
        return
    try:
        member = archive.gettarinfo(path, name)
        if member is not None and member.islnk():  # another name for a file that has been saved
            member.type, member.linkname = tarfile.REGTYPE, ""
        if member is None or not (member.isdir() or member.isfile()):
            return
        if member.isdir():
            inside = sorted(path.iterdir())
            archive.addfile(member)
            for entry in inside:
                add(archive, entry, f"{name}/{entry.name}", largest, unread)
        else:
            content = _read(path, min(largest, LARGEST_SUBMITTED) if _is_submitted(name) else largest)
            size, shortened = len(content), content.rstrip(b"\0")
            if size - len(shortened) > ZEROS:
                content, member.pax_headers = shortened, {SIZE: str(size)}
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    except OSError:
        unread.append(path)


def _is_submitted(name: str) -> bool:
    """Return whether a file, given its name in the backup, is one that students may have put into the exchange."""
    parts = name.split("/")
    return len(parts) > 3 and parts[0] == EXCHANGE and parts[2] == "inbound"


def _read(path: Path, largest: int) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        # Look at the size first: reading a sparse file that is too large would take a long time.
        size = os.fstat(file.fileno()).st_size
        content = file.read(largest + 1) if size <= largest else b""
    if max(size, len(content)) > largest:
        raise OSError(f"more than {largest} bytes")
    return content


def extract(file: Path, folder: Path) -> list[str]:
    """Extract an archive to an empty folder, and return the names of its files and folders.

    Raises
    ------
    OSError, EOFError, tarfile.TarError, ValueError
        If the file is not a complete archive, or not one that `add` has written.
    """
    with tarfile.open(file) as archive:
        members = archive.getmembers()
        _check(members)
        # The members have been checked, so they need no filter. The filter is set as an attribute because
        # `extractall` has no argument `filter` in Debian's Python 3.11.2.
        archive.extraction_filter = lambda member, path: member
        archive.extractall(folder, members)
    for member in members:
        if SIZE in member.pax_headers:
            os.truncate(folder / member.name, int(member.pax_headers[SIZE]))
    return [member.name for member in members]


def _check(members: Sequence[tarfile.TarInfo]) -> None:
    """Refuse an archive that contains links, devices, impossible sizes, or paths outside the archive's folder."""
    for member in members:
        path = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"it must contain only regular files and folders below its root. Got {member.name!r}.")
        if not member.pax_headers.get(SIZE, "0").isdecimal() or int(member.pax_headers.get(SIZE, "0")) > LARGEST:
            raise ValueError(f"{member.name!r} has an impossible size")
