"""``build``: build the generated files, or report which of them are out of date."""

import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from autograder import catalogue
from autograder.authoring.answers import judged
from autograder.authoring.check import assignment_errors, exercise_errors
from autograder.errors import DefinitionError
from autograder.notebooks.build import build, differing, stale, write_source
from autograder.notebooks.course_page import page_of, with_points
from autograder.plugin.ownership import checks_gradlab

from .errors import refuse, report


def run(course: Path, names: Collection[str], check: bool, into: Path | None = None) -> int:
    """Build the named assignments, or all assignments if `names` is empty. With `check`, only report stale files.

    If `into` is given, write only the instructor's notebook and its ``checks.npz``, into the folder ``into/<name>``. An
    assignment is built only if nothing is wrong with its exercises.

    Returns
    -------
    int
        0 if no file is stale; 1 if a file is stale or an assignment cannot be built; 2 if an assignment is unknown or
        `into` is refused.
    """
    known = catalogue.assignments()
    unknown = [name for name in names if name not in known]
    if unknown:
        return refuse(f"there is no assignment {unknown[0]!r}. {catalogue.suggestion(unknown[0], known)}")
    if into is not None and (problem := _refusal(into, names or known, check)):
        return refuse(problem)
    wrong: list[DefinitionError] = []
    points: dict[str, float] = {}
    outdated: list[Path] = []
    for name in names or known:
        found = errors(course, known[name])
        wrong += found
        if found:
            continue
        if into is not None:
            write_source(course, name, into)
            print(f"wrote {into / name}")
            continue
        points[name] = known[name].points
        if check:
            outdated += stale(course, name)
        else:
            build(course, name)
            print(f"built {name}")
    outdated += update_page(course, points, check)
    for path in outdated:
        print(f"stale: {path}: run `make notebooks`", file=sys.stderr)
    return report(wrong) or int(bool(outdated))


def _refusal(into: Path, names: Collection[str], check: bool) -> str:
    """Return the reason why assignments cannot be written into the source folder of another course, or ""."""
    if check:
        return "--check reports what is stale here, and --into writes elsewhere: use only one of them."
    if not into.is_dir():
        return f"there is no folder {into}. Give the folder with the sources of your course, such as ../course/source."
    for name in names:
        if any(not checks_gradlab(path) for path in (into / name).glob("*.ipynb")):
            return f"{into / name} is an assignment in your own course, and must not be replaced: rename it first."
    return ""


def update_page(course: Path, points: Mapping[str, float], check: bool) -> list[Path]:
    """Write these points into the course page, if there is one. With `check`, only return the page if it is stale."""
    page = page_of(course)
    generated = {page: with_points(page.read_text(encoding="utf-8"), points).encode()} if page.is_file() else {}
    if check:
        return differing(generated)
    for path in differing(generated):
        path.write_bytes(generated[path])
    return []


def errors(course: Path, assignment: catalogue.Assignment) -> list[DefinitionError]:
    """Return what is wrong with an assignment's master, its exercises, or their mistakes and variants.

    Answers that train a network take too long to judge on every build. `mistakes` judges them, too.
    """
    found = assignment_errors(course, assignment)
    for exercise in assignment.exercises.values():
        wrong = exercise_errors(exercise)
        found += wrong
        if not wrong and not exercise.trains:
            found += judged(exercise).errors()
    return found
