"""``backup`` and ``restore``: save in one file everything that a term has produced, and restore it from that file.

A backup contains ``extensions.csv``, ``nbgrader_config.py``, the exchange, and everything in ``build/`` except for what
can be rebuilt (`REBUILT`): the gradebook, the course's secret (without it, a regrade would use different cases), the
submitted, graded, and returned notebooks, and all records. ``nbgrader_config.py`` says where these things are.
"""

import filecmp
import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from traitlets.config.loader import PyFileConfigLoader

from autograder.paths import build_folder

from .archive import EXCHANGE, LARGEST, add, extract
from .errors import refuse
from .gradebook import Gradebook, copy_rows

GRADEBOOK = "gradebook.db"
ENDINGS = ("-wal", "-shm", "-journal")  # of SQLite's files while a database is in use
JOURNALS = tuple(GRADEBOOK + ending for ending in ENDINGS)
DEFAULT_EXCHANGE = "/usr/local/share/nbgrader/exchange"  # nbgrader's
CONFIG = "nbgrader_config.py"
EXTENSIONS = "extensions.csv"
STEPS = ("source", "release", "submitted", "autograded", "feedback")
# The names in build/ that are not saved: what `make` and `python -m autograder` can write again, and backups. Anything
# else that is ever put into build/ is saved, except for hidden files and folders.
REBUILT = {"backup", "cache", "demo", "docs", "gradescope", "hub", "proxy", "report", "screens", "student", "wheel"}


class Course(NamedTuple):
    """The locations of a course's data.

    `exchange` is the course's folder in the exchange, or None if the exchange is inside `build`. `places` gives the
    paths of ``extensions.csv`` and of the folders for nbgrader's steps, keyed by their names in a backup.
    """

    root: Path
    build: Path
    gradebook: Gradebook
    exchange: Path | None
    places: dict[str, Path]

    @classmethod
    def at(cls, root: Path) -> "Course":
        root = root.resolve()
        build = build_folder(root)
        database, exchange, name = f"sqlite:///{build / GRADEBOOK}", build / EXCHANGE, ""
        places = {step: build / step for step in STEPS} | {EXTENSIONS: root / EXTENSIONS}
        if (root / CONFIG).exists():
            config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
            settings = config.CourseDirectory
            database, name = settings.get("db_url", f"sqlite:///{root / GRADEBOOK}"), settings.get("course_id", "")
            exchange = Path(config.Exchange.get("root", DEFAULT_EXCHANGE)).resolve()
            places = {step: root / settings.get(f"{step}_directory", step) for step in STEPS}
            places[EXTENSIONS] = root / config.Penalties.get("extensions", EXTENSIONS)
        elsewhere = None if exchange.is_relative_to(build) else exchange / name
        return cls(root, build, Gradebook.at(database), elsewhere, places)


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
        with tarfile.open(unfinished, "w:gz", compresslevel=6) as archive:
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
            if GRADEBOOK not in extract(file, Path(scratch)):
                raise ValueError("it contains no gradebook")
        except (OSError, EOFError, tarfile.TarError, ValueError) as error:
            return refuse(f"{file} is not a complete backup of a course: {error}")
        try:
            return _put_back(_configured(course, Path(scratch)), Path(scratch), force)
        except SQLAlchemyError as error:
            return refuse(f"the gradebook cannot be restored: {error}")


def _write(archive: tarfile.TarFile, course: Course, largest: int) -> list[Path]:
    """Write the course's data to the archive, and return the paths that are too large or cannot be read."""
    unread: list[Path] = []
    with tempfile.TemporaryDirectory() as scratch:
        saved = Path(scratch) / GRADEBOOK
        course.gradebook.save(saved)
        archive.add(saved, GRADEBOOK)
    for name, path in sorted(_sources(course).items()):
        add(archive, path, name, largest, unread)
    return unread


def _sources(course: Course) -> dict[str, Path]:
    """Return the files and folders to save, except for the gradebook, keyed by their names in the backup."""
    file = course.gradebook.file
    databases = {GRADEBOOK, *JOURNALS} | ({file.name + ending for ending in ("", *ENDINGS)} if file else set())
    found = {path.name: path for path in course.build.iterdir() if path.name not in databases | REBUILT}
    found = {name: path for name, path in found.items() if name[0] != "." and path not in course.places.values()}
    found |= {name: path for name, path in {**course.places, CONFIG: course.root / CONFIG}.items() if path.exists()}
    if course.exchange is not None:
        found.pop(EXCHANGE, None)
        if course.exchange.is_dir():
            found[f"{EXCHANGE}/{course.exchange.name}"] = course.exchange
    # If the instructor has replaced a folder with a link, save the folder that it leads to.
    return {name: path.resolve() for name, path in found.items()}


def _configured(course: Course, saved: Path) -> Course:
    """Return the course with its configuration. If it has none, restore the one in the backup, and use that.

    A different configuration is kept, because it says where things are on this machine. The instructor is told about
    the difference, because the configuration also contains the late policy.
    """
    config, here = saved / CONFIG, course.root / CONFIG
    if not config.exists():
        return course
    if not here.exists():
        shutil.copy2(config, here)
        print(f"restored {here}")
        course = Course.at(course.root)
    elif here.read_bytes() != config.read_bytes():
        copy = course.build / f"{CONFIG}.from-backup"
        shutil.copy2(config, copy)
        print(f"{here} was kept, but it differs from the backup's, which is in {copy}: compare c.LatePolicy in them.")
    config.unlink()
    return course


def _put_back(course: Course, saved: Path, force: bool) -> int:
    targets = {path: course.places.get(path.name, course.build / path.name) for path in sorted(saved.iterdir())}
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
    in_the_way = [str(target) for path, target in targets.items() if _would_be_lost(target, path)]
    if file is None and course.gradebook.holds_anything():
        in_the_way.append("the database")
    if in_the_way and not force:
        return refuse(f"data already exists: {', '.join(in_the_way)}. To replace it with the backup, add --force.")
    if file is None:
        copy_rows(f"sqlite:///{saved / GRADEBOOK}", course.gradebook.url)
    else:
        for ending in ENDINGS:
            file.with_name(file.name + ending).unlink(missing_ok=True)
    for path, target in targets.items():
        _replace(target, path)
    print(f"restored in {course.build}: {', '.join(names)}")
    return 0


def _would_be_lost(target: Path, source: Path) -> bool:
    """Return whether replacing `target` with `source` loses data. Empty folders and equal files are no loss."""
    if target.is_dir():
        return any(target.iterdir())
    return target.exists() and not (source.is_file() and filecmp.cmp(source, target, shallow=False))


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
