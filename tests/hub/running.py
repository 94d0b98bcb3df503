"""A hub as `make hub` starts it, in a state folder and on ports of its own, and its people by HTTP."""

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

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "hub"))

import processes  # noqa: E402
from start import install_proxy  # noqa: E402

START = ROOT / "deploy" / "hub" / "start.py"
PATIENCE = 120  # seconds until a condition that must come is given up, on a machine that is busy otherwise


def lacking():
    """What a hub needs and this machine has not; nothing where it has everything."""
    for command in ("node", "npm"):
        if shutil.which(command) is None:
            return f"{command} is not installed: apt-get install nodejs npm"
    return "" if find_spec("jupyterhub") else "JupyterHub is not installed: make hub"


def require():
    """Skip the test where no hub can run."""
    if reason := lacking():
        pytest.skip(reason)
    try:
        install_proxy()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"JupyterHub's proxy could not be installed: {error}")


def wait_for(condition, what):
    """Its value, once it is true.

    Raises
    ------
    TimeoutError
        If it is not within `PATIENCE` seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come about in {PATIENCE} s")
        time.sleep(0.05)  # between two looks; how long it lasts decides nothing
    return value


class Hub:
    """A hub with a course of `assignments` and `students`, those of `make hub` if none, in the folder `state`.

    Attributes
    ----------
    url : str
    course : Path
        The instructor's folder.
    passwords : dict of str to str
    """

    def __init__(self, state, students, assignments=("update_rules",), port=None):
        self.state = Path(state).resolve()
        self.students, self.assignments = list(students), list(assignments)
        self.port = port or int(os.environ.get("GRADLAB_HUB_PORT", "0")) or free_ports()
        self.url = f"http://127.0.0.1:{self.port}"
        self.course = self.state / "course"
        self.starter = None

    def start(self):
        """Run ``deploy/hub/start.py`` until it says who can log in."""
        self.launch()
        wait_for(lambda: self.starter.poll() is not None or "password" in self.said, "the hub's start")
        assert self.starter.poll() is None, self.said + self.log
        self.passwords = json.loads((self.state / "passwords.json").read_text())

    def launch(self):
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
    def said(self):
        return (self.state / "start.log").read_text()

    @property
    def log(self):
        path = self.state / "hub.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def processes(self, *kinds):
        """Its processes of the kinds that `processes.running` tells, of all by default."""
        return [p for p, role in processes.running(self.state).items() if not kinds or role.startswith(kinds)]

    def kill(self, *kinds):
        """SIGKILL, to all that belongs to it at once, or to some kinds of processes."""
        processes.kill(self.processes(*kinds))

    def stop(self, sign=signal.SIGINT):
        """As Ctrl-C where it was started, or by another signal; returns how it ended."""
        self.starter.send_signal(sign)
        return self.starter.wait(PATIENCE)

    def end(self):
        """Leave nothing running, whatever has happened."""
        if self.starter is not None:
            self.starter.kill()
            self.starter.wait()
            self.kill()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def nbgrader(self, *arguments):
        """Run nbgrader in the course; returns what it said.

        Raises
        ------
        AssertionError
            If it fails.
        """
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.course,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert run.returncode == 0, run.stdout
        return run.stdout

    def release(self):
        """Hand out every assignment."""
        for assignment in self.assignments:
            self.nbgrader("generate_assignment", assignment)
            self.nbgrader("release_assignment", assignment)


def free_ports(count=4):
    """The first of `count` ports in a row that nobody uses, below those that the kernel gives to anyone."""
    for first in range(20000 + os.getpid() % 1000 * 10, 32000, count):
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise OSError(f"no {count} free ports in a row below 32000")
