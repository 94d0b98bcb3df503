"""``mistakes``: print the mutation table. Mistakes must lose points, and correct variants must get full credit."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder import catalogue
from autograder.authoring.answers import Judged, judged
from autograder.authoring.check import assignment_errors, exercise_errors
from autograder.errors import DefinitionError
from autograder.exercise import Exercise
from autograder.judging.known import count_pairs

from . import errors

COUNTS = ("points", "mistakes", "caught", "named", "variants", "accepted", "pairs", "pairs_explained")


@dataclass(frozen=True)
class Count:
    """One exercise's row of the table: how many mistakes and variants it has, and how many are judged correctly.

    A pair is two known mistakes in one answer. Pairs are counted only if outputs are compared. A pair is explained if
    the verdict names both mistakes, or a single mistake that gives the same results.
    """

    exercise: str
    assignment: str
    points: float
    mistakes: int
    caught: int
    named: int
    variants: int
    accepted: int
    pairs: int
    pairs_explained: int


def count(assignment: str, found: Judged) -> Count:
    """Count an exercise's mistakes and variants, and those that are judged correctly."""
    exercise = found.exercise
    pairs, explained = count_pairs(exercise)
    return Count(
        exercise.name,
        assignment,
        float(exercise.points),
        mistakes=len(exercise.mistakes),
        caught=sum(map(found.caught, exercise.mistakes)),
        named=sum(map(found.named, exercise.mistakes)),
        variants=len(exercise.variants),
        accepted=sum(map(found.accepted, exercise.variants)),
        pairs=pairs,
        pairs_explained=explained,
    )


def notes(found: Judged) -> list[str]:
    """Return a sentence for each mistake that loses points and is not named because it is indistinguishable."""
    return [
        f"{found.exercise.name}: mistake {mistake.name} is not named: {mistake.indistinguishable}"
        for mistake in found.exercise.mistakes
        if mistake.indistinguishable and found.caught(mistake) and not found.named(mistake)
    ]


def run(course: Path, only: Collection[str] | None, as_json: bool, package: str = catalogue.COURSE) -> int:
    """Print the table for the assignments and exercises in `only`, or for all of them.

    The assignments' masters are checked, too, except for those from which `only` selects single exercises.
    """
    exercises, assignments = catalogue.exercises(only, package), catalogue.assignments(package)
    whole = [name for name in dict(exercises) if not only or name in only]
    wrong = {exercise.name: exercise_errors(exercise) for _, exercise in exercises}
    found = [error for name in whole for error in assignment_errors(course, assignments[name])]
    found += [error for each in wrong.values() for error in each]
    return report([(name, exercise) for name, exercise in exercises if not wrong[exercise.name]], as_json, found)


def report(
    exercises: Sequence[tuple[str, type[Exercise]]], as_json: bool, found: Sequence[DefinitionError] = ()
) -> int:
    """Print the table, and what is wrong with the exercises.

    Parameters
    ----------
    exercises : sequence of (str, type[Exercise])
        The exercises, each with the name of its assignment.
    as_json : bool
        Whether to print a list of rows in JSON instead of a table.
    found : sequence of DefinitionError
        What has already been found to be wrong with these or with other exercises.

    Returns
    -------
    int
        1 if anything is wrong, such as a mistake that gets full credit or a variant that does not; otherwise 0.
    """
    answers = [(assignment, judged(exercise)) for assignment, exercise in exercises]
    rows = [count(assignment, each) for assignment, each in answers]
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    elif rows:
        show(rows, [note for _, each in answers for note in notes(each)])
    return errors.report([*found, *(error for _, each in answers for error in each.errors())])


def show(rows: Sequence[Count], notes: Sequence[str]) -> None:
    table = Table("exercise", "points", "mistakes", "caught", "named", "variants", "accepted", "pairs")
    for column in table.columns:
        column.no_wrap = True
    for assignment in dict.fromkeys(row.assignment for row in rows):
        selected = [row for row in rows if row.assignment == assignment]
        for row in selected:
            table.add_row(*_cells(row.exercise, [row]))
        table.add_section()
        table.add_row(*_cells(assignment, selected), style="bold", end_section=True)
    console = Console()
    console.print(table)
    for note in notes:
        console.print(f"- {note}", markup=False)
    caught, mistakes = sum(row.caught for row in rows), sum(row.mistakes for row in rows)
    accepted, variants = sum(row.accepted for row in rows), sum(row.variants for row in rows)
    console.print(f"{caught} of {mistakes} mistakes lose points. {accepted} of {variants} variants get full credit.")


def _cells(name: str, rows: Sequence[Count]) -> list[str]:
    *counts, pairs, explained = (sum(getattr(row, count) for row in rows) for count in COUNTS)
    return [name, *(f"{count:g}" for count in counts), f"{explained} of {pairs}" if pairs else ""]
