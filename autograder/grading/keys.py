"""Keys of verdicts: digests of everything that the verdict on an exercise depends on.

A verdict is stale if its key is not the exercise's current key. A key has one entry per part, so that the difference
between two keys says what has changed. Some parts are shared by all exercises: a change to the judge makes all verdicts
stale. The other parts belong to one exercise: a change to its tolerance makes only its own verdicts stale.

A key covers what determines points and names mistakes. It covers neither comments and docstrings, nor text that
only appears in feedback, such as the line after full credit, nor ``checks.npz``, which is built from the exercise and
may differ by rounding between machines.
"""

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import catalogue
from autograder.edits import editable
from autograder.exercise import Exercise
from autograder.judging.cases import cached
from autograder.notebooks.canonical import read_released
from autograder.notebooks.demos import is_demo
from autograder.sources import code, code_digest, dependencies, digest, modules_in
from gradlab.checks.demo_cells import definitions

Key = dict[str, Any]  # the value of each part: a digest, or a number or text that a reason can quote

# The parts that all exercises share, each with two phrases: what a verdict with a different value was graded with, and
# what has changed since then.
SHARED = {
    "grader": ("an older grader", "the grader changed"),
    "gradlab": ("an older gradlab", "gradlab changed"),
    "release": ("an older release", "the code around the answers in the release changed"),
    "options": ("other options", "the grading options changed"),
    "secret": ("another course secret", "the course's secret changed"),
}
# The parts that belong to one exercise, each with the words for it in a reason.
OWN = {
    "reference": "reference",
    "cases": "cases",
    "tolerance": "tolerance",
    "driver": "driver",
    "judge": "judge",
    "points": "points",
    "seconds": "time limit",
    "mistakes": "known mistakes",
    "partners": "partner's reference",
    "helpers": "shared code",
    "definition": "definition",
}
QUOTED = ("tolerance", "points", "seconds")  # parts whose values a reason quotes

# The grader's modules that determine points, without those that only show points, write files, or distribute work.
GRADER = (
    *modules_in("autograder.judging", "autograder.running", "autograder.sandbox", "gradlab.checks"),
    *("autograder.edits", "autograder.exercise", "autograder.grading.grader"),
    *("autograder.notebooks.canonical", "autograder.notebooks.demos", "autograder.notebooks.intake"),
)
# The gradlab packages that belong to exercises, and the one that draws plots. Answers may use all others.
NOT_SHARED = ("gradlab.checks", "gradlab.drivers", "gradlab.oracles", "gradlab.plots", "gradlab.properties")
# What an exercise's modules may use that is not shared by all exercises.
EXERCISES = "autograder.exercises."
FOLLOWED = (EXERCISES, "autograder.data", "gradlab.drivers.", "gradlab.oracles.", "gradlab.properties.")
# Names set in an exercise's body whose values are in its key anyway, or that affect only what feedback shows.
COVERED = {"name", "points", "done", "driver", "judge", "picture", "seconds", "tolerance", "partners"}


def exercise_keys(
    released: Path, assignment: str, secret: bytes, run_demos: bool, cell_seconds: float
) -> dict[str, Key]:
    """Return the current key of each exercise that the released notebook checks, keyed by exercise.

    Parameters
    ----------
    released : Path
        The released notebook.
    assignment : str
    secret : bytes
        The course's secret.
    run_demos, cell_seconds : bool, float
        The grading options; see `autograder.grading.job.Job`.
    """
    notebook = read_released(released)
    shared = {
        "grader": _grader_digest(),
        "gradlab": _gradlab_digest(),
        "release": digest(*_code_that_runs(notebook, run_demos), *_side_files(released)),
        "options": f"demos {'run' if run_demos else 'skipped'}, {cell_seconds:g} seconds per cell",
        "secret": digest(b"key of verdicts", secret),
    }
    exercises = catalogue.assignments()[assignment].exercises
    return {
        name: shared | exercise_parts(exercises[name]) | {"points": points}
        for name, points in _checked(notebook)
        if name in exercises
    }


def prepare(released: Path, assignment: str) -> None:
    """Compute the parts of keys that are the same for all submissions, so that forked processes already have them."""
    list(_code_that_runs(read_released(released), run_demos=False))
    for exercise in catalogue.assignments()[assignment].exercises.values():
        exercise_parts(exercise)
    _grader_digest()
    _gradlab_digest()


@dataclass(frozen=True)
class Reason:
    """Why a verdict is stale.

    Attributes
    ----------
    graded_with : str
        What the verdict was graded with, such as "an older `adam`" or "an older grader".
    sentence : str
        What has changed since then, such as "the tolerance changed from 1e-07 to 0.001".
    """

    graded_with: str
    sentence: str


def stale(old: Mapping[str, Key], present: Mapping[str, Key]) -> dict[str, Reason]:
    """Return why verdicts are stale, keyed by exercise. Exercises without a stale verdict are left out.

    Parameters
    ----------
    old : mapping
        The keys of the verdicts, keyed by exercise.
    present : mapping
        The current keys of the exercises.
    """
    if not old:  # graded by a version that wrote no keys
        return dict.fromkeys(present, Reason(*SHARED["grader"]))
    return {name: _reason(name, old.get(name), key) for name, key in present.items() if old.get(name) != key}


def _reason(exercise: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Reason:
    if old is None:
        return Reason("an older release", "the exercise is new")
    parts = [part for part in (*SHARED, *OWN) if old.get(part) != new.get(part)]
    shared = [SHARED[part] for part in parts if part in SHARED]
    phrases = [sentence for _, sentence in shared]
    phrases += [f"its {OWN[part]} changed from {old.get(part)} to {new.get(part)}" for part in parts if part in QUOTED]
    if texts := [OWN[part] for part in parts if part in OWN and part not in QUOTED]:
        phrases.append(f"its {' and its '.join(texts)} changed")
    return Reason(shared[0][0] if shared else f"an older `{exercise}`", "; ".join(phrases))


@cached
def exercise_parts(exercise: type[Exercise]) -> Key:
    """Return the parts of an exercise's key that depend on its code."""
    own = exercise.__module__
    driver = dependencies([exercise.driver.__module__], FOLLOWED)
    judge_module = exercise.judge.__module__ if exercise.judge else own
    judge = dependencies([judge_module], FOLLOWED) if judge_module != own else set()
    used = dependencies([own], FOLLOWED) - driver - judge
    bases = {base.__module__ for base in exercise.__mro__ if base.__module__.startswith(EXERCISES)} - {own}
    text = _by_part(exercise)
    return {
        "reference": digest(editable(exercise.reference)),
        "cases": digest(text["cases"]),
        "tolerance": exercise.tolerance,
        "driver": digest(exercise.driver.__name__, code_digest(driver)),
        "judge": digest(exercise.judge.__name__ if exercise.judge else "", code_digest(judge), text["judge"]),
        "seconds": exercise.seconds,
        "mistakes": digest(text["mistakes"]),
        "partners": digest(*(editable(partner.reference) for partner in exercise.partners)),
        "helpers": digest(*map(_outside_exercises, sorted(used))),
        "definition": digest(text["definition"], str(exercise.trains), code_digest(bases)),
    }


def _by_part(exercise: type[Exercise]) -> dict[str, str]:
    """Divide the source of an exercise's body into the parts of its key."""
    parts = dict.fromkeys(("cases", "judge", "mistakes", "definition"), "")
    text = code(exercise.__module__)
    (node,) = (n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == exercise.__name__)
    marked = {mistake.name for mistake in (*exercise.mistakes, *exercise.variants)}
    for statement in node.body:
        names = set(_defined(statement))
        if names <= {"cases", "public_cases"} and names:
            part = "cases"
        elif names == {"judge"}:
            part = "judge"
        elif names & marked:
            part = "mistakes"
        elif names == {"reference"} or (names and names <= COVERED):
            continue
        else:
            part = "definition"
        parts[part] += _lines(text, statement)
    return parts


def _defined(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement in a class body defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    for target in targets:
        yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _lines(text: str, node: ast.stmt) -> str:
    """Return the lines of a statement, with its decorators."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(text.split("\n")[first - 1 : node.end_lineno]) + "\n"


@functools.cache  # most modules are used by several exercises
def _outside_exercises(module: str) -> str:
    """Return a module's statements other than exercises and imports.

    `_by_part` divides an exercise's own module. If an exercise imports another exercise's module, only the code outside
    that module's exercises counts as a helper. Partners have their own part of the key.
    """
    text = code(module)
    if not module.startswith(EXERCISES):
        return text
    kept = (node for node in ast.parse(text).body if not (_is_exercise(node) or _is_import(node)))
    return "".join(_lines(text, node) for node in kept)


def _is_exercise(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and any("name" in set(_defined(statement)) for statement in node.body)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _checked(notebook: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the name and the points of each exercise that a released notebook checks."""
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("grade") and not nbgrader.get("solution"):
            yield nbgrader["grade_id"].removesuffix("-check"), float(nbgrader["points"])


def _code_that_runs(notebook: Mapping[str, Any], run_demos: bool) -> Iterator[str]:
    """Yield the released cells that grading runs around the answers, whole or in part."""
    for cell in notebook["cells"]:
        runs = cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"]
        if runs and (run_demos or not is_demo(cell) or definitions(cell["source"])):
            yield cell["source"]


def _side_files(released: Path) -> Iterator[str | bytes]:
    """Yield the names and contents of the other released files, apart from the public cases."""
    for path in sorted(released.parent.iterdir()):
        if path.is_file() and path.suffix != ".ipynb" and path.name != "checks.npz":
            yield path.name
            yield path.read_bytes()


@functools.cache
def _grader_digest() -> str:
    return code_digest(module for module in GRADER if ".selftest" not in module)


@functools.cache
def _gradlab_digest() -> str:
    return code_digest(m for m in modules_in("gradlab") if not m.startswith(NOT_SHARED))
