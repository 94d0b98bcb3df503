"""Measure how much longer it takes to start a student's process because it is confined.

    python tests/bench/confinement.py [--processes 200]

Two zygotes take turns: one forks confined processes, the other unconfined ones. A process's time runs from the request
until the process has become ready for its first cell and has been closed.
"""

import argparse
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder.running.scratch import scratch_folder  # noqa: E402
from autograder.running.settings import zygote_settings  # noqa: E402
from autograder.running.zygote_host import ZygoteHost  # noqa: E402

GOAL = 20  # milliseconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=200, help="how many processes of each kind")
    options = parser.parse_args()
    started = {True: [], False: []}
    with ExitStack() as stack:
        cache = stack.enter_context(tempfile.TemporaryDirectory(prefix="gradlab-bench-"))
        zygotes = {confined: ZygoteHost(zygote_settings(ROOT, confined), cache) for confined in started}
        for zygote in zygotes.values():
            stack.callback(zygote.close)
            seconds(zygote)  # the first process waits until the zygote has imported its libraries
        for _ in range(options.processes):
            for confined, zygote in zygotes.items():
                started[confined].append(seconds(zygote))
    confined, free = (1000 * statistics.median(started[key]) for key in (True, False))
    print(f"median of {options.processes} processes, from the request until the process has been closed:")
    print(f"  confined {confined:.1f} ms, not confined {free:.1f} ms: {confined - free:.1f} ms more (goal {GOAL})")
    return int(confined - free > GOAL)


def seconds(zygote):
    """Return how long it takes to start and close one process."""
    with scratch_folder([]) as scratch:
        began = time.perf_counter()
        zygote.spawn(scratch).close()
        return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
