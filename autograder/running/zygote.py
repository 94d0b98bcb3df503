"""A warm process that has imported everything a notebook needs and forks one confined child a submission.

It has never seen an exercise, a reference or the course secret, so nothing of them can be found in a child's
memory. `autograder.running.zygote_host` starts it afresh (never by a fork) and talks to it over a socket, one JSON
message a request:

    {"do": "spawn", "scratch": ...} and a file descriptor  ->  {"pid": ...}
    {"do": "reap", "pid": ...}                             ->  {"status": ..., "cpu": ..., "peak": ...}
"""

import contextlib
import dataclasses
import gc
import json
import os
import socket
import time
import warnings

from autograder.sandbox import Policy, confine

from .child import Child
from .shell import new_shell, run_cell
from .wire import encode

WARM_UP = (
    "import numpy as np, matplotlib.pyplot as plt",
    "plt.figure(figsize=(2, 1)); plt.plot([1, 2]); plt.title('x'); plt.show()",
    "1 / 0",
)
MESSAGE = 1 << 16
FORK_TRIES = 300


def main(control_fd, settings):
    """Serve until the other end closes.

    Parameters
    ----------
    control_fd : int
        A unix socket of type SEQPACKET.
    settings : dict
        The fields of `Policy` that all children share, and ``confine``: whether to.
    """
    with contextlib.suppress(ConnectionError):  # whoever started this process has gone
        serve(socket.socket(fileno=control_fd), settings)


def serve(control, settings):
    """Obey the other end of `control`."""
    os.environ.clear()
    shell = warm_shell()
    confined = settings.pop("confine")
    policy = Policy(scratch="/", **settings)
    if confined:
        policy.prepare()
    send(control, {"ready": True})
    while True:
        message, fds, _, _ = socket.recv_fds(control, MESSAGE, 1)
        if not message:
            return
        request = json.loads(message)
        if request["do"] == "reap":
            send(control, reap(request["pid"]))
            continue
        pid = fork()
        if pid == 0:
            live(fds[0], dataclasses.replace(policy, scratch=request["scratch"]), confined, shell)
        os.close(fds[0])
        send(control, {"pid": pid})


def fork():
    """Fork; where the machine has run out of process ids, wait until those who took them have been stopped."""
    for _ in range(FORK_TRIES):
        try:
            return os.fork()
        except OSError:
            time.sleep(0.1)
    return os.fork()


def warm_shell():
    """A shell in which what is slow the first time has been done once."""
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


def live(fd, policy, confined, shell):
    """The life of a child, from the fork to its end."""
    fd = keep_only(fd)
    try:
        os.environ.update(HOME=policy.scratch, TMPDIR=policy.scratch, PATH="/usr/bin:/bin", LANG="C.UTF-8")
        os.environ.update(MPLCONFIGDIR=policy.scratch, OPENBLAS_NUM_THREADS="1", GRADLAB_GRADING="1")
        os.chdir(policy.scratch)
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


def keep_only(fd):
    """Close every descriptor but `fd`, which becomes 3; 0, 1 and 2 become /dev/null."""
    fd = os.dup2(fd, 3, inheritable=False) if fd != 3 else fd
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(4, 1024)
    return fd


def reap(pid):
    _, status, usage = os.wait4(pid, 0)
    return {"status": status, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * 1024}


def send(control, message):
    control.send(json.dumps(message).encode())
