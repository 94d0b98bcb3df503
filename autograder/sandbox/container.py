"""Close a throw-away container to every user but root, which is what the `CONTAINER` tier relies on.

`close` changes the modes of folders that all users share. Call it only in a container that nothing else uses.
"""

import contextlib
import os
import stat
from collections.abc import Iterable

from .kernel import StrPath

# The folders in which every user of an ordinary Linux container may create files.
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock", "/run/shm")
WRITE_FOR_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def hide(folder: StrPath) -> None:
    """Make a folder and everything in it inaccessible to all users but its owner. Raises OSError if that fails."""
    os.chmod(folder, stat.S_IRWXU)


def close(shared: Iterable[StrPath] = SHARED) -> None:
    """Let only root create files in the shared folders that exist.

    If that fails, because this process is not root or a file system is read-only, the sandbox finds out when it tries
    to create a file.
    """
    for folder in existing(shared):
        with contextlib.suppress(OSError):
            os.chmod(folder, stat.S_IMODE(os.stat(folder).st_mode) & ~WRITE_FOR_OTHERS)


def existing(shared: Iterable[StrPath] = SHARED) -> list[str]:
    """Return the real paths of the shared folders that exist."""
    return list(dict.fromkeys(os.path.realpath(folder) for folder in shared if os.path.isdir(folder)))
