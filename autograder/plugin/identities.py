"""What a platform calls each student, kept from imports so that `nbgrader export` can write it back.

``build/identities/<platform>/<assignment>.json`` has, for each student, the columns of the roster and the numbers in
the file names.
"""

import json
from pathlib import Path

from autograder.atomic import write_text
from autograder.paths import identities_file

Identities = dict[str, dict[str, str]]  # columns in lower case, keyed by student


def add_identities(course: Path, platform: str, assignment: str, new: Identities) -> None:
    """Add an import's identities to those from earlier imports."""
    known = load_identities(course, platform, assignment)
    merged = known | {student: known.get(student, {}) | columns for student, columns in new.items()}
    write_text(identities_file(course, platform, assignment), json.dumps(merged, indent=1, ensure_ascii=False))


def load_identities(course: Path | str, platform: str, assignment: str) -> Identities:
    """Return what a platform calls each student, or {} if no submission has been imported from it."""
    try:
        return dict(json.loads(identities_file(course, platform, assignment).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
