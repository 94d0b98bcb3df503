"""A Dask cluster gives the same grades as this machine, even if a worker dies or cannot confine code.

The scheduler and its workers are the programs that docs/cluster.md tells instructors to start.
"""

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from .test_resume import (
    CLASS,
    NAME,
    children,
    descendants,
    finished,
    open_all,
    record,
    submit_all,
    wait_for,
    wait_for_end,
)

DASK = str(Path(sys.executable).with_name("dask"))
# Runs a program in a process for which the kernel seems to have no Landlock (system call 444 on every architecture).
WITHOUT_LANDLOCK = """
import ctypes, errno, os, struct, sys
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x50000 | errno.ENOSYS), (0x06, 0, 0, 0x7FFF0000)]
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
header = struct.pack("HP", len(steps), ctypes.addressof(program))
assert libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""


class Cluster:
    """A scheduler and its workers, each of which is a separate program."""

    def __init__(self, folder, stack):
        self.folder, self.stack = folder, stack
        self.workers = []
        self.log = folder / "scheduler.txt"
        self.start(self.log, DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.address = wait_for(lambda: re.search(r"Scheduler at: +(tcp://\S+)", self.log.read_text()))[1]

    def add_worker(self, *before):
        """Start a worker, with the words `before` prepended to its command, and wait until it is registered."""
        options = ["--nthreads", "1", "--no-dashboard", "--memory-limit", "0", "--local-directory", str(self.folder)]
        log = self.folder / f"worker{len(self.workers)}.txt"
        self.workers.append(self.start(log, *before, DASK, "worker", self.address, *options))
        wait_for(lambda: self.log.read_text().count("Register worker") == len(self.workers))

    def start(self, log, *command, cwd=None):
        """Start a program that prints to the file `log`, and end it with the test."""
        with open(log, "w") as output:
            process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.stack.callback(process.wait)
        self.stack.callback(process.terminate)
        return process


@pytest.fixture
def cluster(tmp_path):
    with ExitStack() as stack:
        yield Cluster(tmp_path, stack)


@pytest.fixture
def course(empty_course, tmp_path):
    course = empty_course.copy(tmp_path / "course")
    submit_all(course)
    return course


def on(address):
    return f"--JudgedExporter.dask_scheduler={address}"


def test_cluster_gives_the_same_gradebook_even_if_a_worker_is_killed(cluster, course):
    whole = course.copy(course.folder.with_name("whole"))
    assert whole.nbgrader("autograde").returncode == 0
    cluster.add_worker()
    cluster.add_worker()
    cluster.add_worker(sys.executable, "-c", WITHOUT_LANDLOCK)
    printed = cluster.folder / "run.txt"
    run = cluster.start(printed, *course.command("autograde", on(cluster.address)), cwd=course.folder)
    wait_for(lambda: len(finished(course)) >= 2 or run.poll() is not None, log=printed)
    assert run.poll() is None, printed.read_text()
    # Kill the worker and its nanny, which would restart it. All processes that they started must then end, too.
    nanny = cluster.workers[0].pid
    below = wait_for(lambda: len(generations := descendants(nanny)) >= 3 and generations)
    descriptors = open_all(pid for generation in below[1:] for pid in generation)
    for pid in (*children(nanny), nanny):
        os.kill(pid, signal.SIGKILL)
    wait_for_end(descriptors)
    assert run.wait() == 0, printed.read_text()
    assert len(finished(course)) == len(CLASS)
    assert record(course) == record(whole)
    shown = printed.read_text()
    refused = r"The Dask worker tcp://127\.0\.0\.1:\d+ grades nothing: its machine cannot confine students' code"
    assert re.search(refused, shown)
    assert f"{NAME}: 10 graded, 0 skipped, 1 unreadable, 2 stopped" in shown


def test_nothing_is_graded_if_no_worker_can_confine_code(cluster, course):
    cluster.add_worker(sys.executable, "-c", WITHOUT_LANDLOCK)
    assert_refused(course, course.nbgrader("autograde", on(cluster.address)), "because no worker of the Dask scheduler")


def test_unreachable_scheduler_is_reported_in_one_sentence(course):
    run = course.nbgrader("autograde", on("tcp://127.0.0.1:1"))
    assert_refused(course, run, "No Dask scheduler answers at tcp://127.0.0.1:1")


@pytest.mark.parametrize("address", ["nowhere", "tcp://", "http://127.0.0.1:1", "tcp://host:port"])
def test_malformed_address_is_reported_in_one_sentence(address, course):
    sentence = f"must be an address such as tcp://10.0.0.5:8786. Got '{address}'."
    assert_refused(course, course.nbgrader("autograde", on(address)), sentence)


def test_missing_package_is_reported_in_one_sentence(course, tmp_path, monkeypatch):
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "dask.py").write_text("raise ModuleNotFoundError(\"No module named 'dask'\")")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "modules"))
    run = course.nbgrader("autograde", on("tcp://127.0.0.1:1"))
    assert_refused(course, run, "Grading on a Dask cluster needs the package dask.distributed")


def assert_refused(course, run, sentence):
    """Assert that a run ended with a sentence instead of a traceback, and that it wrote nothing."""
    assert run.returncode == 1
    assert sentence in run.stdout.splitlines()[-1]
    assert "Traceback" not in run.stdout
    assert not (course.build / "autograded").exists()
    assert not (course.build / "verdicts").exists()
    assert record(course) == {}
