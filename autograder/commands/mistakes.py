"""``mistakes``: print the mutation table. Mistakes must lose points, and correct variants must get full credit."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder import catalogue
from autograder.exercise import Exercise
from autograder.judging.cases import decide_all, draw, expected_runs, run_here
from autograder.judging.judge import is_named, mistake_verdicts, score
from autograder.judging.known import count_pairs

SEED = 1
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


def count(assignment: str, exercise: type[Exercise], seed: int = SEED) -> tuple[Count, list[str]]:
    """Judge an exercise's known mistakes and variants.

    Returns
    -------
    Count, list of str
        The row, and one sentence for each function that is judged incorrectly and for each mistake that is not named.
    """
    cases = draw(exercise, seed)
    expected = expected_runs(exercise, cases)

    def gets_full_credit(function: Callable[..., Any]) -> bool:
        outcomes = decide_all(exercise, cases, expected, run_here(exercise, function, cases))
        return score(exercise, cases, outcomes) == exercise.points

    notes = []
    if not gets_full_credit(exercise.reference):
        notes.append(f"{exercise.name}: the reference itself loses points")
    verdicts = mistake_verdicts(exercise, cases)
    found = [(mistake, verdicts[mistake.name]) for mistake in exercise.mistakes]
    accepted = [v for v in exercise.variants if gets_full_credit(v.function)]
    for mistake, v in found:
        if v.score == exercise.points:
            notes.append(f"{exercise.name}: mistake {mistake.name} gets full credit")
        elif not is_named(exercise, mistake, v):
            reason = mistake.indistinguishable or "set `indistinguishable` to say why"
            notes.append(f"{exercise.name}: mistake {mistake.name} is not named: {reason}")
    pairs, explained = count_pairs(exercise)
    notes += [f"{exercise.name}: variant {v.name} loses points" for v in exercise.variants if v not in accepted]
    return (
        Count(
            exercise.name,
            assignment,
            float(exercise.points),
            mistakes=len(found),
            caught=sum(v.score < exercise.points for _, v in found),
            named=sum(is_named(exercise, m, v) for m, v in found),
            variants=len(exercise.variants),
            accepted=len(accepted),
            pairs=pairs,
            pairs_explained=explained,
        ),
        notes,
    )


def run(only: Collection[str] | None, as_json: bool) -> int:
    """Print the table for the assignments and exercises in `only`, or for all of them."""
    return report(catalogue.exercises(only), as_json)


def report(exercises: Sequence[tuple[str, type[Exercise]]], as_json: bool) -> int:
    """Print the table. Return 1 if a mistake gets full credit or a variant does not, otherwise 0.

    Parameters
    ----------
    exercises : sequence of (str, type[Exercise])
        The exercises, each with the name of its assignment.
    as_json : bool
        Whether to print a list of rows in JSON instead of a table.
    """
    rows, notes = [], []
    for assignment, exercise in exercises:
        row, remarks = count(assignment, exercise)
        rows.append(row)
        notes += remarks
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        show(rows, notes)
    return int(any(row.caught < row.mistakes or row.accepted < row.variants for row in rows))


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
