"""Which protections hold on this host: each is tried in a short-lived child, none is assumed."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder.paths import ROOT
from autograder.sandbox import landlock
from autograder.sandbox.kernel import unsupported
from autograder.sandbox.paths import readable_paths

SECONDS = 60
LIMITS = {"memory_bytes": 2 << 30, "file_bytes": 1 << 20, "open_files": 64}
CHILD = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from autograder.sandbox.selftest.child import main; main()"


@dataclass(frozen=True)
class Protection:
    """One line of ``python -m autograder doctor``.

    Attributes
    ----------
    name : str
        What is protected.
    holds : bool
    detail : str
        What was tried and came of it, in a sentence.
    required : bool
        Whether autograding refuses to run without it.
    """

    name: str
    holds: bool
    detail: str
    required: bool = True


@dataclass(frozen=True)
class Row:
    """Acts that belong to one protection, how to try them, and what to say of it.

    Attributes
    ----------
    name : str
    acts : tuple of str
        Names of functions in `acts`.
    sentence : str
        Where all acts come out as they must: refused, or with `must_succeed` done.
    otherwise : str
        Where they do not; by default the acts at fault.
    way : str
        A key of `child.WAYS`.
    """

    name: str
    acts: tuple
    sentence: str
    otherwise: str = ""
    way: str = "confined"
    required: bool = True
    must_succeed: bool = False

    def judged(self, answer):
        """The Protection, from the child's answer, ``{"problem", "succeeded"}``, in this row's way."""
        wrong = [act for act in self.acts if (act in answer["succeeded"]) != self.must_succeed]
        could = "a submission cannot" if self.must_succeed else "a submission can"
        at_fault = self.otherwise or answer["problem"] or f"{could} {', '.join(wrong).replace('_', ' ')}"
        holds = not wrong and not answer["problem"]
        return Protection(self.name, holds, self.sentence if holds else at_fault, self.required)


ROWS = (
    Row(
        "files",
        ("read_a_file", "list_a_folder", "write_a_file"),
        "by Landlock, nothing outside the allowed folders can be read, listed or written",
    ),
    Row(
        "file attributes",
        ("change_a_mode", "truncate_a_file", "truncate_by_opening"),
        "no file outside can be emptied or have its mode changed",
    ),
    Row(
        "network",
        ("connect_to_loopback", "open_a_unix_socket", "open_a_datagram_pair"),
        "no socket can be opened, on this host's own services either",
    ),
    Row("processes", ("fork", "start_a_program"), "no process can be started; threads can"),
    Row(
        "other processes",
        ("signal_the_parent", "look_into_the_parent", "read_memory_of_the_parent"),
        "none can be signalled or looked into",
    ),
    Row(
        "kernel",
        ("make_an_anonymous_file", "share_memory", "change_namespaces", "change_user"),
        "calls that Python and NumPy do not need are refused",
    ),
    Row("memory", ("allocate_too_much",), "a bomb ends in MemoryError"),
    Row("file size", ("write_too_large_a_file",), "a file cannot outgrow its limit"),
    Row("descriptors", ("open_too_many_files",), "files held open cannot exceed their limit"),
    Row("core files", ("leave_a_core_file",), "a crash leaves no core file"),
    Row("room to work", ("work_in_scratch", "use_threads"), "scratch and threads work", must_succeed=True),
    Row(
        "tasks",
        ("start_more_tasks_than_allowed",),
        "a thread bomb ends at a limit",
        otherwise="threads are not limited for root: grade as an ordinary user, or let submissions have one",
        way="free",
        required=False,
    ),
    Row(
        "another user",
        ("read_what_python_needs",),
        "submissions can run as a user of their own",
        otherwise="submissions run as the user who grades: another needs root and a Python all can read",
        way="as another user",
        required=False,
        must_succeed=True,
    ),
    Row(
        "second wall",
        ("connect_to_loopback", "signal_the_parent", "truncate_a_file"),
        "Landlock would stop TCP, signals and truncation too",
        otherwise="Landlock stops TCP, signals and truncation from ABI 6 on: here seccomp does alone",
        way="by Landlock alone",
        required=False,
    ),
)


def probe():
    """Try every protection and tell which hold.

    Starts children of `sys.executable` and never forks, so that a process with threads can call it. Takes a
    little over a second, which is what it takes to see the limit on processor time at work.

    Returns
    -------
    list of Protection
        In a fixed order. One that says why, where the platform cannot have the sandbox at all.
    """
    if reason := unsupported():
        return [Protection("platform", False, reason)]
    ways = list(dict.fromkeys(row.way for row in ROWS))
    with tempfile.TemporaryDirectory() as folder, _listening() as server, ThreadPoolExecutor() as pool:
        os.chmod(folder, 0o711)
        world = {"port": server.getsockname()[1], "readable": readable_paths(), **LIMITS}
        processor_time = pool.submit(_processor_time, _furnished(world, folder, "processor time"))
        answers = {way: pool.submit(_answer, way, _furnished(world, folder, way)) for way in ways}
        found = [row.judged(answers[row.way].result()) for row in ROWS]
        return [_kernel_version(), *found, processor_time.result()]


def _kernel_version():
    try:
        return Protection("Landlock", True, f"the kernel offers ABI {landlock.abi()}; 1 is enough")
    except OSError as error:
        return Protection("Landlock", False, f"the kernel does not offer it, Linux 5.13 can: {error}")


def _listening():
    return socket.create_server(("127.0.0.1", 0))


def _furnished(world, folder, way):
    """`world` with folders of its own under `folder`, for one way of trying."""
    scratch, outside = (os.path.join(folder, way, name) for name in ("scratch", "outside"))
    for made in (scratch, outside):
        os.makedirs(made)
    outside_file = Path(outside, "file")
    outside_file.write_text("outside")
    return {**world, "scratch": scratch, "outside": outside, "outside_file": str(outside_file)}


def _answer(way, world):
    acts = [act for row in ROWS if row.way == way for act in row.acts]
    memory = ctypes.create_string_buffer(8)
    ended = _child(way, acts, {**world, "address_in_parent": ctypes.addressof(memory)})
    try:
        return json.loads(ended.stdout)
    except ValueError:
        last_words = ended.stderr[-200:].strip()
        return {"succeeded": [], "problem": f"the child ended with status {ended.returncode} {last_words}"}


def _processor_time(world):
    ended = _child("for a second", [], world)
    holds = ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    problem = f"an endless loop ended with status {ended.returncode} {ended.stdout.strip()}"
    return Protection("processor time", holds, "an endless loop is ended" if holds else problem)


def _child(way, acts, world):
    command = [sys.executable, "-I", "-c", CHILD]
    request = json.dumps({"way": way, "acts": acts, "world": world})
    try:
        return subprocess.run(command, input=request, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, None, "", f"after {SECONDS} s, stopped")
