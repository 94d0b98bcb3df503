"""Create a child's scratch folder with the notebook's side files, and remove it afterward, whatever its state.

A process that is killed leaves its scratch folders behind. So each folder is locked as long as it is in use, and new
processes remove the folders that no process has locked. If possible, all scratch folders are in this user's private
folder. In ``/tmp`` itself, another user who owns a scratch folder could replace the folder with a link while it is
being removed.
"""

import contextlib
import fcntl
import itertools
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator

from autograder.sandbox.kernel import StrPath


@contextlib.contextmanager
def scratch_folder(files: Iterable[StrPath]) -> Iterator[str]:
    """Yield a new folder with copies of `files` for one child, and then remove the folder."""
    folder, descriptor = _new_locked_folder()
    try:
        for path in files:
            shutil.copy(path, folder)
        yield folder
    finally:
        remove(folder)
        os.close(descriptor)


def _new_locked_folder() -> tuple[str, int]:
    """Return a new folder's path, and a descriptor that keeps the folder locked until it is closed.

    Until the folder is locked, it looks abandoned, and `remove_abandoned` in another process may remove it.
    """
    while True:
        folder = tempfile.mkdtemp(prefix="gradlab-", dir=_private_folder())
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.exists(folder):
            return folder, descriptor
        os.close(descriptor)


def remove_abandoned() -> None:
    """Remove the scratch folders of processes that were killed."""
    parent = _private_folder()
    for entry in os.scandir(parent) if parent else ():
        try:
            descriptor = os.open(entry.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(entry.path)
        except BlockingIOError:
            pass  # in use
        finally:
            os.close(descriptor)


def _private_folder() -> str | None:
    """Return a folder that only this user can change, or None if anything else already has that folder's name.

    Other users may enter the folder, because children can run as another user.
    """
    folder = os.path.join(tempfile.gettempdir(), f"gradlab-{os.getuid()}")
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o711)
    status = os.lstat(folder)
    others_may_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not others_may_write else None


def remove(folder: str) -> None:
    """Remove a folder, leaving behind whatever cannot be removed.

    `shutil.rmtree` recurses once per level, and there may be more levels than Python can recurse into. So this function
    moves deeper files up until no folder is nested. The child may have removed even the owner's access to folders, so
    this function restores that access.
    """
    prefix, numbers = secrets.token_hex(8), itertools.count()
    with contextlib.suppress(OSError):
        while entries := list(os.scandir(folder)):
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    os.chmod(entry.path, 0o700)
                    for inner in os.scandir(entry.path):
                        os.rename(inner.path, os.path.join(folder, f"{prefix}-{next(numbers)}"))
                    os.rmdir(entry.path)
                else:
                    os.unlink(entry.path)
        os.rmdir(folder)
