"""A hub started as `make hub` starts it, except that its state folder and its ports are different."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from .. import commands

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "hub"))

import processes  # noqa: E402
import start  # noqa: E402

START = ROOT / "deploy" / "hub" / "start.py"
PATIENCE = 300  # seconds to wait for an expected event; long enough for a busy machine


def missing_requirement():
    """Return what this machine lacks to run a hub, or an empty string if nothing is missing."""
    for command in ("node", "npm"):
        if shutil.which(command) is None:
            return f"{command} is not installed. To install it, run: apt-get install nodejs npm"
    return "" if find_spec("jupyterhub") else "JupyterHub is not installed. To install it, run: make hub"


def require_hub():
    """Skip the test if no hub can run on this machine."""
    if reason := missing_requirement():
        pytest.skip(reason)
    try:
        start.install_proxy()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"JupyterHub's proxy could not be installed: {error}")


def wait_for(condition, what):
    """Wait until a condition is true, and return its value.

    Raises
    ------
    TimeoutError
        If the condition is still false after `PATIENCE` seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"timed out after waiting {PATIENCE} s for {what}")
        time.sleep(0.05)  # polling interval: affects only how soon the change is noticed
    return value


class Hub:
    """A hub with a course of `assignments` and `students`, in the folder `state`.

    If `students` is empty, the students are those of `make hub`.

    Attributes
    ----------
    url : str
    course : Path
        The instructor's folder.
    passwords : dict of str to str
        The passwords, keyed by user.
    """

    def __init__(self, state, students, assignments=("update_rules",), port=None):
        self.state = Path(state).resolve()
        self.students, self.assignments = list(students), list(assignments)
        self.port = port or int(os.environ.get("GRADLAB_HUB_PORT", "0")) or free_ports()
        self.url = f"http://127.0.0.1:{self.port}"
        self.course = self.state / "course"
        self.starter = None

    def start(self):
        """Run ``deploy/hub/start.py``, and wait until it prints the passwords."""
        self.launch()
        wait_for(lambda: self.starter.poll() is not None or "password" in self.output, "the hub to start")
        assert self.starter.poll() is None, self.output + self.log
        self.passwords = json.loads((self.state / "passwords.json").read_text())

    def launch(self):
        """Run ``deploy/hub/start.py`` without waiting for the hub."""
        environment = os.environ | {
            "GRADLAB_HUB": str(self.state),
            "GRADLAB_HUB_PORT": str(self.port),
            "GRADLAB_HUB_STUDENTS": " ".join(self.students),
        }
        self.state.mkdir(parents=True, exist_ok=True)
        (self.state / "start.log").unlink(missing_ok=True)
        with open(self.state / "start.log", "wb") as log:
            self.starter = subprocess.Popen(
                [sys.executable, str(START), *self.assignments], env=environment, stdout=log, stderr=log
            )

    @property
    def output(self):
        """The output of ``start.py`` so far."""
        return (self.state / "start.log").read_text()

    @property
    def log(self):
        """JupyterHub's own log."""
        path = self.state / "hub.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def processes(self, *roles):
        """Return this hub's processes or, given `roles`, only those whose role begins with one of `roles`.

        The roles are those of `processes.running`.
        """
        return [p for p, role in processes.running(self.state).items() if not roles or role.startswith(roles)]

    def kill(self, *roles):
        """Send SIGKILL to all of this hub's processes or, given `roles`, to those that `processes` would return."""
        processes.kill(self.processes(*roles))

    def stop(self, signal_number=signal.SIGINT):
        """Stop the hub with SIGINT, as Ctrl-C does, or with another signal, and return the exit code."""
        self.starter.send_signal(signal_number)
        return self.starter.wait(PATIENCE)

    def kill_all(self):
        """Kill the starter and all of this hub's processes that are still running."""
        if self.starter is not None:
            self.starter.kill()
            self.starter.wait()
            self.kill()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.kill_all()
            raise
        return self

    def __exit__(self, *_):
        self.kill_all()

    def nbgrader(self, *arguments):
        """Run nbgrader in the course, and return its output.

        Raises
        ------
        AssertionError
            If the command fails.
        """
        return commands.checked("nbgrader", *arguments, cwd=self.course, preloaded=True)

    def release(self):
        """Generate and release every assignment."""
        for assignment in self.assignments:
            self.nbgrader("generate_assignment", assignment)
            self.nbgrader("release_assignment", assignment)


@contextlib.contextmanager
def reserved_ports(count=4):
    """Yield sockets bound to `count` free consecutive ports, below the range of ports that the kernel assigns.

    While the ports are reserved, other programs cannot bind them; the hub can, because it sets SO_REUSEADDR.
    """
    # Test processes that run at the same time have similar ids; starting at different ports keeps them apart.
    for first in range(20000 + os.getpid() % 200 * 50, 32000, count):
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
            try:
                for port, reserved in enumerate(sockets, start=first):
                    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    reserved.bind(("127.0.0.1", port))
            except OSError:
                continue
            yield sockets
            return
    raise OSError(f"{count} consecutive free ports are needed between 20000 and 32000, but there are none")


def free_ports(count=4):
    """Return the first of `count` free consecutive ports."""
    with reserved_ports(count) as sockets:
        return sockets[0].getsockname()[1]
