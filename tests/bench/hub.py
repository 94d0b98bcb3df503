"""Measure the time and memory that a class needs on the hub of `make hub` if all students work at once.

    python tests/bench/hub.py [--students 20]

Through the hub's proxy, all students log in, start a server, fetch the assignment, open the notebook, run a check in a
kernel, save, and submit. Then all submissions are collected, graded, and counted.
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
    students = whole_class.student_names(parser.parse_args().students)
    with (
        tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder,
        Hub(Path(folder) / "hub", students, [whole_class.NAME]) as hub,
    ):
        hub.release()
        busy = busy_seconds()
        reports, wall = whole_class.work_all(hub, students)
        print_times(reports, wall, busy_seconds() - busy, hub_seconds(hub))
        hub.nbgrader("collect", whole_class.NAME)
        hub.nbgrader("autograde", whole_class.NAME)
        return print_losses(hub, students, reports)


def print_times(reports, wall, busy, ours):
    """Print how long the work took, how the cores were used, and how much memory each student needed."""
    cores = os.cpu_count()
    print(f"{len(reports)} students: {wall:.1f} s from the first login to the last submission (limit: 180)")
    print(f"{cores} cores had {cores * wall:.0f} s: hub and class used {ours:.0f} s, other work {busy - ours:.0f} s")
    print("\nseconds per step: median student, slowest student")
    for step in next(iter(reports.values())).seconds:
        seconds = [report.seconds[step] for report in reports.values()]
        print(f"  {step:<8} {statistics.median(seconds):6.1f} {max(seconds):6.1f}")
    print("\nMB of memory per student, with shared pages divided among processes (PSS): median, largest")
    for part in ("server", "kernel"):
        held = [report.memory[part] / MB for report in reports.values()]
        print(f"  {part:<8} {statistics.median(held):6.0f} {max(held):6.0f}")
    total = sum(sum(report.memory.values()) for report in reports.values())
    print(f"  all {len(reports)} students: {total / MB:.0f} MB", flush=True)


def print_losses(hub, students, reports):
    """Print which submissions were lost or mixed up. Return 0 if none were and all results are right, otherwise 1."""
    passed = sum(report.points == whole_class.CHECKED.points for report in reports.values())
    submitted = [path.name.split("+")[0] for path in whole_class.submission_folders(hub)]
    mixed, scores = whole_class.mixed_up(hub, students), whole_class.scores(hub)
    right = sum(scores.get(name) == whole_class.expected_score(name) for name in students)
    print(f"\n{passed} of {len(students)} students saw their check pass; {len(submitted)} submissions arrived")
    print(f"lost: {sorted(set(students) - set(submitted)) or 'none'}; mixed up: {mixed or 'none'}")
    print(f"{right} students got exactly the grade that their answers earn")
    return int(not (passed == right == len(students) and submitted == students and not mixed))


def busy_seconds():
    """Return how many seconds this machine's cores have been busy since it started, summed over the cores."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice


def hub_seconds(hub):
    """Return the CPU seconds used by the hub's processes and their descendants."""
    processes = {child for process in hub.processes() for child in [process, *process.children(recursive=True)]}
    return sum(sum(process.cpu_times()[:2]) for process in processes)


if __name__ == "__main__":
    sys.exit(main())
