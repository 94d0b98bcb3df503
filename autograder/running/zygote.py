"""The zygote: a process that has already imported the libraries that notebooks use, and that forks confined children.

The zygote has never loaded an exercise, a reference, or the course secret, so a child's memory has no trace of them.
`autograder.running.zygote_host` starts the zygote as a fresh process (never by forking) and sends it requests over a
socket. Each request and each answer is a JSON message:

    {"do": "spawn", "scratch": ...} and a file descriptor  ->  {"pid": ...}
    {"do": "reap", "pid": ...}                             ->  {"status": ..., "cpu": ..., "peak": ...}
    {"do": "connect"} and a socket                         ->  {"connected": true}

Each judge has its own connection. When a connection closes, the zygote kills the children that were spawned over it, so
a judge that dies leaves no children behind.

Each child runs on one CPU core. The kernel divides a core's time among threads, so a child with many threads
on all cores would leave hardly any time for the others.
"""

import contextlib
import dataclasses
import gc
import json
import os
import secrets
import selectors
import signal
import socket
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from autograder.sandbox import Policy, Tier, confine

from .child import Child
from .settings import Settings
from .shell import CellShell, new_shell, run_cell
from .wire import encode

WARM_UP = (
    "import numpy as np, matplotlib.pyplot as plt",
    "plt.figure(figsize=(2, 1)); plt.plot([1, 2]); plt.title('x'); plt.show()",
    "1 / 0",
)
MAX_MESSAGE = 1 << 16
FORK_ATTEMPTS = 300
MOST_LIKELY = "1000"  # the highest score: the process to kill first if memory runs out; see proc(5)


def main(control_fd: int, settings: Settings) -> None:
    """Serve requests until the other end closes the socket.

    Parameters
    ----------
    control_fd : int
        A Unix socket of type SEQPACKET.
    settings : dict
        The fields of `Policy` that all children share, and ``confine``: whether to confine the children.
    """
    with contextlib.suppress(ConnectionError):  # raised if the process that started this one has ended
        serve(socket.socket(fileno=control_fd), settings)


def serve(control: socket.socket, settings: Settings) -> None:
    """Handle requests on `control` and on every other connection until the other end closes `control`."""
    os.environ.clear()
    sys.argv[:] = sys.orig_argv[:] = [""]  # from the arguments, students' code could learn where the course is
    shell = warm_shell()
    confined = settings.pop("confine")
    policy = Policy(scratch="/", **settings | {"tier": Tier(settings["tier"])})
    if confined:
        policy.prepare()
    send(control, {"ready": True})

    def spawn(fd: int, scratch: str, core: int | None) -> int:
        pid = fork()
        if pid == 0:
            keep_to(core)
            run_child(fd, dataclasses.replace(policy, scratch=scratch), confined, shell)
        return pid

    Server(control, spawn).serve()


class Server:
    """Answers requests on all connections, and keeps track of the children that belong to each.

    Parameters
    ----------
    control : socket
        The first connection. When this connection closes, the server ends.
    spawn : callable
        ``spawn(fd, scratch, core) -> pid`` forks a child that works in the folder `scratch`, is connected to `fd`, and
        runs on `core`.
    """

    def __init__(self, control: socket.socket, spawn: Callable[[int, str, int | None], int]) -> None:
        self.control, self.spawn = control, spawn
        # For each connection, the cores of its children, keyed by process id.
        self.children: dict[socket.socket, dict[int, int | None]] = {}
        self.selector = selectors.DefaultSelector()
        self.add(control)

    def add(self, connection: socket.socket) -> None:
        self.children[connection] = {}
        self.selector.register(connection, selectors.EVENT_READ)

    def serve(self) -> None:
        while self.children.get(self.control) is not None:
            for key, _ in self.selector.select():
                assert isinstance(key.fileobj, socket.socket)
                self.handle(key.fileobj)

    def handle(self, connection: socket.socket) -> None:
        """Answer one request, or close the connection if its other end is closed."""
        try:
            message, fds, _, _ = socket.recv_fds(connection, MAX_MESSAGE, 1)
            if not message:
                raise ConnectionError
            send(connection, self.answer(connection, json.loads(message), fds))
        except ConnectionError:
            self.close(connection)

    def answer(self, connection: socket.socket, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        if request["do"] == "connect":
            self.add(socket.socket(fileno=fds[0]))
            return {"connected": True}
        if request["do"] == "reap":
            self.children[connection].pop(request["pid"], None)
            return reap(request["pid"])
        core = self.free_core()
        pid = self.spawn(fds[0], request["scratch"], core)
        os.close(fds[0])
        self.children[connection][pid] = core
        return {"pid": pid}

    def free_core(self) -> int | None:
        """Return one of the cores on which the fewest children run, or None if this platform cannot choose a core."""
        if not hasattr(os, "sched_getaffinity"):
            return None
        children = Counter(core for cores in self.children.values() for core in cores.values())
        available = os.sched_getaffinity(0)
        least = min(children[core] for core in available)
        # Choose at random, because other zygotes on this machine choose from the same cores.
        return secrets.choice([core for core in available if children[core] == least])

    def close(self, connection: socket.socket) -> None:
        """Kill the connection's remaining children, and close the connection."""
        for pid in self.children.pop(connection):
            os.kill(pid, signal.SIGKILL)
            reap(pid)
        self.selector.unregister(connection)
        connection.close()


def fork() -> int:
    """Fork this process. If forking fails, for example because no process id is free, retry for half a minute."""
    for _ in range(FORK_ATTEMPTS):
        try:
            return os.fork()
        except OSError:
            time.sleep(0.1)
    return os.fork()


def keep_to(core: int | None) -> None:
    """Run this process, and all threads that it will start, on one core. If that is not possible, do nothing."""
    if core is not None:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})


def end_first_if_memory_runs_out() -> None:
    """Ask the kernel to kill this process, and not the judge, if the system runs out of memory."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(MOST_LIKELY)


def warm_shell() -> CellShell:
    """Return a shell in which the operations that are slow the first time have already run once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shell = new_shell()
        for source in WARM_UP:
            run_cell(shell, source)
        from gradlab import layers, losses, models, plots, solver, surfaces  # noqa: F401
    shell.reset(new_session=False)
    gc.collect()
    gc.freeze()
    return shell


def run_child(fd: int, policy: Policy, confined: bool, shell: CellShell) -> NoReturn:
    """Run a child from the fork to its end: confine it, if `confined` is set, and serve the judge's requests."""
    fd = close_all_but(fd)
    scratch = os.fspath(policy.scratch)
    try:
        end_first_if_memory_runs_out()
        os.environ.update(HOME=scratch, TMPDIR=scratch, PATH="/usr/bin:/bin", LANG="C.UTF-8")
        os.environ.update(MPLCONFIGDIR=scratch, OPENBLAS_NUM_THREADS="1", GRADLAB_GRADING="1")
        os.chdir(scratch)
        if confined:
            confine(policy)
        child = Child(fd, shell)
        child.send({"id": 0, "ready": True})
    except BaseException as error:
        os.write(fd, encode({"id": 0, "unavailable": str(error)[:1000]}))
        os._exit(1)
    try:
        child.serve()
    finally:
        os._exit(1)


def close_all_but(fd: int) -> int:
    """Move `fd` to descriptor 3, connect 0, 1, and 2 to /dev/null, and close all other descriptors below 1024."""
    fd = os.dup2(fd, 3, inheritable=False) if fd != 3 else fd
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(4, 1024)
    return fd


def reap(pid: int) -> dict[str, Any]:
    _, status, usage = os.wait4(pid, 0)
    return {"status": status, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * 1024}


def send(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())
