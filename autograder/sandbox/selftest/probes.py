"""Find out which protections hold on this host. Short-lived child processes try what must fail and what must work."""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from autograder.paths import ROOT
from autograder.sandbox import landlock
from autograder.sandbox.kernel import StrPath, Unavailable, unsupported
from autograder.sandbox.paths import readable_paths
from autograder.sandbox.tiers import Tier

from .acts import Context
from .protections import PROBES, Probe, Protection, required_in

TIMEOUT = 60  # seconds
TIMED_OUT = 124  # the exit status of timeout(1)
LIMITS = {"memory_bytes": 2 << 30, "file_bytes": 1 << 20, "open_files": 64}
CHILD = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from autograder.sandbox.selftest.child import main; main()"


def probe(program: str = CHILD) -> list[Protection]:
    """Try every protection and report which ones hold.

    This function starts new Python processes instead of forking, so a process with several threads can call it. The
    call takes more than a second, because one child has to use up its limit of one second of CPU time.

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
    required = required_in(tier)
    with _context() as context:
        answer = _try_probes(required, context, program)
    return [*kernel, *(p.evaluate(answer) for p in required)]


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

    Like every secret folder, the outside folder is closed to other users.
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
    return Protection("CPU time", holds, "an endless loop is stopped" if holds else problem, required=False)


def _run_child(
    confinement: str, acts: Sequence[str], context: Context, program: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", program]
    request = json.dumps({"confinement": confinement, "acts": list(acts), "context": context})
    try:
        return subprocess.run(command, input=request, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, TIMED_OUT, "", f"stopped after {TIMEOUT} s")
