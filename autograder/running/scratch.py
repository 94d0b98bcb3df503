"""Create a child's scratch folder with the notebook's side files, and remove it afterward, whatever its state."""

import contextlib
import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator

from autograder.sandbox.kernel import StrPath


@contextlib.contextmanager
def scratch_folder(files: Iterable[StrPath]) -> Iterator[str]:
    """Yield a new folder with copies of `files` for one child, and then remove the folder."""
    folder = tempfile.mkdtemp(prefix="gradlab-")
    try:
        for path in files:
            shutil.copy(path, folder)
        yield folder
    finally:
        remove(folder)


def remove(folder: str) -> None:
    """Remove a folder, leaving behind whatever cannot be removed.

    `shutil.rmtree` recurses once per level, and there may be more levels than Python can recurse into. So this function
    moves deeper files up until no folder is nested. The child may have removed even the owner's access to folders, so
    this function restores it.
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
