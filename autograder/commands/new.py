"""``new``: write a new exercise or a new assignment."""

import sys
from collections.abc import Callable
from pathlib import Path

from autograder.authoring.new import new_assignment, new_exercise

NEXT = """\
Replace their contents with your own, part by part. After each change, run:
    make notebooks
    python -m autograder mistakes {}"""


def exercise(course: Path, assignment: str, name: str) -> int:
    """Write the module of a new exercise, and its placeholder at the end of the assignment's master."""
    return _write(course, name, lambda: new_exercise(course, assignment, name))


def assignment(course: Path, name: str) -> int:
    """Write a new assignment with one exercise and one written question."""
    return _write(course, name, lambda: new_assignment(course, name))


def _write(course: Path, name: str, contents: Callable[[], dict[Path, str]]) -> int:
    """Write the files and print their paths. Return 1, and write nothing, if the name is refused."""
    try:
        files = contents()
    except ValueError as reason:
        print(reason, file=sys.stderr)
        return 1
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        print(f"{'changed' if path.exists() else 'wrote'} {path.relative_to(course)}")
        path.write_text(text, encoding="utf-8")
    print(NEXT.format(name))
    return 0
