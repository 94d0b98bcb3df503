"""Decide whether an assignment is ours, for our judge to grade, or the course's own, for stock nbgrader.

A name proves nothing, because a course may have its own assignment `regularization`. An assignment is ours if its
notebook imports gradlab and calls ``check("adam", adam)`` in a graded cell. If such a notebook is in the wrong place or
was changed, neither grader would give fair points, so it is refused with a sentence that says what to do.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder import catalogue
from autograder.grading.grader import CHECK

IMPORT = re.compile(r"^\s*(?:from|import) gradlab\b", re.MULTILINE)
CALL = re.compile(r"""^\s*check\(\s*["'](\w+)["']""", re.MULTILINE)

Cell = Mapping[str, Any]


def is_ours(coursedir: CourseDirectory, generating: bool = False) -> bool:
    """Return whether our judge grades the current assignment of `coursedir`.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
    generating : bool
        Whether the assignment is about to be generated from its source. Otherwise, the notebooks that were released to
        students count or, if they are missing, their sources.

    Raises
    ------
    NbGraderException
        If the assignment has our checks, but is not one of our assignments as `build` writes them. The message
        says what is wrong and what to do.
    """
    steps = [coursedir.release_directory, coursedir.source_directory]
    for step in steps[1:] if generating else steps:
        folder = Path(coursedir.format_path(step, ".", coursedir.assignment_id))
        if notebooks := sorted(folder.glob("*.ipynb")):
            tests = {path: list(_tests(path)) for path in notebooks}
            ours = any(exercise for found in tests.values() for _, exercise in found)
            if ours and (reason := _refusal(coursedir.assignment_id, tests)):
                raise NbGraderException(reason)
            return ours
    return False


def checks_gradlab(notebook: Path) -> bool:
    """Return whether a notebook has one of our checks in a graded cell."""
    return any(exercise for _, exercise in _tests(notebook))


def _tests(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the ``grade_id`` of each test cell, and the exercise that it checks with gradlab, or "" if there is none.

    A file that is not a notebook yields nothing; nbgrader reports such a file.
    """
    try:
        cells: Sequence[Cell] = [c for c in json.loads(path.read_bytes())["cells"] if c["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
        marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    uses_gradlab = any(IMPORT.search(source) for source in sources)
    for source, mark in zip(sources, marks, strict=True):
        if mark.get("grade") and not mark.get("solution"):
            call = CALL.search(source) if uses_gradlab else None
            yield str(mark.get("grade_id")), call[1] if call else ""


def _refusal(name: str, tests: Mapping[Path, Sequence[tuple[str, str]]]) -> str:
    """Return the reason why notebooks with our checks cannot be graded, or "" if they can."""
    ours = next(path for path, found in tests.items() if any(exercise for _, exercise in found))
    exercise = next(exercise for _, exercise in tests[ours] if exercise)
    home = next((a.name for a in catalogue.assignments().values() if exercise in a.exercises), None)
    if home is None:
        return (
            f"{ours} checks {exercise!r}, but gradlab has no such exercise: remove the check, or rebuild the notebook."
        )
    if home != name or ours.stem != name:
        return (
            f"{ours} checks {exercise!r}, which belongs to gradlab's assignment {home}: its folder must be named "
            f"{home} and its notebook {home}.ipynb, because gradlab grades by these names."
        )
    if others := [path.name for path in tests if path != ours]:
        return f"gradlab grades only {ours.name} in {ours.parent}: move {', '.join(others)} to another assignment."
    known = catalogue.assignments()[name].exercises
    foreign = [cell for cell, exercise in tests[ours] if exercise not in known or cell != f"{exercise}{CHECK}"]
    if foreign:
        return (
            f"the test cell {foreign[0]!r} in {ours} is not one of gradlab's: remove it, or write the notebook again "
            f"with `python -m autograder build {name} --into SOURCE_FOLDER`."
        )
    return ""
