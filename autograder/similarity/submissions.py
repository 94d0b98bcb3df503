"""Reads a class's answers from the submitted notebooks."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory

from autograder.notebooks.canonical import Cell, canonical_notebook, is_untouched, read_released
from autograder.notebooks.intake import Unreadable, read_submission
from autograder.student_ids import refusal

DEFINED = re.compile(r"^(?:def|class) +(\w+)|^(\w+) *=[^=]", re.MULTILINE)
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Submissions:
    """A class's answers.

    Attributes
    ----------
    answers : dict of str to dict of str to str
        The texts of the answers, keyed by student and by the answer's name. Unchanged answers are left out.
    unreadable : dict of str to str
        The reason why a submission cannot be read, keyed by student.
    given_code, given_text : tuple of str
        The code and the text of the released notebook, cell by cell.
    """

    answers: dict[str, dict[str, str]]
    unreadable: dict[str, str]
    given_code: tuple[str, ...] = ()
    given_text: tuple[str, ...] = ()


def read_class(course: Path, assignment: str) -> Submissions:
    """Read all submissions to an assignment that have been collected.

    Raises
    ------
    FileNotFoundError
        If the assignment has not been generated. The message says what to do.
    """
    folders = _folders(course, assignment)
    path = Path(folders.format_path(folders.release_directory, ".", assignment)) / f"{assignment}.ipynb"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `nbgrader generate_assignment {assignment}` first.")
    released = read_released(path)
    answers, unreadable = {}, {}
    for student in _students(folders, assignment):
        submitted = Path(folders.format_path(folders.submitted_directory, student, assignment)) / path.name
        try:
            answers[student] = answers_in(canonical_notebook(released, read_submission(submitted)))
        except Unreadable as reason:
            unreadable[student] = str(reason)
    return Submissions(answers, unreadable, given(released, "code"), given(released, "markdown"))


def given(released: Mapping[str, Any], cell_type: str) -> tuple[str, ...]:
    """Return the sources of a released notebook's cells of one type."""
    return tuple(cell["source"] for cell in released["cells"] if cell["cell_type"] == cell_type)


def answers_in(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers in a canonical notebook, keyed by name, without those that are as released.

    The answer to an exercise includes the student's own cells that define what the answer uses. So it makes no
    difference if a student splits a cell, or moves a helper function into another cell.
    """
    own = [cell["source"] for cell in notebook["cells"] if _is_own_code(cell)]
    answers = {}
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("solution") and not is_untouched(cell):
            name, source = nbgrader["grade_id"], cell["source"]
            parts = [*_used(own, name, source), source] if cell["cell_type"] == "code" else [source]
            answers[name] = "\n".join("\n\n".join(parts).splitlines())
    return answers


def _is_own_code(cell: Cell) -> bool:
    return cell["cell_type"] == "code" and bool(cell["metadata"].get("gradlab", {}).get("own"))


def _used(cells: Collection[str], name: str, source: str) -> list[str]:
    """Return the cells that define a name in the answer `source`, or in another one of these cells."""
    words = {name, *WORD.findall(source)}
    left = {place: (cell, _defined(cell)) for place, cell in enumerate(cells)}
    used: dict[int, str] = {}
    while new := {place: cell for place, (cell, defined) in left.items() if defined & words}:
        used |= new
        words.update(*(WORD.findall(cell) for cell in new.values()))
        left = {place: each for place, each in left.items() if place not in new}
    return [used[place] for place in sorted(used)]


def _defined(source: str) -> set[str]:
    return {name for names in DEFINED.findall(source) for name in names if name}


def _folders(course: Path, assignment: str) -> CourseDirectory:
    """Return the folders that the course's configuration defines. The course must be the current folder."""
    app = NbGrader()
    app.load_config_file()
    return CourseDirectory(config=app.config, root=str(course), assignment_id=assignment)


def _students(folders: CourseDirectory, assignment: str) -> Iterator[str]:
    """Yield the students who have a folder with a submission. Skip folders whose names are not valid student IDs."""
    root = Path(folders.format_path(folders.submitted_directory, "x", assignment)).parents[1]
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        if not refusal(folder.name) and (folder / assignment).is_dir():
            yield folder.name
