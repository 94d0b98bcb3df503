"""Find out which protections hold on this host. Short-lived child processes try what each one must prevent or allow."""

import contextlib
import ctypes
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.paths import ROOT
from autograder.sandbox import landlock
from autograder.sandbox.kernel import StrPath, Unavailable, unsupported
from autograder.sandbox.paths import readable_paths
from autograder.sandbox.tiers import Tier

from .acts import Context

TIMEOUT = 60  # seconds
TIMED_OUT = 124  # the exit status of timeout(1)
LIMITS = {"memory_bytes": 2 << 30, "file_bytes": 1 << 20, "open_files": 64}
CHILD = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from autograder.sandbox.selftest.child import main; main()"


@dataclass(frozen=True)
class Protection:
    """One line of the output of ``python -m autograder doctor``.

    Attributes
    ----------
    name : str
        What is protected.
    holds : bool
    detail : str
        A sentence that says what was tried and what happened.
    required : bool
        Whether autograding refuses to run without this protection.
    """

    name: str
    holds: bool
    detail: str
    required: bool = True


@dataclass(frozen=True)
class Probe:
    """The acts that test one protection, how to try them, and what to say about the result.

    Attributes
    ----------
    name : str
    acts : tuple of str
        Names of functions in `acts`.
    success : str
        The detail to report if every act is refused or, with `must_succeed`, if every act succeeds.
    failure : str
        The detail to report otherwise. If empty, the detail is the child's problem or a list of the acts with the wrong
        result.
    confinement : str
        A key of `child.CONFINEMENTS`.
    """

    name: str
    acts: tuple[str, ...]
    success: str
    failure: str = ""
    confinement: str = "full"
    required: bool = True
    must_succeed: bool = False

    def evaluate(self, answer: dict[str, Any]) -> Protection:
        """Return the Protection, given the answer, ``{"problem", "succeeded"}``, of a child with this confinement."""
        wrong = [act for act in self.acts if (act in answer["succeeded"]) != self.must_succeed]
        could = "a submission cannot" if self.must_succeed else "a submission can"
        failure = self.failure or answer["problem"] or f"{could} {', '.join(wrong).replace('_', ' ')}"
        holds = not wrong and not answer["problem"]
        return Protection(self.name, holds, self.success if holds else failure, self.required)


PROBES = (
    Probe(
        "files",
        ("read_a_file", "list_a_folder", "write_a_file"),
        "nothing outside the allowed folders can be read, listed or written, thanks to Landlock",
    ),
    Probe(
        "file attributes",
        ("change_a_mode", "truncate_a_file", "truncate_by_opening"),
        "no file outside the allowed folders can be truncated or have its mode changed",
    ),
    Probe(
        "network",
        ("connect_to_loopback", "open_a_unix_socket", "open_a_datagram_pair"),
        "no socket can be opened, not even to services on this host",
    ),
    Probe("processes", ("fork", "start_a_program"), "no process can be started, but threads can"),
    Probe(
        "other processes",
        ("signal_the_parent", "inspect_the_parent", "read_memory_of_the_parent"),
        "no other process can be signaled or inspected",
    ),
    Probe(
        "kernel",
        ("make_an_anonymous_file", "share_memory", "change_namespaces", "change_user"),
        "system calls that Python and NumPy do not need are refused",
    ),
    Probe("memory", ("allocate_too_much",), "a memory bomb ends in MemoryError"),
    Probe("file size", ("write_a_file_that_is_too_large",), "no file can grow beyond its limit"),
    Probe("descriptors", ("open_too_many_files",), "the number of open files is limited"),
    Probe("core files", ("leave_a_core_file",), "a crash leaves no core file"),
    Probe("normal work", ("work_in_scratch", "use_threads"), "the scratch folder and threads work", must_succeed=True),
    Probe(
        "tasks",
        ("start_more_tasks_than_allowed",),
        "a thread bomb hits a limit",
        failure="root's threads are not limited: grade as an ordinary user, or run submissions as a dedicated user",
        confinement="none",
        required=False,
    ),
    Probe(
        "another user",
        ("read_what_python_needs",),
        "submissions can run as a dedicated user",
        failure="submissions run as the grading user: a dedicated user needs root and a Python that everyone can read",
        confinement="as another user",
        required=False,
        must_succeed=True,
    ),
    Probe(
        "second layer",
        ("connect_to_loopback", "signal_the_parent", "truncate_a_file"),
        "Landlock alone would also stop TCP, signals and truncation",
        failure="Landlock stops TCP, signals and truncation only from ABI 6 on, so here only seccomp stops all three",
        confinement="Landlock only",
        required=False,
    ),
)

# What the tier `CONTAINER` requires: the same, apart from these two.
IN_A_CONTAINER = {
    "files": Probe(
        "files",
        ("read_a_file", "list_a_folder", "write_a_file", "write_to_a_shared_folder"),
        "files of root cannot be read, listed or written, and no folder is open to everyone",
    ),
    "another user": Probe(
        "another user",
        ("read_what_python_needs",),
        "submissions run as a dedicated user",
        must_succeed=True,
    ),
}


def probe(program: str = CHILD) -> list[Protection]:
    """Try every protection and report which ones hold.

    This function starts new Python processes instead of forking, so a process with several threads can call it. The
    call takes more than a second, because one child has to use up its limit of one second of processor time.

    Parameters
    ----------
    program : str
        The Python program that each child runs.

    Returns
    -------
    list of Protection
        The protections in a fixed order, required ones first. On a platform where the sandbox can never work, the list
        contains a single protection, whose detail says why.
    """
    required = required_protections(program)
    if unsupported():
        return required
    others = [p for p in PROBES if not p.required]
    with _context() as context, ThreadPoolExecutor() as pool:
        processor_time = pool.submit(_processor_time, context, program)
        tried = pool.map(lambda p: p.evaluate(_try_probes([p], context, program)), others)
        return [*required, *tried, processor_time.result()]


def required_protections(program: str = CHILD, tier: Tier = Tier.LANDLOCK) -> list[Protection]:
    """Try the protections that grading in a tier requires, all in one child process. See `probe`."""
    if reason := unsupported():
        return [Protection("platform", False, reason)]
    kernel = [_kernel_version()] if tier is Tier.LANDLOCK else []
    required = _required_in(tier)
    with _context() as context:
        answer = _try_probes(required, context, program)
    return [*kernel, *(p.evaluate(answer) for p in required)]


def _required_in(tier: Tier) -> list[Probe]:
    if tier is Tier.LANDLOCK:
        return [p for p in PROBES if p.required]
    wanted = [IN_A_CONTAINER.get(p.name, p) for p in PROBES if p.required or p.name in IN_A_CONTAINER]
    return [dataclasses.replace(p, confinement="container") for p in wanted]


def strongest_tier(allowed: Mapping[Tier, Callable[[], None]], program: str = CHILD) -> Tier:
    """Return the first tier in `allowed` whose required protections all hold on this machine.

    Parameters
    ----------
    allowed : mapping
        For each tier that may be used, a function without arguments that prepares the machine for this tier. It is
        called only if no earlier tier holds.
    program : str
        The Python program that each child runs.

    Raises
    ------
    Unavailable
        If no tier's protections hold. The message gives the reason for each tier.
    """
    reasons = []
    for tier, prepare in allowed.items():
        prepare()
        missing = next((p.detail for p in required_protections(program, tier) if not p.holds), "")
        if not missing:
            return tier
        reasons.append(f"in the tier {tier}: {missing}")
    raise Unavailable("; ".join(reasons))


@contextlib.contextmanager
def _context() -> Iterator[Context]:
    """Yield what the acts need: limits, the port of a server, readable paths, and a parent folder for their folders."""
    with tempfile.TemporaryDirectory() as folder, listen() as server:
        os.chmod(folder, 0o711)
        paths = {"folder": folder, "shared": tempfile.gettempdir(), "readable": readable_paths()}
        yield {**paths, "port": server.getsockname()[1], **LIMITS}


def _try_probes(probes: Sequence[Probe], context: Context, program: str) -> dict[str, Any]:
    """Try the acts of probes with the same confinement in one child."""
    confinement = probes[0].confinement
    acts = [act for p in probes for act in p.acts]
    return try_acts(confinement, acts, with_folders(context, context["folder"], confinement), program)


def listen() -> socket.socket:
    """Return a listening socket on a free port of the loopback interface, for acts that try to connect to it."""
    return socket.create_server(("127.0.0.1", 0))


def with_folders(context: Context, parent: StrPath, name: str) -> Context:
    """Return `context` with two new folders in ``parent/name``: a scratch folder, and an outside folder with a file.

    As every secret file should be, the outside folder is closed to other users.
    """
    scratch, outside = (os.path.join(parent, name, folder) for folder in ("scratch", "outside"))
    for folder in (scratch, outside):
        os.makedirs(folder)
    os.chmod(outside, 0o700)
    outside_file = Path(outside, "file")
    outside_file.write_text("outside")
    return {**context, "scratch": scratch, "outside": outside, "outside_file": str(outside_file)}


def try_acts(confinement: str, acts: Sequence[str], context: Context, program: str = CHILD) -> dict[str, Any]:
    """Try `acts` in a child with this confinement, and return the child's answer, ``{"problem", "succeeded"}``."""
    memory = ctypes.create_string_buffer(8)
    context = {**context, "address_in_parent": ctypes.addressof(memory)}
    completed = _run_child(confinement, acts, context, program)
    try:
        answer: dict[str, Any] = json.loads(completed.stdout)
    except ValueError:
        last_words = completed.stderr[-200:].strip()
        return {"succeeded": [], "problem": f"the child ended with status {completed.returncode} {last_words}"}
    return answer


def _kernel_version() -> Protection:
    try:
        return Protection("Landlock", True, f"this kernel offers Landlock ABI {landlock.abi()}, and ABI 1 is enough")
    except OSError as error:
        return Protection("Landlock", False, f"this kernel lacks Landlock, which needs Linux 5.13 or later: {error}")


def _processor_time(context: Context, program: str) -> Protection:
    """Report whether the kernel stops an endless loop. If not, the grader's watchdog still stops the loop."""
    folders = with_folders(context, context["folder"], "processor time")
    completed = _run_child("one second", [], folders, program)
    holds = completed.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    problem = f"an endless loop ended with status {completed.returncode} {completed.stdout.strip()}"
    return Protection("processor time", holds, "an endless loop is stopped" if holds else problem, required=False)


def _run_child(
    confinement: str, acts: Sequence[str], context: Context, program: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", program]
    request = json.dumps({"confinement": confinement, "acts": list(acts), "context": context})
    try:
        return subprocess.run(command, input=request, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, TIMED_OUT, "", f"stopped after {TIMEOUT} s")
