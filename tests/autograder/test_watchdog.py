"""The watchdog's clocks do not count the time that a process waits for a busy CPU."""

import os
import subprocess
import sys

import pytest

from autograder.running.watchdog import Limit, Watchdog, cpu_and_threads, seconds_waited

SPIN = "import os; os.sched_setaffinity(0, {{{cpu}}})\nprint(flush=True)\nwhile True: pass"
SLEEP = "import time; print(flush=True); time.sleep(600)"

pytestmark = pytest.mark.skipif(
    not os.path.exists("/proc/self/schedstat"), reason="this kernel does not record waiting times"
)


@pytest.fixture
def start():
    """``start(code)``: start a Python program, wait until it prints a line, and return its process id."""
    processes = []

    def start(code):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        processes.append(process)
        process.stdout.readline()
        return process.pid

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_waiting_for_a_cpu_does_not_count_as_time(start, tmp_path):
    cpu = min(os.sched_getaffinity(0))
    first, second = (start(SPIN.format(cpu=cpu)) for _ in range(2))
    watchdog = Watchdog(first, tmp_path, Limit(cpu=600, wall=0.5))
    before = cpu_and_threads(first)[0]
    while seconds_waited(first) < 1:  # the other program has the CPU at least half of the time
        assert cpu_and_threads(first)[0] - before > 0.2 or not watchdog.time_is_up()
    assert seconds_waited(second) > 0


def test_sleeping_counts_as_time(start, tmp_path):
    """If sleeping did not count, this loop would go on until the test's time limit."""
    watchdog = Watchdog(start(SLEEP), tmp_path, Limit(cpu=600, wall=0.05))
    while not watchdog.time_is_up():
        pass


def test_ended_process_has_waited_zero_seconds():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    assert seconds_waited(process.pid) == 0.0
