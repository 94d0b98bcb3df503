"""A child's folder: it holds what lies beside the notebook, and is removed whatever it has become."""

import contextlib
import itertools
import os
import secrets
import shutil
import tempfile


@contextlib.contextmanager
def scratch_folder(files):
    """A folder of its own for one child, with copies of `files` in it."""
    folder = tempfile.mkdtemp(prefix="gradlab-")
    try:
        for path in files:
            shutil.copy(path, folder)
        yield folder
    finally:
        remove(folder)


def remove(folder):
    """Remove a folder; what cannot be removed is left.

    `shutil.rmtree` calls itself for every level, of which there may be more than Python can call. Here what lies
    deeper is moved up until nothing does. Folders may be closed to their owner.
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
