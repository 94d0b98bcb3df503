"""The files in a platform's download, which is a zip or an unpacked folder.

Nothing is extracted: a file's name is only text, and its content is read only up to a limit. Names that lead outside
the download, links, encrypted files, and files that occur twice are refused.
"""

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from autograder.plugin.submitted_folder import TooLarge, Unusable
from autograder.safe_text import quoted

from .files import MAX_DEPTH, File, Refusal, is_clutter, known_time, name_parts, name_refusal
from .zips import files_in_zip, open_zip

MAX_FILES = 50_000  # files in a download


class NotADownload(Exception):
    """A download cannot be imported. The message is one sentence."""


@contextmanager
def open_download(path: Path, zone: tzinfo) -> Iterator[tuple[list[File], list[Refusal]]]:
    """Open a download, and list its accepted and refused files.

    Parameters
    ----------
    path : Path
    zone : tzinfo
        The time zone for times in a zip that don't state one.

    Raises
    ------
    NotADownload
        If `path` is neither a folder nor a zip, or holds too many files.
    """
    if path.is_dir():
        yield _in_folder(path)
        return
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise NotADownload(f"There is no file or folder {path}.") from None
    except OSError as error:
        raise NotADownload(f"{path} cannot be read: {error.strerror}.") from None
    with open(descriptor, "rb") as stream:
        yield _in_zip(path, stream, zone)


def _in_zip(path: Path, stream: IO[bytes], zone: tzinfo) -> tuple[list[File], list[Refusal]]:
    try:
        archive = open_zip(stream)
    except Unusable as reason:
        raise NotADownload(f"{path} must be a zip or an unpacked folder, but {reason}.") from None
    if len(archive.filelist) > MAX_FILES:
        raise NotADownload(f"{path} holds {len(archive.filelist)} files, but at most {MAX_FILES} are allowed.")
    return files_in_zip(archive, zone)


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
            reason = name_refusal(shown) or (
                "" if stat.S_ISREG(status.st_mode) else "it is a link or not a regular file"
            )
            if reason:
                refused.append(Refusal(quoted(shown), reason))
                continue
            time = known_time(datetime.fromtimestamp(status.st_mtime, UTC))
            parts = name_parts(unicodedata.normalize("NFC", shown))
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
