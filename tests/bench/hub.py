"""How long a class takes on the hub of `make hub`, all at once, and how much memory a student holds.

    python tests/bench/hub.py [--students 20]

Everybody logs in, starts a server, fetches, opens the notebook, runs a check in a kernel, saves and submits, through
the hub's proxy. Then all is collected and graded, and counted.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.hub import whole_class  # noqa: E402
from tests.hub.running import Hub  # noqa: E402

MB = 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=20)
    students = whole_class.names(parser.parse_args().students)
    with (
        tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder,
        Hub(Path(folder) / "hub", students, [whole_class.NAME]) as hub,
    ):
        hub.release()
        busy = busy_seconds()
        reports, wall = whole_class.work_all(hub, students)
        show(reports, wall, busy_seconds() - busy, used(hub))
        hub.nbgrader("collect", whole_class.NAME)
        hub.nbgrader("autograde", whole_class.NAME)
        return count(hub, students, reports)


def show(reports, wall, busy, ours):
    """Print how long it took, what the processors did, and what a student's memory is."""
    cores = os.cpu_count()
    print(f"{len(reports)} students: {wall:.1f} s from the first login to the last submission (to stay below: 180)")
    print(f"{cores} cores gave {cores * wall:.0f} s: {ours:.0f} s for hub and class, {busy - ours:.0f} s for all else")
    print("\nseconds of each step: the median student, the slowest")
    for step in next(iter(reports.values())).seconds:
        seconds = [report.seconds[step] for report in reports.values()]
        print(f"  {step:<8} {statistics.median(seconds):6.1f} {max(seconds):6.1f}")
    print("\nMB of memory a student, of shared pages their share (PSS): the median student, the largest")
    for part in ("server", "kernel"):
        held = [report.memory[part] / MB for report in reports.values()]
        print(f"  {part:<8} {statistics.median(held):6.0f} {max(held):6.0f}")
    total = sum(sum(report.memory.values()) for report in reports.values())
    print(f"  all {len(reports)} together: {total / MB:.0f} MB", flush=True)


def count(hub, students, reports):
    """Print what was lost or mixed up; returns 0 if nothing was."""
    passed = sum(report.points == whole_class.CHECKED.points for report in reports.values())
    submitted = [path.name.split("+")[0] for path in whole_class.handed_in(hub)]
    mixed, scores = whole_class.mixed_up(hub, students), whole_class.scores(hub)
    right = sum(scores.get(name) == whole_class.expected(name) for name in students)
    print(f"\n{passed} of {len(students)} saw their check pass; {len(submitted)} submissions arrived")
    print(f"lost: {sorted(set(students) - set(submitted)) or 'none'}; mixed up: {mixed or 'none'}")
    print(f"{right} have exactly the grade that their answers earn")
    return int(not (passed == right == len(students) and submitted == students and not mixed))


def busy_seconds():
    """Processor seconds that all of the machine's cores have worked so far."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice


def used(hub):
    """Processor seconds of all processes of the hub."""
    processes = {child for process in hub.processes() for child in [process, *process.children(recursive=True)]}
    return sum(sum(process.cpu_times()[:2]) for process in processes)


if __name__ == "__main__":
    sys.exit(main())
