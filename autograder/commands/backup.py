"""``backup`` and ``restore``: what a term has gathered, in one file and back.

That is the gradebook, the course's secret (without which a regrade draws other cases), what was handed in, graded and
given back, and the exchange, wherever ``nbgrader_config.py`` says that gradebook and exchange are. What can be made
again stays out.
"""

import io
import os
import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from traitlets.config.loader import PyFileConfigLoader

from . import gradebook
from .refusal import refuse

GRADEBOOK = "gradebook.db"
EXCHANGE = "exchange"
JOURNALS = (f"{GRADEBOOK}-wal", f"{GRADEBOOK}-shm", f"{GRADEBOOK}-journal")  # of a database that is in use
MADE_AGAIN = {"backup", "cache", "demo", "hub", "proxy", "screens", "student", "wheel"}
LARGEST = 1 << 28  # bytes of a file that is kept: anyone can put anything into the exchange


class Course(NamedTuple):
    """Where a course's data lies: `exchange` is its folder in an exchange outside of `build`, else None."""

    build: Path
    database: str
    exchange: Path | None

    @classmethod
    def at(cls, root):
        build = Path(root).resolve() / "build"
        database, exchange, name = f"sqlite:///{build / GRADEBOOK}", build / EXCHANGE, ""
        if (Path(root) / "nbgrader_config.py").exists():
            config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
            database, name = config.CourseDirectory.db_url, config.CourseDirectory.course_id
            exchange = Path(config.Exchange.root).resolve()
        return cls(build, database, None if exchange.is_relative_to(build) else exchange / name)


def backup(root, file):
    """Write the term's data to `file` and say how much it is; the course may go on meanwhile.

    Returns
    -------
    int
        0, or 2 where there is nothing to write or the file exists.
    """
    course = Course.at(root)
    file = file or course.build / "backup" / f"{datetime.now():%Y-%m-%d-%H%M%S}.tar.gz"
    if file.exists():
        return refuse(f"{file} exists. Name another file, or remove it first.")
    try:
        if not gradebook.holds_anything(course.database):
            return refuse(f"there is no gradebook in {course.build}: nothing was graded here yet.")
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(file.name + ".part")
        unfinished.touch(mode=0o600)
        with tarfile.open(unfinished, "w:gz") as archive:
            unread = _write(archive, course)
            count = sum(member.isfile() for member in archive.getmembers())
    except SQLAlchemyError as error:
        return refuse(f"the gradebook cannot be read: {error}")
    unfinished.chmod(0o600)
    unfinished.replace(file)
    print(f"{file}: {count} files. Whoever has it knows the course's secret and everybody's grades.")
    for path in unread:
        print(f"not saved, because it is too large or cannot be read: {str(path)!r}")
    return 0


def restore(root, file, force=False):
    """Put the data in `file` back where `backup` found it.

    Returns
    -------
    int
        0, or 2 where the file is not such a backup, or data of a term is in the way and `force` is not set.
    """
    course = Course.at(root)
    course.build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.build, prefix=".restore-") as scratch:
        try:
            with tarfile.open(file) as archive:
                members = archive.getmembers()
                _check(members)
                # What is checked needs no filter; the argument of that name is not in Python 3.11.2, which Debian has.
                archive.extraction_filter = lambda member, path: member
                archive.extractall(scratch, members)
        except (OSError, EOFError, tarfile.TarError, ValueError) as error:
            return refuse(f"{file} is not a whole backup of a course: {error}")
        try:
            return _put_back(course, Path(scratch), force)
        except SQLAlchemyError as error:
            return refuse(f"the gradebook cannot be restored: {error}")


def _write(archive, course):
    """Fill the archive; returns what could not be read."""
    unread = []
    with tempfile.TemporaryDirectory() as scratch:
        saved = Path(scratch) / GRADEBOOK
        gradebook.save(course.database, saved)
        archive.add(saved, GRADEBOOK)
    for path in sorted(course.build.iterdir()):
        elsewhere = path.name == EXCHANGE and course.exchange is not None
        if path.name not in {*MADE_AGAIN, *JOURNALS, GRADEBOOK} and path.name[0] != "." and not elsewhere:
            _add(archive, path, path.name, unread)
    if course.exchange is not None and course.exchange.is_dir():
        _add(archive, course.exchange, f"{EXCHANGE}/{course.exchange.name}", unread)
    return unread


def _add(archive, path, name, unread):
    """Add a file or a folder with what is in it, but no links and nothing else that only looks like a file."""
    try:
        member = archive.gettarinfo(path, name)
        if member is None or not (member.isdir() or member.isfile()):
            return
        if member.isdir():
            inside = sorted(path.iterdir())
            archive.addfile(member)
            for entry in inside:
                _add(archive, entry, f"{name}/{entry.name}", unread)
        else:
            content = _read(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    except OSError:
        unread.append(path)


def _read(path):
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(f"more than {LARGEST} bytes")
    return content


def _check(members):
    """Refuse what `backup` does not write: links, devices, and names that lead elsewhere."""
    for member in members:
        path = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"it holds {member.name!r}, which is no plain file or folder of a course")
    if GRADEBOOK not in {member.name for member in members}:
        raise ValueError("it holds no gradebook")


def _put_back(course, saved, force):
    places = {path: course.build / path.name for path in sorted(saved.iterdir())}
    names = [path.name for path in places]
    file = gradebook.sqlite_file(course.database)
    places[saved / GRADEBOOK] = file
    if course.exchange is not None and (saved / EXCHANGE).exists():
        del places[saved / EXCHANGE]
        (inside,) = (saved / EXCHANGE).iterdir()
        places[inside] = course.exchange
    there = [place for place in places.values() if place is not None and place.exists()]
    if file is None and gradebook.holds_anything(course.database):
        there.append("the database")
    if there and not force:
        return refuse(f"there are {', '.join(map(str, there))}. To replace them by what was saved, add --force.")
    if file is None:
        del places[saved / GRADEBOOK]
        gradebook.copy(f"sqlite:///{saved / GRADEBOOK}", course.database)
    else:
        for journal in JOURNALS:
            file.with_name(journal).unlink(missing_ok=True)
    for path, place in places.items():
        _replace(place, path)
    print(f"restored in {course.build}: {', '.join(names)}")
    return 0


def _replace(place, source):
    """Put `source` in its place; what was there is moved aside first, and then removed as far as it can be."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        aside = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}-"))
        place.rename(aside / place.name)
        shutil.rmtree(aside, ignore_errors=True)
        if aside.exists():
            print(f"what was in the way and could not be removed lies in {aside}")
    shutil.move(source, place)
