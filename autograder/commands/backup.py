"""``backup`` and ``restore``: save everything that a term has produced in one file, and restore it from that file.

A backup contains the gradebook, the course's secret (without it, a regrade would use different cases), the submitted,
graded and returned notebooks, and the exchange. ``nbgrader_config.py`` says where the gradebook and the exchange are.
Files that can be generated again are left out.
"""

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from traitlets.config.loader import PyFileConfigLoader

from autograder.paths import build_folder

from .errors import refuse
from .gradebook import Gradebook, copy_rows

GRADEBOOK = "gradebook.db"
EXCHANGE = "exchange"
JOURNALS = (f"{GRADEBOOK}-wal", f"{GRADEBOOK}-shm", f"{GRADEBOOK}-journal")  # SQLite's files while a database is in use
GENERATED = {"backup", "cache", "demo", "hub", "proxy", "screens", "student", "wheel"}
LARGEST = 1 << 28  # size limit per saved file, in bytes: anyone can put huge files into the exchange


class Course(NamedTuple):
    """The locations of a course's data.

    `exchange` is the course's folder in the exchange, or None if the exchange is inside `build`.
    """

    build: Path
    gradebook: Gradebook
    exchange: Path | None

    @classmethod
    def at(cls, root: Path) -> "Course":
        build = build_folder(root.resolve())
        database, exchange, name = f"sqlite:///{build / GRADEBOOK}", build / EXCHANGE, ""
        if (root / "nbgrader_config.py").exists():
            config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
            database, name = config.CourseDirectory.db_url, config.CourseDirectory.course_id
            exchange = Path(config.Exchange.root).resolve()
        return cls(build, Gradebook.at(database), None if exchange.is_relative_to(build) else exchange / name)


def backup(root: Path, file: Path | None) -> int:
    """Save the data of the course in the folder `root`; see `save`."""
    return save(Course.at(root), file)


def restore(root: Path, file: Path, force: bool = False) -> int:
    """Restore the data of the course in the folder `root`; see `restore_to`."""
    return restore_to(Course.at(root), file, force)


def save(course: Course, file: Path | None, largest: int = LARGEST) -> int:
    """Save the term's data in `file`, and print the number of files saved. The course may be in use at the same time.

    Parameters
    ----------
    course : Course
    file : Path or None
        The file to write. If None, the file is written to ``build/backup/`` and named after the date and time.
    largest : int
        The size limit per saved file, in bytes. Larger files are reported and left out.

    Returns
    -------
    int
        0 if the data is saved; 2 if `file` exists, or if the gradebook is missing or cannot be read.
    """
    file = file or course.build / "backup" / f"{datetime.now():%Y-%m-%d-%H%M%S}.tar.gz"
    if file.exists():
        return refuse(f"{file} exists. Choose another name, or remove it first.")
    try:
        if not course.gradebook.holds_anything():
            return refuse(f"there is no gradebook in {course.build}: nothing has been graded here yet.")
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(file.name + ".part")
        unfinished.touch(mode=0o600)
        with tarfile.open(unfinished, "w:gz") as archive:
            unread = _write(archive, course, largest)
            count = sum(member.isfile() for member in archive.getmembers())
    except SQLAlchemyError as error:
        return refuse(f"the gradebook cannot be read: {error}")
    unfinished.chmod(0o600)
    unfinished.replace(file)
    print(f"{file}: {count} files. Keep it safe: it contains the course's secret and everyone's grades.")
    for path in unread:
        print(f"not saved, because it is too large or cannot be read: {str(path)!r}")
    return 0


def restore_to(course: Course, file: Path, force: bool = False) -> int:
    """Restore the data in `file` to the locations in `course`.

    Returns
    -------
    int
        0 if the data is restored; 2 if `file` is not a complete backup, if data already exists and `force` is not set,
        or if the gradebook cannot be restored.
    """
    course.build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.build, prefix=".restore-") as scratch:
        try:
            with tarfile.open(file) as archive:
                members = archive.getmembers()
                _check(members)
                # The members have been checked, so they need no filter. The filter is set as an attribute because
                # `extractall` has no argument `filter` in Debian's Python 3.11.2.
                archive.extraction_filter = lambda member, path: member
                archive.extractall(scratch, members)
        except (OSError, EOFError, tarfile.TarError, ValueError) as error:
            return refuse(f"{file} is not a complete backup of a course: {error}")
        try:
            return _put_back(course, Path(scratch), force)
        except SQLAlchemyError as error:
            return refuse(f"the gradebook cannot be restored: {error}")


def _write(archive: tarfile.TarFile, course: Course, largest: int) -> list[Path]:
    """Write the course's data to the archive, and return the paths that are too large or cannot be read."""
    unread: list[Path] = []
    with tempfile.TemporaryDirectory() as scratch:
        saved = Path(scratch) / GRADEBOOK
        course.gradebook.save(saved)
        archive.add(saved, GRADEBOOK)
    for path in sorted(course.build.iterdir()):
        elsewhere = path.name == EXCHANGE and course.exchange is not None
        if path.name not in {*GENERATED, *JOURNALS, GRADEBOOK} and path.name[0] != "." and not elsewhere:
            _add(archive, path, path.name, largest, unread)
    if course.exchange is not None and course.exchange.is_dir():
        _add(archive, course.exchange, f"{EXCHANGE}/{course.exchange.name}", largest, unread)
    return unread


def _add(archive: tarfile.TarFile, path: Path, name: str, largest: int, unread: list[Path]) -> None:
    """Add a file, or a folder with its contents. Skip links and special files."""
    try:
        member = archive.gettarinfo(path, name)
        if member is None or not (member.isdir() or member.isfile()):
            return
        if member.isdir():
            inside = sorted(path.iterdir())
            archive.addfile(member)
            for entry in inside:
                _add(archive, entry, f"{name}/{entry.name}", largest, unread)
        else:
            content = _read(path, largest)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    except OSError:
        unread.append(path)


def _read(path: Path, largest: int) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise OSError(f"more than {largest} bytes")
    return content


def _check(members: Sequence[tarfile.TarInfo]) -> None:
    """Refuse an archive that lacks a gradebook, or that contains links, devices or paths outside the archive's folder.

    `backup` never writes such an archive.
    """
    for member in members:
        path = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"it must contain only regular files and folders below its root. Got {member.name!r}.")
    if GRADEBOOK not in {member.name for member in members}:
        raise ValueError("it contains no gradebook")


def _put_back(course: Course, saved: Path, force: bool) -> int:
    targets = {path: course.build / path.name for path in sorted(saved.iterdir())}
    names = [path.name for path in targets]
    file = course.gradebook.file
    if file is None:
        del targets[saved / GRADEBOOK]
    else:
        targets[saved / GRADEBOOK] = file
    if course.exchange is not None and (saved / EXCHANGE).exists():
        del targets[saved / EXCHANGE]
        (inside,) = (saved / EXCHANGE).iterdir()
        targets[inside] = course.exchange
    in_the_way = [str(target) for target in targets.values() if target.exists()]
    if file is None and course.gradebook.holds_anything():
        in_the_way.append("the database")
    if in_the_way and not force:
        return refuse(f"data already exists: {', '.join(in_the_way)}. To replace it with the backup, add --force.")
    if file is None:
        copy_rows(f"sqlite:///{saved / GRADEBOOK}", course.gradebook.url)
    else:
        for journal in JOURNALS:
            file.with_name(journal).unlink(missing_ok=True)
    for path, target in targets.items():
        _replace(target, path)
    print(f"restored in {course.build}: {', '.join(names)}")
    return 0


def _replace(target: Path, source: Path) -> None:
    """Move `source` to `target`. If `target` is a folder, first move it aside and remove as much of it as possible."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        target.rename(aside / target.name)
        shutil.rmtree(aside, ignore_errors=True)
        if aside.exists():
            print(f"the old {target.name} could not be removed completely; the rest is in {aside}")
    shutil.move(source, target)
