"""Paths of the repository, and of files in a course's folder that more than one package uses.

A course's folder is usually the repository itself, but tests, the demo, and the hub create courses elsewhere. So each
function takes the course's folder as an argument.
"""

import hashlib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 247  # characters of a name without its ending; file systems allow 255 with it


def course_folder() -> Path:
    """Return the current folder if it is a course's, and otherwise the repository."""
    return Path.cwd() if Path("nbgrader_config.py").exists() else ROOT


def build_folder(course: Path | str) -> Path:
    """Return the folder for generated files and for everything that nbgrader writes. Git ignores this folder."""
    return Path(course) / "build"


def secret_file(course: Path | str) -> Path:
    """Return the file with the course's secret, from which the seeds of hidden cases are derived."""
    return build_folder(course) / "course_secret"


def font_cache(course: Path | str) -> Path:
    """Return the folder where Matplotlib keeps its list of fonts between runs."""
    return build_folder(course) / "cache" / "matplotlib"


def public_cache() -> Path:
    """Return the folder where builds keep the public parts of exercises (see `autograder.notebooks.public_cache`)."""
    return build_folder(ROOT) / "cache" / "public"


def record_file(course: Path | str, assignment: str) -> Path:
    """Return the file that says what an assignment's notebooks were made from (see `autograder.notebooks.versions`)."""
    return build_folder(course) / "records" / f"{assignment}.json"


def verdict_file(course: Path | str, assignment: str, student: str) -> Path:
    """Return the file with the result of grading one submission."""
    return build_folder(course) / "verdicts" / assignment / _file_of(student)


def arrivals_file(course: Path | str, assignment: str, student: str) -> Path:
    """Return the file that says when a student's submissions were first seen in the exchange."""
    return build_folder(course) / "arrivals" / assignment / _file_of(student)


def answers_file(course: Path | str, assignment: str, student: str) -> Path:
    """Return the file with the digests of a student's answers when the gradebook last saved their points."""
    return build_folder(course) / "answers" / assignment / _file_of(student)


def identities_file(course: Path | str, platform: str, assignment: str) -> Path:
    """Return the file that says what a platform calls the students whose submissions were imported from it."""
    return build_folder(course) / "identities" / platform / f"{assignment}.json"


def watch_folder(course: Path | str, assignment: str) -> Path:
    """Return the folder where `watch` keeps what it knows about an assignment's submissions."""
    return build_folder(course) / "watch" / assignment


def attempts_file(course: Path | str, assignment: str, student: str) -> Path:
    """Return the file with a student's attempts at an assignment, if `watch` grades it."""
    return watch_folder(course, assignment) / "attempts" / _file_of(student)


def _file_of(student: str) -> str:
    """Return the name of a student's file. It is short even for a long student ID."""
    name = quote(student, safe="")
    if len(name) > LONGEST:
        # Each name stays unique: a quoted name contains no plus sign.
        name = f"{name[:150]}+{hashlib.sha256(student.encode()).hexdigest()}"
    return f"{name}.json"
