"""Where things are: the repository, and the files in a course's folder that more than one package uses.

A course usually is the repository itself, but tests, the demo and the hub lay out courses elsewhere. So every path
inside a course starts from the course's folder.
"""

from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]


def build_folder(course: Path | str) -> Path:
    """The folder for everything that is generated or that nbgrader writes. Git ignores it."""
    return Path(course) / "build"


def secret_file(course: Path | str) -> Path:
    """The secret that the seeds of hidden cases are made from."""
    return build_folder(course) / "course_secret"


def font_cache(course: Path | str) -> Path:
    """Where Matplotlib keeps its list of fonts between runs."""
    return build_folder(course) / "cache" / "matplotlib"


def verdict_file(course: Path | str, assignment: str, student: str) -> Path:
    """The result of grading one submission."""
    return build_folder(course) / "verdicts" / assignment / f"{quote(student, safe='')}.json"
