"""Two submissions that are graded at the same time cannot pass numbers to each other.

Otherwise, one of them could read its hidden inputs, and the other could print them.
"""

import json
import subprocess
import sys
from contextlib import ExitStack

import pytest

from autograder.grading.host import zygote_host
from autograder.paths import ROOT
from autograder.running.messages import parse_outputs
from autograder.running.scratch import scratch_folder
from autograder.running.watchdog import Limit

NUMBER = 37
# The kernel identifies a futex in a library by its position in the file, which is the same in all processes. For each
# bit, the sender has a thread that waits at one of two positions, and the receiver wakes the threads at both until one
# call reports that a thread was waiting.
PLACES = """
import ctypes, os, threading, time
library = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long
FUTEX = {"x86_64": 202, "aarch64": 98}[os.uname().machine]
start = ctypes.cast(library.atoi, ctypes.c_void_p).value & ~4095

def futex(place, operation, value):
    address = ctypes.c_void_p(start + 64 * place)
    result = library.syscall(FUTEX, address, operation, ctypes.c_uint32(value), None, None, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), "futex")
    return result
"""
WAITS = (
    PLACES
    + f"""
def wait(place):
    futex(place, 0, ctypes.c_uint32.from_address(start + 64 * place).value)

for bit in range(8):
    threading.Thread(target=wait, args=(2 * bit + ({NUMBER} >> bit & 1),), daemon=True).start()
print("sent")
"""
)
WAKES = (
    PLACES
    + """
received = 0
for bit in range(8):
    while not futex(2 * bit, 1, 1):
        if futex(2 * bit + 1, 1, 1):
            received |= 1 << bit
            break
print(received)
"""
)
# The kernel limits pending signals per user. The more signals the sender has queued, the fewer the receiver can queue.
SIGNALS = """
import resource, signal, threading
if resource.getrlimit(resource.RLIMIT_SIGPENDING)[0] > 500:
    resource.setrlimit(resource.RLIMIT_SIGPENDING, (500, 500))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])

def queue(most):
    for count in range(most):
        try:
            signal.pthread_kill(threading.get_ident(), signal.SIGRTMIN)
        except OSError:
            return count
    return most
"""
QUEUES = SIGNALS + f"\nqueue({NUMBER})\nprint('sent')"
COUNTS = SIGNALS + "\nprint(queue(1000))"


class Plain:
    """A Python process without a sandbox, which stays alive until it is closed."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", "exec(input().replace('\\0', '\\n'))\nprint(flush=True)\ninput()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, source):
        print(source.replace("\n", "\0"), file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.kill()
        self.process.communicate()


class Confined:
    """A submission's process."""

    def __init__(self, scratch):
        self.child = zygote_host(str(ROOT), True).spawn(scratch)

    def run(self, source):
        reply = self.child.ask({"do": "cell", "source": source}, Limit(cpu=20, wall=120))
        return json.dumps(parse_outputs(reply.values["outputs"]))

    def close(self):
        self.child.close()


@pytest.fixture
def start():
    """``start(confined)``: start a process that runs code when it is asked to."""
    with ExitStack() as stack:

        def start(confined):
            process = Confined(stack.enter_context(scratch_folder([]))) if confined else Plain()
            stack.callback(process.close)
            return process

        yield start


def test_waiting_threads_pass_a_number_in_plain_python(start):
    sender, receiver = start(False), start(False)
    assert sender.run(WAITS) == "sent"
    assert receiver.run(WAKES) == str(NUMBER)


@pytest.mark.attack("accomplices-wait", "pass a number, in plain Python")
def test_waiting_threads_pass_no_number(start):
    sender, receiver = start(True), start(True)
    assert "sent" in sender.run(WAITS)
    assert "PermissionError" in receiver.run(WAKES)


def test_pending_signals_pass_a_number_in_plain_python(start):
    sender, before, after = start(False), start(False), start(False)
    room = int(before.run(COUNTS))
    before.close()
    assert sender.run(QUEUES) == "sent"
    assert room - int(after.run(COUNTS)) == NUMBER


@pytest.mark.attack("accomplices-queue", "pass a number, in plain Python")
def test_pending_signals_pass_no_number(start):
    sender, receiver = start(True), start(True)
    assert "sent" in sender.run(QUEUES)
    assert '"text": "0\\n"' in receiver.run(COUNTS)
