"""Finds the exercises: every `Exercise` and `Written` in the modules of ``autograder/exercises``.

Each module or package in that folder that contains at least one exercise or written question is an assignment. The
assignment in ``autograder/exercises/update_rules`` is named "update_rules". Modules without exercises, such as
``drawing.py``, contain code that several assignments share.
"""

import functools
import importlib
import pkgutil
from collections.abc import Collection
from dataclasses import dataclass
from types import ModuleType
from typing import TypeGuard

from .exercise import Exercise, Written

COURSE = "autograder.exercises"


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
    ValueError
        If two exercises or written questions in `package` have the same name.
    """
    found: dict[str, Assignment] = {}
    owners: dict[str, str] = {}
    root = importlib.import_module(package)
    for module_info in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
        module = importlib.import_module(module_info.name)
        name = module_info.name.removeprefix(f"{package}.").split(".")[0]
        for item in vars(module).values():
            if not (isinstance(item, Written) or _is_exercise_of(module, item)):
                continue
            if item.name in owners:
                modules = f"{owners[item.name]} and {module.__name__}"
                raise ValueError(f"two exercises are named {item.name!r}, in {modules}. Rename one of them.")
            owners[item.name] = module.__name__
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
        If there is no such exercise. The message lists the names of all exercises.
    """
    for assignment in assignments(package).values():
        if name in assignment.exercises:
            return assignment.exercises[name], assignment
    names = ", ".join(exercise.name for _, exercise in exercises(package=package))
    raise KeyError(f"there is no exercise {name!r}. The exercises are {names}.")


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
        names = ", ".join(sorted(known))
        raise KeyError(f"there is no assignment or exercise {unknown[0]!r}. The known names are {names}.")
    return [(a, exercise) for a, exercise in every if not only or {a, exercise.name} & set(only)]


def _is_exercise_of(module: ModuleType, item: object) -> TypeGuard[type[Exercise]]:
    """Return whether `item` is an exercise that `module` defines, rather than an imported class or a base class."""
    return (
        isinstance(item, type)
        and issubclass(item, Exercise)
        and item.__module__ == module.__name__
        and "name" in vars(item)
    )
