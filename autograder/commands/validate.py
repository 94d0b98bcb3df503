"""``validate``: count how often a correct answer fails or a wrong answer passes, on cases drawn from many seeds."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from threadpoolctl import threadpool_limits

from autograder import catalogue
from autograder.authoring.check import exercise_errors
from autograder.exercise import Exercise
from autograder.judging.cases import decide_all, draw, expected_runs, run_here
from gradlab.checks.outcome import Outcome

from . import errors

CHUNK = 25  # seeds that a process judges before it takes the next chunk
SEEDS_FOR_TRAINING = 50  # seeds for exercises whose answers train a network: each seed takes about a second
HEADS = ("exercise", "seeds", "correct answers", "false failures", "wrong answers", "false passes")
WORST = "worst error / allowed"


@dataclass
class Tally:
    """One exercise's counts over all seeds. Each of the judge's errors is a string such as "seed 3: sign_lost"."""

    exercise: str
    seeds: int = 0
    correct: int = 0
    false_failures: tuple[str, ...] = ()
    wrong: int = 0
    false_passes: tuple[str, ...] = ()
    worst_correct: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.exercise,
            seeds=self.seeds + other.seeds,
            correct=self.correct + other.correct,
            false_failures=self.false_failures + other.false_failures,
            wrong=self.wrong + other.wrong,
            false_passes=self.false_passes + other.false_passes,
            worst_correct=max(self.worst_correct, other.worst_correct),
        )


def tally(exercise: type[Exercise], seeds: Collection[int]) -> Tally:
    """Judge an exercise's reference, variants, and mistakes on the cases of every seed."""
    counts = Tally(exercise.name, len(seeds))
    right = {"reference": exercise.reference} | {variant.name: variant.function for variant in exercise.variants}
    for seed in seeds:
        cases = draw(exercise, seed)
        expected = expected_runs(exercise, cases)

        def judge(function: Callable[..., Any], cases: Any = cases, expected: Any = expected) -> tuple[Outcome, ...]:
            return decide_all(exercise, cases, expected, run_here(exercise, function, cases), explain=False)

        for name, function in right.items():
            outcomes = judge(function)
            counts.correct += 1
            if not all(outcome.passed for outcome in outcomes):
                counts.false_failures += (f"seed {seed}: {name}",)
            ratios = [o.error / o.tolerance for o in outcomes if o.error is not None and o.tolerance]
            counts.worst_correct = max(counts.worst_correct, *ratios, 0.0)
        for mistake in exercise.mistakes:
            counts.wrong += 1
            if all(outcome.passed for outcome in judge(mistake.function)):
                counts.false_passes += (f"seed {seed}: {mistake.name}",)
    return counts


def judge_all(exercises: Sequence[type[Exercise]], seeds: int, chunk: int = CHUNK) -> dict[str, Tally]:
    """Return tallies for all exercises, keyed by name. They are computed with one process per CPU."""
    tallies = {exercise.name: Tally(exercise.name) for exercise in exercises}
    chunks = [
        (exercise.name, range(first, min(first + chunk, count)))
        for exercise in exercises
        for count in [min(seeds, SEEDS_FOR_TRAINING) if exercise.trains else seeds]
        for first in range(0, count, chunk)
    ]
    with ProcessPoolExecutor(initializer=threadpool_limits, initargs=(1,)) as pool:
        for part in track(pool.map(tally_by_name, *zip(*chunks, strict=True)), "judging", total=len(chunks)):
            tallies[part.exercise] += part
    return tallies


def tally_by_name(name: str, seeds: Collection[int]) -> Tally:
    """Return the tally for the exercise called `name`. Worker processes receive a name instead of a class."""
    return tally(catalogue.find(name)[0], seeds)


def run(only: Collection[str] | None, seeds: int, output: Path | None) -> int:
    """Judge the assignments and exercises in `only`, or all of them, and print a report."""
    exercises = [exercise for _, exercise in catalogue.exercises(only)]
    wrong = [error for exercise in exercises for error in exercise_errors(exercise)]
    if wrong:
        return errors.report(wrong)
    return report(list(judge_all(exercises, seeds).values()), seeds, output)


def report(tallies: Sequence[Tally], seeds: int, output: Path | None) -> int:
    """Print the table and the judge's errors. If `output` is not None, also write the table to this file as Markdown.

    Returns
    -------
    int
        1 if any answer was judged incorrectly, otherwise 0.
    """
    heads = (*HEADS, WORST)
    table = Table(*heads, title=f"Cases drawn from {seeds} seeds")
    rows = [_cells(t) for t in tallies]
    for row in rows:
        table.add_row(*row)
    errors = [f"{t.exercise}, {error} fails" for t in tallies for error in t.false_failures]
    errors += [f"{t.exercise}, {error} passes" for t in tallies for error in t.false_passes]
    console = Console()
    console.print(table)
    for error in errors:
        console.print(f"- {error}", markup=False)
    if output:
        output.write_text(_markdown(tallies, seeds, errors), encoding="utf-8")
    return int(bool(errors))


def _cells(t: Tally) -> tuple[str, ...]:
    counts = (t.seeds, t.correct, len(t.false_failures), t.wrong, len(t.false_passes))
    return (t.exercise, *map(str, counts), f"{t.worst_correct:.1e}")


def _markdown(tallies: Sequence[Tally], seeds: int, errors: Sequence[str]) -> str:
    """Return the page: the errors first, then a table without them, which is narrow enough for a phone."""
    correct, wrong = sum(t.correct for t in tallies), sum(t.wrong for t in tallies)
    failures, passes = sum(len(t.false_failures) for t in tallies), sum(len(t.false_passes) for t in tallies)
    fewer = f" ({SEEDS_FOR_TRAINING} if answers train a network)" if seeds > SEEDS_FOR_TRAINING else ""
    lines = [
        "# How often the judge is wrong",
        "",
        f"Every reference, variant, and known mistake is judged on the hidden cases of {seeds} seeds{fewer}.",
        f"Written by `python -m autograder validate --seeds {seeds} --output docs/validation.md`.",
        "",
        f"- false failures: {failures:,} of {correct:,} correct answers",
        f"- false passes: {passes:,} of {wrong:,} wrong answers",
        *(f"- **{error}**" for error in errors),
        "",
        "The last column is the largest error of a correct answer, divided by the error that is allowed.",
        "",
        "| exercise | seeds | correct | wrong | error / allowed |",
        "|---|---|---|---|---|",
        *(f"| `{t.exercise}` | {t.seeds} | {t.correct} | {t.wrong} | {t.worst_correct:.1e} |" for t in tallies),
    ]
    return "\n".join(lines) + "\n"
