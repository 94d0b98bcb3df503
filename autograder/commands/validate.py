"""``validate``: how often would a correct answer fail, or a wrong one pass? Counted over many draws of the cases."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass

from rich.console import Console
from rich.progress import track
from rich.table import Table
from threadpoolctl import threadpool_limits

from autograder import catalogue
from autograder.judging.judge import decide_all, draw, expected_runs, run_here

CHUNK = 25  # draws that one process judges before it takes the next ones
TRAININGS = 50  # draws of exercises whose answers train a network: each takes about a second


@dataclass
class Tally:
    """One exercise's counts over all seeds."""

    exercise: str
    draws: int = 0
    correct: int = 0
    false_failures: int = 0
    wrong: int = 0
    false_passes: int = 0
    worst_correct: float = 0.0

    def __add__(self, other):
        sums = [mine + theirs for mine, theirs in zip(astuple(self)[1:-1], astuple(other)[1:-1], strict=True)]
        return Tally(self.exercise, *sums, max(self.worst_correct, other.worst_correct))


def tally(exercise, seeds):
    """Judge the reference, the variants and the mistakes of an exercise on the cases of every seed."""
    counts = Tally(exercise.name, len(seeds))
    right = [exercise.reference, *(variant.function for variant in exercise.variants)]
    for seed in seeds:
        cases = draw(exercise, seed)
        expected = expected_runs(exercise, cases)

        def outcomes_of(function, cases=cases, expected=expected):
            return decide_all(exercise, cases, expected, run_here(exercise, function, cases))

        for outcomes in map(outcomes_of, right):
            counts.correct += 1
            counts.false_failures += not all(outcome.passed for outcome in outcomes)
            ratios = [o.error / o.tolerance for o in outcomes if o.error is not None and o.tolerance]
            counts.worst_correct = max(counts.worst_correct, *ratios, 0.0)
        for outcomes in (outcomes_of(mistake.function) for mistake in exercise.mistakes):
            counts.wrong += 1
            counts.false_passes += all(outcome.passed for outcome in outcomes)
    return counts


def judge_all(exercises, seeds):
    """The tallies of all exercises by name, from a process for each processor."""
    tallies = {exercise.name: Tally(exercise.name) for exercise in exercises}
    chunks = [
        (exercise.name, range(first, min(first + CHUNK, draws)))
        for exercise in exercises
        for draws in [min(seeds, TRAININGS) if exercise.trains else seeds]
        for first in range(0, draws, CHUNK)
    ]
    with ProcessPoolExecutor(initializer=threadpool_limits, initargs=(1,)) as pool:
        for part in track(pool.map(tally_of, *zip(*chunks, strict=True)), "judging", total=len(chunks)):
            tallies[part.exercise] += part
    return tallies


def tally_of(name, seeds):
    """One exercise's counts over some seeds, by its name, which is all that travels to a process."""
    return tally(catalogue.find(name)[0], seeds)


def run(only, seeds, output):
    """Print the table and, if asked, write it as Markdown; returns 1 if any count of errors is not zero."""
    tallies = list(judge_all([exercise for _, exercise in catalogue.exercises(only)], seeds).values())
    heads = (
        "exercise",
        "draws",
        "correct answers",
        "false failures",
        "wrong answers",
        "false passes",
        "worst error / allowed",
    )
    table = Table(*heads, title=f"{seeds} draws of the cases")
    rows = [_cells(t) for t in tallies]
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    if output:
        output.write_text(_markdown(seeds, heads, rows), encoding="utf-8")
    return int(any(t.false_failures or t.false_passes for t in tallies))


def _cells(t):
    counts = (t.draws, t.correct, t.false_failures, t.wrong, t.false_passes)
    return (t.exercise, *map(str, counts), f"{t.worst_correct:.1e}")


def _markdown(seeds, heads, rows):
    lines = [
        "# How often the judge errs",
        "",
        f"Every reference, variant and known mistake, judged on {seeds} draws of the hidden cases, fewer where an "
        "answer trains a network. Made by `make validate`.",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"
