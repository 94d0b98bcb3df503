"""What a platform calls each student, kept from an import so that `nbgrader export` can write it back.

``build/identities/<platform>/<assignment>.json`` has, for each student, the columns of the roster and the numbers in
the names of files.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.paths import identities_file

from .roster import Roster
from .senders import Sender

FROM_FILES = {"canvas": "canvas_id", "moodle": "identifier", "student": "sid", "email": "email"}  # kind and column

Identities = dict[str, dict[str, str]]  # columns in lower case, keyed by student


def save_identities(
    course: Path, platform: str, assignment: str, roster: Roster, senders: Mapping[str, Sequence[Sender]]
) -> None:
    """Add what is known from an import to what is known from earlier ones."""
    known = load_identities(course, platform, assignment)
    for student, sent in senders.items():
        columns = {FROM_FILES[kind]: value for sender in sent for kind, value in sender.keys if kind in FROM_FILES}
        known[student] = {**known.get(student, {}), **columns}
    for student, person in roster.people.items():
        if person.row:
            known[student] = {**known.get(student, {}), **{name: value for name, value in person.row.items() if value}}
    path = identities_file(course, platform, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    unfinished.write_text(json.dumps(known, indent=1, ensure_ascii=False), encoding="utf-8")
    os.replace(unfinished, path)


def load_identities(course: Path | str, platform: str, assignment: str) -> Identities:
    """Return what a platform calls each student, or {} if no submission has been imported from it."""
    try:
        return dict(json.loads(identities_file(course, platform, assignment).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
