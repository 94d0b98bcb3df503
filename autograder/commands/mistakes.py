"""``mistakes``: the mutation table. Every known mistake must lose points, every correct variant get them all."""

import json
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from autograder import catalogue
from autograder.judging.judge import draw, known_mistakes, run_here, verdict

SEED = 1


@dataclass(frozen=True)
class Count:
    """One exercise's line: how many of each there are, and how many are as they must be."""

    exercise: str
    assignment: str
    points: float
    mistakes: int
    caught: int
    named: int
    variants: int
    accepted: int


def count(assignment, exercise, seed=SEED):
    """Judge an exercise's own mistakes and variants.

    Returns
    -------
    Count, list of str
        The line, and a sentence on everything that is not as it must be or cannot be named.
    """
    cases, notes = draw(exercise, seed), []
    known = known_mistakes(exercise, cases)

    def judged(marked):
        return verdict(exercise, cases, run_here(exercise, marked.function, cases), known)

    reference = judged(type("", (), {"function": exercise.reference}))
    if reference.score < exercise.points:
        notes.append(f"{exercise.name}: the reference itself loses points")
    found = [(mistake, judged(mistake)) for mistake in exercise.mistakes]
    accepted = [v for v in exercise.variants if judged(v).score == exercise.points]
    for mistake, v in found:
        if v.score == exercise.points:
            notes.append(f"{exercise.name}: mistake {mistake.name} gets full marks")
        elif not (v.mistake and v.mistake.name == mistake.name):
            notes.append(f"{exercise.name}: mistake {mistake.name} is not named: {mistake.indistinguishable or 'WHY?'}")
    notes += [f"{exercise.name}: variant {v.name} loses points" for v in exercise.variants if v not in accepted]
    return (
        Count(
            exercise.name,
            assignment,
            float(exercise.points),
            mistakes=len(found),
            caught=sum(v.score < exercise.points for _, v in found),
            named=sum(bool(v.mistake and v.mistake.name == m.name) for m, v in found),
            variants=len(exercise.variants),
            accepted=len(accepted),
        ),
        notes,
    )


def run(only, as_json):
    """Print the table; returns 1 if a mistake gets full marks or a variant does not."""
    lines, notes = [], []
    for assignment, exercise in catalogue.exercises(only):
        line, remarks = count(assignment, exercise)
        lines.append(line)
        notes += remarks
    if as_json:
        print(json.dumps([asdict(line) for line in lines], indent=2))
    else:
        show(lines, notes)
    return int(any(line.caught < line.mistakes or line.accepted < line.variants for line in lines))


def show(lines, notes):
    table = Table("exercise", "points", "mistakes", "caught", "named", "variants", "accepted")
    for column in table.columns:
        column.no_wrap = True
    for assignment in dict.fromkeys(line.assignment for line in lines):
        mine = [line for line in lines if line.assignment == assignment]
        for line in mine:
            table.add_row(*_cells(line.exercise, [line]))
        table.add_section()
        table.add_row(*_cells(assignment, mine), style="bold", end_section=True)
    console = Console()
    console.print(table)
    for note in notes:
        console.print(f"- {note}", markup=False)
    caught, mistakes = sum(line.caught for line in lines), sum(line.mistakes for line in lines)
    accepted, variants = sum(line.accepted for line in lines), sum(line.variants for line in lines)
    console.print(f"{caught} of {mistakes} mistakes lose points, {accepted} of {variants} variants get full marks.")


def _cells(name, lines):
    counts = ("points", "mistakes", "caught", "named", "variants", "accepted")
    return [name, *(f"{sum(getattr(line, count) for line in lines):g}" for count in counts)]
