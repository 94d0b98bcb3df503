"""Count the copies that `similarity` finds in made-up classes, and its false pairs, and print the time that it takes.

    python tests/bench/similarity.py [--classes 3] [--sizes 300 1000] [--assignments update_rules ...]

Each class has 200 students who worked independently, and 20 who copied and disguised all answers, or half of them. The
last lines are about larger classes; their times do not include reading the answers.
"""

import argparse
import math
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.similarity.pairs import find_pairs  # noqa: E402
from autograder.similarity.submissions import Submissions  # noqa: E402
from tests.similarity.made_up import made_up_class  # noqa: E402

STUDENTS, COPIES = 200, 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--classes", type=int, default=3, help="how many classes of each kind")
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 1000], help="sizes of larger classes")
    parser.add_argument("--assignments", nargs="*", default=["update_rules", "sanity_checks", "learning_rates"])
    options = parser.parse_args()
    for name in options.assignments:
        for fraction in (1.0, 0.5):
            measure(catalogue.assignments()[name], fraction, options.classes)
    for size in options.sizes:
        _, _, seconds = search(catalogue.assignments()[options.assignments[0]], size - COPIES, 1.0, 0)
        print(f"{options.assignments[0]}, {size} students: {seconds[0]:.1f} s, {seconds[1]:.1f} s of CPU time")


def measure(assignment, fraction, classes):
    """Print how many copied pairs, and how many other pairs, are found in several classes."""
    results = [search(assignment, STUDENTS, fraction, seed) for seed in range(classes)]
    found, false = (sum(result[place] for result in results) for place in (0, 1))
    share, pairs = false / max(found + false, 1), classes * math.comb(STUDENTS + COPIES, 2)
    goal = "" if fraction < 1 else " (goal 90%, 1%)"
    print(
        f"{assignment.name}, {fraction:.0%} of the answers copied: {found} of {classes * COPIES} pairs found; {false} "
        f"false pairs, {share:.1%} of the pairs reported and {false / pairs:.1e} of all pairs{goal}",
        flush=True,
    )


def search(assignment, students, fraction, seed):
    """Return the number of copies found, the number of false pairs, and the elapsed and CPU times in seconds."""
    answers, copies = made_up_class(assignment, students, COPIES, seed, fraction)
    started = time.perf_counter(), time.process_time()
    pairs = {frozenset(pair.students) for pair in find_pairs(assignment, Submissions(answers, {})).pairs}
    seconds = time.perf_counter() - started[0], time.process_time() - started[1]
    return len(pairs & copies), len(pairs - copies), seconds


if __name__ == "__main__":
    main()
