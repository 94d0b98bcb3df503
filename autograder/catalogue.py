"""Finds the exercises: every `Exercise` and `Written` in the modules of ``autograder/exercises``.

Each module or package in that folder that contains at least one exercise or written question is an assignment. The
assignment in ``autograder/exercises/update_rules`` is named "update_rules". Modules without exercises, such as
``drawing.py``, contain code that several assignments share.
"""

import difflib
import functools
import importlib
import keyword
import pkgutil
import re
import traceback
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeGuard

from gradlab.checks.words import series

from .errors import DefinitionError, error_in
from .exercise import Exercise, Written

COURSE = "autograder.exercises"
NAME = "lowercase letters, digits, and underscores, with a letter first, and not a Python keyword"


@dataclass(frozen=True)
class Assignment:
    """An assignment's exercises and written questions, keyed by name."""

    name: str
    exercises: dict[str, type[Exercise]]
    written: dict[str, Written]

    @property
    def points(self) -> float:
        return sum(e.points for e in self.exercises.values()) + sum(w.points for w in self.written.values())


@functools.cache
def assignments(package: str = COURSE) -> dict[str, Assignment]:
    """Return all assignments found in `package`, keyed by name.

    Raises
    ------
    DefinitionError
        If a module cannot be imported, if an exercise or a written question in `package` has a name that `is_name`
        rejects, or if two of them have the same name.
    """
    found: dict[str, Assignment] = {}
    owners: dict[str, tuple[ModuleType, str]] = {}
    root = importlib.import_module(package)
    for module_info in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
        module = _imported(module_info.name, Path(root.__path__[0]))
        name = module_info.name.removeprefix(f"{package}.").split(".")[0]
        for variable, item in vars(module).items():
            if not (isinstance(item, Written) or _is_exercise_of(module, item)):
                continue
            if not is_name(item.name):
                raise error_in(module, variable, f"the name must be {NAME}. Got {item.name!r}.")
            if item.name in owners:
                other = error_in(*owners[item.name], "").place
                raise error_in(module, variable, f"{item.name!r} is already used in {other}. Rename one of the two.")
            owners[item.name] = module, variable
            assignment = found.setdefault(name, Assignment(name, {}, {}))
            if isinstance(item, Written):
                assignment.written[item.name] = item
            else:
                assignment.exercises[item.name] = item
    return found


def find(name: str, package: str = COURSE) -> tuple[type[Exercise], Assignment]:
    """Return the exercise called `name` and its assignment.

    Raises
    ------
    KeyError
        If there is no such exercise. The message suggests the most similar names.
    """
    for assignment in assignments(package).values():
        if name in assignment.exercises:
            return assignment.exercises[name], assignment
    names = [exercise.name for _, exercise in exercises(package=package)]
    raise KeyError(f"there is no exercise {name!r}. {suggestion(name, names)}")


def exercises(only: Collection[str] | None = None, package: str = COURSE) -> list[tuple[str, type[Exercise]]]:
    """Return the exercises in course order, each with the name of its assignment.

    Parameters
    ----------
    only : collection of str, optional
        Names of assignments or exercises. If `only` is None or empty, all exercises are returned.

    Raises
    ------
    KeyError
        If a name in `only` is neither the name of an assignment nor the name of an exercise.
    """
    every = [(a.name, exercise) for a in assignments(package).values() for exercise in a.exercises.values()]
    known = {name for assignment, exercise in every for name in (assignment, exercise.name)}
    unknown = [name for name in only or () if name not in known]
    if unknown:
        raise KeyError(f"there is no assignment or exercise {unknown[0]!r}. {suggestion(unknown[0], known)}")
    return [(a, exercise) for a, exercise in every if not only or {a, exercise.name} & set(only)]


def is_name(name: object) -> TypeGuard[str]:
    """Return whether exercises, written questions, and assignments may have this name."""
    return isinstance(name, str) and re.fullmatch("[a-z][a-z0-9_]*", name) is not None and not keyword.iskeyword(name)


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return a question that suggests up to three of `names`: similar ones or, if no name is similar, the closest."""
    known = sorted(names)
    close = difflib.get_close_matches(name, known, n=3) or difflib.get_close_matches(name, known, n=3, cutoff=0.0)
    return f"Did you mean {series(close, 'or')}?" if close else ""


def _imported(name: str, folder: Path) -> ModuleType:
    """Import a module in the course's `folder`."""
    try:
        return importlib.import_module(name)
    except DefinitionError:
        raise
    except Exception as error:
        raise _import_error(error, folder) from error


def _import_error(error: Exception, folder: Path) -> DefinitionError:
    """Return an error as a `DefinitionError`, with the file and line in the course where it happened."""
    if isinstance(error, SyntaxError) and error.filename:
        return DefinitionError(f"this line is not valid Python: {error.msg}.", error.filename, error.lineno or 1)
    message = str(error).strip().partition("\n")[0]
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        message += f". {suggestion(str(error.name), getattr(error.obj, '__all__', dir(error.obj)))}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(folder)
    ]
    file, line = (frames[-1].filename, frames[-1].lineno) if frames else (folder, None)
    return DefinitionError(f"this line raises {type(error).__name__}: {message}", file, line or 1)


def _is_exercise_of(module: ModuleType, item: object) -> TypeGuard[type[Exercise]]:
    """Return whether `item` is an exercise that `module` defines, rather than an imported class or a base class."""
    return (
        isinstance(item, type)
        and issubclass(item, Exercise)
        and item.__module__ == module.__name__
        and "name" in vars(item)
    )
