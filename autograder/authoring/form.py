"""Check the form of an exercise: what its class must define, and what it must not contain. Nothing is run."""

import contextlib
import difflib
import functools
import inspect
import math
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, get_type_hints

from autograder.errors import DefinitionError, definitions, error_in, error_in_value, source_of
from autograder.exercise import Exercise, Marked, Written
from gradlab import drivers
from gradlab.checks.pictures import Picture

MISSING = object()
PARTS = tuple(get_type_hints(Exercise))


def form_errors(exercise: type[Exercise]) -> Iterator[DefinitionError]:
    """Yield what is wrong with the form of an exercise."""
    unknown = list(_unknown_parts(exercise))
    if unknown:  # one of them may be the misspelled name of a part that is missing
        yield from unknown
        return
    for part, (holds, expected) in RULES.items():
        value = getattr(exercise, part, MISSING)
        if not holds(value):
            got = "is missing" if value is MISSING else f"is {_described(value)}"
            yield error_in(exercise, part, f"`{part}` of {exercise.name} {got}; it must be {expected}.")
    if exercise.trains and exercise.judge is None:
        yield error_in(
            exercise, "trains", f"`judge` of {exercise.name} is missing; an answer that trains a network needs one."
        )
    yield from _defined_twice(exercise)
    for mistake in exercise.mistakes:
        if not (isinstance(mistake.hint, str) and mistake.hint.strip()):
            what = f"the hint of mistake `{mistake.name}` of {exercise.name}"
            sentence = f"{what} is {mistake.hint!r}; write a hint for students."
            yield error_in(exercise, mistake.name, sentence)
    if _is_reference(getattr(exercise, "reference", MISSING)):
        yield from _edits_that_are_not_python(exercise)


def written_errors(written: Written) -> Iterator[DefinitionError]:
    """Yield what is wrong with a written question."""
    if not _is_positive(written.points):
        sentence = f"`points` of {written.name} is {written.points!r}; it must be a number greater than 0."
        yield error_in_value(written, sentence)
    for part in ("question", "answer", "guide"):
        value = getattr(written, part)
        if not (isinstance(value, str) and value.strip()):
            yield error_in_value(written, f"`{part}` of {written.name} is {value!r}; it must be text.")


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def _is_driver(value: object) -> bool:
    name = getattr(value, "__name__", "")
    return name in drivers.__all__ and getattr(drivers, name) is value


def _is_reference(value: object) -> bool:
    return (
        isinstance(value, FunctionType)
        and value.__name__ == "reference"
        and bool((value.__doc__ or "").strip())
        and "self" not in inspect.signature(value).parameters
    )


def _is_function(value: object, arguments: int) -> bool:
    """Return whether `value` is a function that can be called with this number of arguments and has no ``self``."""
    if not isinstance(value, FunctionType) or "self" in inspect.signature(value).parameters:
        return False
    try:
        inspect.signature(value).bind(*range(arguments))
    except TypeError:
        return False
    return True


def _are_exercises(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, type) and issubclass(each, Exercise) for each in value)


# For each part of an exercise, a test of its value, and what the value must be.
RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "points": (_is_positive, "a number greater than 0"),
    "done": (lambda v: isinstance(v, str) and len(v) <= 110 and "\n" not in v, "one line of at most 110 characters"),
    "driver": (_is_driver, "a function from gradlab.drivers, such as drivers.call"),
    "reference": (_is_reference, "a function without self, with a docstring that tells students what to write"),
    "cases": (lambda v: _is_function(v, 1), "a function of rng alone (without self) that yields cases"),
    "public_cases": (
        lambda v: v is None or _is_function(v, 1),
        "a function of rng alone (without self) that yields cases",
    ),
    "judge": (lambda v: v is None or _is_function(v, 2), "a function of a case and the outputs (without self)"),
    "partners": (_are_exercises, "a tuple of exercises"),
    "tolerance": (lambda v: v == 0 or (_is_positive(v) and v < 1), "a number that is at least 0 and less than 1"),
    "seconds": (_is_positive, "a number greater than 0"),
    "picture": (lambda v: v is None or isinstance(v, Picture), "a Picture"),
    "trains": (lambda v: isinstance(v, bool), "True or False"),
}


def _described(value: object) -> str:
    if isinstance(value, FunctionType):
        text = f"{value.__name__}{inspect.signature(value)}"
        return text if (value.__doc__ or "").strip() or value.__name__ != "reference" else f"{text} without a docstring"
    return repr(value)[:60]


def _unknown_parts(exercise: type[Exercise]) -> Iterator[DefinitionError]:
    """Find definitions in a class that have no effect: misspelled parts, and functions without a decorator or hint."""
    for name, value in vars(exercise).items():
        if name in PARTS or name.startswith("__") or isinstance(value, Marked):
            continue
        close = difflib.get_close_matches(name, PARTS, n=1, cutoff=0.8)
        if isinstance(value, functools.partial) and value.func is Marked:
            sentence = f'mistake `{name}` of {exercise.name} has no hint. Write what students read: mistake("...").'
        elif isinstance(value, FunctionType) and not close:
            sentence = f'`{name}` of {exercise.name} is never run. Add @mistake("...") or @variant above it.'
        else:
            what = f"Did you mean {close[0]}?" if close else "Move it out of the class."
            sentence = f"`{name}` is not a part of an exercise. {what}"
        yield error_in(exercise, name, sentence)


def _defined_twice(exercise: type[Exercise]) -> Iterator[DefinitionError]:
    """Find names that are defined twice, in which case Python forgets the first definition."""
    for owner in (exercise, sys.modules[exercise.__module__]):
        source = source_of(owner)
        for name, lines in definitions(source[1].body).items() if source else ():
            if len(lines) > 1 and (owner is exercise or name == exercise.__name__):
                yield error_in(
                    owner, name, f"`{name}` is defined twice, first on line {lines[0]}. Rename one of the two."
                )


def _edits_that_are_not_python(exercise: type[Exercise]) -> Iterator[DefinitionError]:
    for marked in (*exercise.mistakes, *exercise.variants):
        try:
            with contextlib.suppress(NameError):  # `outside_errors` finds unknown names
                marked.function  # noqa: B018  # applies the edits
        except SyntaxError as error:
            sentence = (
                f"with the edits of `{marked.name}`, the reference of {exercise.name} is not Python: {error.msg}."
            )
            yield error_in(exercise, marked.name, sentence)
