"""Measure how long each notebook takes to run with reference answers, and how much memory it needs."""

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.demo.students import Student  # noqa: E402


def measure(name):
    """Run a notebook in a kernel, and return the time in seconds and the kernel's peak memory in MB."""
    folder = ROOT / "assignments" / name
    released = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    answered = nbformat.reads(Student("", "").notebook(catalogue.assignments()[name], released), as_version=4)
    start = time.perf_counter()
    NotebookClient(answered, timeout=600, resources={"metadata": {"path": folder}}).execute()
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000


def main(names):
    print(f"{'notebook':<20} {'seconds':>8} {'MB':>6}")
    with ProcessPoolExecutor(1, max_tasks_per_child=1) as one_at_a_time:
        for name, (seconds, megabytes) in zip(names, one_at_a_time.map(measure, names), strict=True):
            print(f"{name:<20} {seconds:8.1f} {megabytes:6.0f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(catalogue.assignments()))
