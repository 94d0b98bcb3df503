"""Measure how much time and memory Gradescope's autograder needs in the smallest container: half a core, 768 MB.

    sudo python tests/bench/gradescope.py [ASSIGNMENT]...

The container is the one from the tests in ``tests/gradescope``, in a control group with these limits. The goal is to
have results in less than a minute.
"""

import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.commands.gradescope import run as write_zip  # noqa: E402
from autograder.demo import cheats  # noqa: E402
from autograder.demo.students import Student  # noqa: E402
from tests.gradescope.container import Container  # noqa: E402

GOAL = 60  # seconds
MEMORY = 768 << 20
GROUPS = Path("/sys/fs/cgroup")
NAME = "gradlab-bench"


class Limits:
    """A control group (cgroup v1 or v2) limited to half a core and 768 MB. This process joins the group."""

    def __init__(self):
        if (GROUPS / "cgroup.controllers").exists():
            cpu = memory = GROUPS / NAME
            values = {cpu / "cpu.max": "50000 100000", memory / "memory.max": MEMORY}
            self.peak = memory / "memory.peak"
        else:
            cpu, memory = (GROUPS / kind / NAME for kind in ("cpu", "memory"))
            values = {cpu / "cpu.cfs_quota_us": 50000, memory / "memory.limit_in_bytes": MEMORY}
            self.peak = memory / "memory.max_usage_in_bytes"
        for folder in {cpu, memory}:
            folder.mkdir(exist_ok=True)
        for path, value in values.items():
            path.write_text(str(value))
        for folder in {cpu, memory}:
            (folder / "cgroup.procs").write_text(str(os.getpid()))


def main():
    if os.geteuid() != 0:
        print("Skipped: only root can make a container and a control group.")
        return 0
    limits = Limits()
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
        for name in sys.argv[1:] or ["update_rules"]:
            container, released = make(Path(folder) / name, name)
            for story, notebook in notebooks(catalogue.assignments()[name], released):
                container.submit({f"{name}.ipynb": notebook})
                for landlock in (True, False):
                    slowest = max(slowest, measure(container, limits, landlock, f"{name}, {story}"))
    print(f"slowest: {slowest:.0f} s (goal: {GOAL})")
    return int(slowest > GOAL)


def make(folder, name):
    """Return a container for an assignment, and the released notebook."""
    shutil.copytree(ROOT / "assignments" / name, folder / "course" / "assignments" / name)
    write_zip(folder / "course", name)
    container = Container(folder / "root", folder / "course" / "build" / "gradescope" / f"{name}.zip")
    (container.root / "sys/fs/cgroup").mkdir(parents=True)
    (container.root / "sys/fs/cgroup/memory.max").write_text(str(MEMORY))
    return container, nbformat.read(folder / "course" / "assignments" / name / f"{name}.ipynb", as_version=4)


def notebooks(assignment, released):
    """Yield a description of each submission, and its notebook."""
    first = next(iter(assignment.exercises))
    answers = {"all correct": {}, "an endless loop": {first: cheats.endless_loop(first)}}
    answers["all memory"] = {first: cheats.memory_hog(first)}
    for story, wrong in answers.items():
        yield story, Student("student", "", wrong).notebook(assignment, released)


def measure(container, limits, landlock, story):
    """Grade the submission, print the result, and return how many seconds it took."""
    with contextlib.suppress(OSError):
        limits.peak.write_text("0")  # counts from here on, if the kernel allows that
    started = time.monotonic()
    results, _ = container.grade(landlock=landlock)
    seconds = time.monotonic() - started
    peak = int(limits.peak.read_text()) / 1e6
    tier = "with Landlock" if landlock else "without Landlock"
    most = sum(test["max_score"] for test in results["tests"])
    print(f"{story}, {tier}: {seconds:.1f} s, {peak:.0f} MB, {results['score']:g} of {most:g} points", flush=True)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
