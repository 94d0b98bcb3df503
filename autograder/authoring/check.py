"""Check the definitions of exercises and assignments: the one place that decides whether they can be used."""

from pathlib import Path

from autograder.catalogue import Assignment
from autograder.errors import DefinitionError
from autograder.exercise import Exercise
from autograder.notebooks.build import read_master
from autograder.notebooks.master import checked_cells

from .form import form_errors, written_errors
from .outside import outside_errors
from .trial import check_cases, check_reference


def exercise_errors(exercise: type[Exercise]) -> list[DefinitionError]:
    """Return what is wrong with an exercise's class, cases, and reference.

    Each step of the check relies on those before it, so only the errors from the first step that finds any are
    returned. `answers.judged` says what is wrong with the exercise's mistakes and variants.
    """
    found = list(form_errors(exercise)) or list(outside_errors(exercise))
    if found:
        return found
    try:
        check_cases(exercise)
        check_reference(exercise)
    except DefinitionError as error:
        return [error]
    return []


def assignment_errors(course: Path, assignment: Assignment) -> list[DefinitionError]:
    """Return what is wrong with an assignment's written questions and its master."""
    found = [error for written in assignment.written.values() for error in written_errors(written)]
    try:
        text, file = read_master(course, assignment.name)
        checked_cells(text, assignment, file)
    except DefinitionError as error:
        found.append(error)
    return found
