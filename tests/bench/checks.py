"""Measure how long `check` takes on the public cases, for every exercise whose answers do not train a network.

    python tests/bench/checks.py [--slowest 15] [EXERCISE ...]

The process is warm: the public cases are loaded, and each check has run before. "Right" is the reference, "wrong" is
the known mistake whose check takes longest, and "alone" is the reference called on the same cases without a check. The
script measures CPU time, which other load on the machine hardly affects, and reports the shortest of several
times. A check should take less than 0.3 seconds.
"""

import argparse
import contextlib
import io
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.judging.cases import plain_inputs, public_cases  # noqa: E402
from gradlab import check  # noqa: E402
from gradlab.checks.console import quiet  # noqa: E402

GOAL, ROUNDS = 0.3, 3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slowest", type=int, default=15, help="how many exercises to print")
    parser.add_argument("exercises", nargs="*", help="measure only these exercises")
    options = parser.parse_args()
    rows = []
    for assignment, exercise in catalogue.exercises(options.exercises or None):
        if not exercise.trains:
            rows.append((exercise.name, *measure(ROOT / "assignments" / assignment / "checks.npz", exercise)))
    print_table(rows, options.slowest)


def measure(checks, exercise):
    """Return the times "right", "wrong", and "alone" in seconds, and the name of the slowest mistake."""
    partners = [partner.reference for partner in exercise.partners]

    def checked(function):
        return lambda: check(exercise.name, function, *partners, checks=checks)

    def alone():
        for case in public_cases(exercise)[0]:
            with contextlib.suppress(Exception), quiet():
                exercise.driver(exercise.reference, *partners, **plain_inputs(case))

    alone(), seconds(checked(exercise.reference))
    wrong = {mistake: seconds(checked(mistake.function)) for mistake in exercise.mistakes}
    slowest = max(wrong, key=wrong.get)
    times = [best_seconds(call) for call in (checked(exercise.reference), checked(slowest.function), alone)]
    return *times, slowest.name


def seconds(call):
    with contextlib.redirect_stdout(io.StringIO()):
        started = time.process_time()
        call()
        return time.process_time() - started


def best_seconds(call):
    return min(seconds(call) for _ in range(ROUNDS))


def print_table(rows, slowest):
    rows = sorted(rows, key=lambda row: -max(row[1:3]))
    print(f"{'exercise':<30}{'right':>9}{'wrong':>9}{'alone':>9}  right/alone  slowest mistake")
    for name, right, wrong, alone, mistake in rows[:slowest]:
        times = "".join(f"{1000 * value:>6.0f} ms" for value in (right, wrong, alone))
        missed = "" if max(right, wrong) < GOAL else "  MISSED"
        print(f"{name:<30}{times}{right / alone:>13.1f}  {mistake}{missed}")
    above = sum(max(right, wrong) >= GOAL for _, right, wrong, _, _ in rows)
    print(f"{len(rows)} exercises; {above} need {GOAL} s or more")


if __name__ == "__main__":
    main()
