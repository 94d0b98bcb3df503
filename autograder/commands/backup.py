"""``backup`` and ``restore``: what a term has gathered under ``build/``, in one file and back.

That is the gradebook, the course's secret (without which a regrade draws other cases), what was handed in, graded and
given back, and the exchange. What can be made again stays out.
"""

import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePosixPath

from .refusal import refuse

GRADEBOOK = "gradebook.db"
JOURNALS = (f"{GRADEBOOK}-wal", f"{GRADEBOOK}-shm", f"{GRADEBOOK}-journal")  # of a database that is in use
MADE_AGAIN = {"cache", "demo", "hub", "student", "wheel", "backup"}


def backup(root, file):
    """Write the term's data to `file` and say how much it is; the course may go on meanwhile.

    Returns
    -------
    int
        0, or 2 where there is nothing to write or the file exists.
    """
    build = Path(root) / "build"
    file = file or build / "backup" / f"{datetime.now():%Y-%m-%d-%H%M%S}.tar.gz"
    if not (build / GRADEBOOK).exists():
        return refuse(f"there is no gradebook in {build}: nothing was graded here yet.")
    if file.exists():
        return refuse(f"{file} exists. Name another file, or remove it first.")
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".part")
    with tarfile.open(unfinished, "w:gz") as archive:
        count = sum(_add(archive, build, name) for name in sorted(path.name for path in build.iterdir()))
    unfinished.replace(file)
    file.chmod(0o600)
    print(f"{file}: {count} files. Whoever has it knows the course's secret and everybody's grades.")
    return 0


def restore(root, file, force=False):
    """Put the data in `file` back where `backup` found it.

    Returns
    -------
    int
        0, or 2 where the file is not such a backup, or data of a term is in the way and `force` is not set.
    """
    build = Path(root) / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build, prefix=".restore-") as scratch:
        try:
            with tarfile.open(file) as archive:
                members = archive.getmembers()
                _check(members)
                archive.extractall(scratch, members, filter="fully_trusted")
        except (OSError, EOFError, tarfile.TarError, ValueError) as error:
            return refuse(f"{file} is not a whole backup of a course: {error}")
        found = sorted(Path(scratch).iterdir())
        there = [path.name for path in found if (build / path.name).exists()]
        if there and not force:
            return refuse(f"{build} has {', '.join(there)}. To replace them by what was saved, add --force.")
        for journal in JOURNALS:
            (build / journal).unlink(missing_ok=True)
        for path in found:
            _replace(build / path.name, path)
    print(f"restored {', '.join(path.name for path in found)} in {build}")
    return 0


def _add(archive, build, name):
    """Add one entry of ``build/``; returns how many files it holds."""
    if name in MADE_AGAIN or name in JOURNALS or name.startswith("."):
        return 0
    if name == GRADEBOOK:
        # SQLite's own way to copy a database that may be written to at the moment.
        with tempfile.TemporaryDirectory() as scratch:
            copied = Path(scratch) / GRADEBOOK
            with closing(sqlite3.connect(build / name)) as source, closing(sqlite3.connect(copied)) as target:
                source.backup(target)
            copied.chmod((build / name).stat().st_mode & 0o777)
            archive.add(copied, name)
        return 1
    before = len(archive.getmembers())
    archive.add(build / name, name, filter=lambda member: member if member.isfile() or member.isdir() else None)
    return sum(member.isfile() for member in archive.getmembers()[before:])


def _check(members):
    """Refuse what `backup` does not write: links, devices, and names that lead elsewhere."""
    for member in members:
        path = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"it holds {member.name!r}, which is no plain file or folder of a course")
    if GRADEBOOK not in {member.name for member in members}:
        raise ValueError("it holds no gradebook")


def _replace(target, source):
    if target.is_dir():
        shutil.rmtree(target)
    source.replace(target)
