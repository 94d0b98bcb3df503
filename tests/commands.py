"""Runs ``python -m nbgrader ...`` and ``python -m autograder ...``, without importing nbgrader anew for each command.

Importing nbgrader takes longer than most of its commands do. Therefore, each command runs in a fork of a process that
has already imported nbgrader and the libraries that both use. In all other respects, a command runs as if in a new
process.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = (
    *("nbgrader.apps.nbgraderapp", "nbgrader.server_extensions.formgrader.formgrader", "nbclient", "jupytext"),
    *("IPython", "numpy.random", "matplotlib.pyplot", "rich.progress", "typer", "jinja2.ext", "markdown_it"),
    *("mdit_py_plugins.dollarmath", "latex2mathml.converter", "pygments.lexers", "pygments.formatters"),
)
OURS = (
    *(f"autograder.plugin.{name}" for name in ("config", "exporter", "feedback_run", "generate", "release", "collect")),
    *(f"autograder.commands.{name}" for name in ("watch", "regrade", "report", "import_")),
    "autograder.plugin.grades_csv",
)
MAX_MESSAGE = 1 << 17


def run(
    *command: str,
    cwd: Path,
    env: Mapping[str, str] = os.environ,
    stdin: str = "",
    umask: int = 0o022,
    preloaded: bool = False,
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
    preloaded : bool
        Whether the command may find this repository's `autograder` already imported. In a course that has its own
        copy of `autograder`, or none, this must be false.
    """
    request = {"command": command, "cwd": str(cwd), "env": dict(env), "umask": umask}
    with contextlib.ExitStack() as stack:
        given, out, err = (stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(3))
        given.write(stdin)
        given.seek(0)
        code = _server(preloaded).ask(request, [file.fileno() for file in (given, out, err)])
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


def checked(*command: str, **options: Any) -> str:
    """Run a command that must succeed, and return all that it printed. For the options, see `run`."""
    done = run(*command, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


class Server:
    """The process that forks commands. For `preloaded`, see `run`."""

    def __init__(self, preloaded: bool) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno()), *([str(ROOT)] if preloaded else [])],
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # a process that forks should have no other threads
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        atexit.register(self.close)

    def ask(self, request: dict[str, Any], descriptors: list[int]) -> int:
        """Run a command with these standard input, output, and error, and return its exit code."""
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


def _load(root: str | None) -> None:
    """Import the libraries and, given the repository's folder, those of our modules that commands use."""
    sys.path[:1] = []  # this folder, in which `gradlab` contains tests
    for library in LIBRARIES:
        importlib.import_module(library)
    importlib.import_module("sqlalchemy.orm").configure_mappers()
    if root is not None:
        sys.path.insert(0, root)
        for module in OURS:
            importlib.import_module(module)
        importlib.import_module("autograder.catalogue").assignments()
        # The assignment that most tests use. Each command that grades would compute the same keys.
        released = Path(root, "assignments", "update_rules", "update_rules.ipynb")
        importlib.import_module("autograder.grading.keys").prepare(released, "update_rules")
        sys.path.remove(root)
    gc.freeze()


def _serve(control: socket.socket) -> None:
    """Run one command after another, until the other end of the socket closes."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _become(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


def _become(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Turn this process into one that was started for the command, run the command, and exit."""
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.umask(request["umask"])
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    module, *arguments = request["command"]
    sys.argv[1:] = arguments
    sys.path[:0] = [request["cwd"], *filter(None, [request["env"].get("PYTHONPATH")])]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    # Python would now free each object, and thereby copy all memory that this process shares with its parent, which
    # takes longer than most commands. So do only the rest of what Python does at the end.
    threading._shutdown()  # waits for threads
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _load(*sys.argv[2:] or [None])
    _serve(socket.socket(fileno=int(sys.argv[1])))
