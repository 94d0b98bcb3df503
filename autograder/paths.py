"""Paths of the repository, and of files in a course's folder that more than one package uses.

A course's folder is usually the repository itself, but tests, the demo and the hub create courses elsewhere. So each
function takes the course's folder as an argument.
"""

import hashlib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 247  # characters of a file's name; file systems allow 255, of which grading needs 8 for an ending


def build_folder(course: Path | str) -> Path:
    """Return the folder for generated files and for everything that nbgrader writes. Git ignores this folder."""
    return Path(course) / "build"


def secret_file(course: Path | str) -> Path:
    """Return the file with the course's secret, from which the seeds of hidden cases are derived."""
    return build_folder(course) / "course_secret"


def font_cache(course: Path | str) -> Path:
    """Return the folder where Matplotlib keeps its list of fonts between runs."""
    return build_folder(course) / "cache" / "matplotlib"


def verdict_file(course: Path | str, assignment: str, student: str) -> Path:
    """Return the file with the result of grading one submission. Its name is short even for a long student ID."""
    name = quote(student, safe="")
    if len(name) > LONGEST:
        # Each name stays unique: a quoted name contains no plus sign.
        name = f"{name[:150]}+{hashlib.sha256(student.encode()).hexdigest()}"
    return build_folder(course) / "verdicts" / assignment / f"{name}.json"
