"""Runs ``python -m nbgrader ...`` and ``python -m autograder ...``, without importing nbgrader anew for each command.

Importing nbgrader takes longer than most of its commands do. Therefore, each command runs in a fork of a process that
has already imported nbgrader and the libraries that both use, but nothing of ours: a course may have its own copy of
`autograder`. In all other respects, a command runs as if in a new process.
"""

import atexit
import contextlib
import functools
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LIBRARIES = (
    *("nbgrader.apps.nbgraderapp", "nbgrader.server_extensions.formgrader.formgrader", "nbclient", "jupytext"),
    *("IPython", "numpy.random", "matplotlib.pyplot", "rich.progress", "typer", "jinja2.ext", "markdown_it"),
    *("mdit_py_plugins.dollarmath", "latex2mathml.converter", "pygments.lexers", "pygments.formatters"),
)
MAX_MESSAGE = 1 << 17


def run(
    *command: str, cwd: Path, env: Mapping[str, str] = os.environ, stdin: str = "", umask: int = 0o022
) -> subprocess.CompletedProcess[str]:
    """Run a command, and return its exit code and what it printed.

    Parameters
    ----------
    *command : str
        A module and its arguments, such as ``"nbgrader", "collect", "adam"``.
    cwd : Path
        The folder in which the command runs.
    env : mapping
        The environment of the command. Its ``PYTHONPATH`` holds at most one folder.
    stdin : str
        What the command reads from its standard input.
    umask : int
        The file mode creation mask.
    """
    request = {"command": command, "cwd": str(cwd), "env": dict(env), "umask": umask}
    with contextlib.ExitStack() as stack:
        given, out, err = (stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(3))
        given.write(stdin)
        given.seek(0)
        code = _server().ask(request, [file.fileno() for file in (given, out, err)])
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


def checked(*command: str, **options: Any) -> str:
    """Run a command that must succeed, and return all that it printed. For the options, see `run`."""
    done = run(*command, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


class Server:
    """The process that forks commands."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # a process that forks should have no other threads
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        atexit.register(self.close)

    def ask(self, request: dict[str, Any], descriptors: list[int]) -> int:
        """Run a command with these standard input, output and error, and return its exit code."""
        try:
            socket.send_fds(self.control, [json.dumps(request).encode()], descriptors)
            return int(self.control.recv(MAX_MESSAGE))
        except BaseException:  # for example, the test's time is up
            self.close()
            _server.cache_clear()
            raise

    def close(self) -> None:
        """End the process, and the command that it is running."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.control.close()
        atexit.unregister(self.close)


_server = functools.cache(Server)


def _serve(control: socket.socket) -> None:
    """Run one command after another, until the other end of the socket closes."""
    for library in LIBRARIES:
        __import__(library)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            return _become(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


def _become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Turn this process into one that was started for the command, and run the command."""
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.umask(request["umask"])
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    module, *arguments = request["command"]
    sys.argv[1:] = arguments
    sys.path[:1] = [request["cwd"], *filter(None, [request["env"].get("PYTHONPATH")])]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
