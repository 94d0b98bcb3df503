"""A hub that runs for the tests of this folder, and a browser. Both are stopped at the end, whatever happens."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from autograder.running.settings import require_sandbox
from autograder.sandbox import Unavailable

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "deploy" / "hub" / "start.py"
SCREENS = ROOT / "build" / "screens"
NEEDS = {"jupyterhub": "make hub", "playwright": "make browser"}


def lacking():
    """What the tests of this folder need and this machine has not; nothing where it has everything."""
    try:
        require_sandbox()
    except Unavailable as reason:
        return str(reason)
    for module, target in NEEDS.items():
        if find_spec(module) is None:
            return f"{module} is not installed: {target}"
    for command in ("node", "npm"):
        if shutil.which(command) is None:
            return f"{command} is not installed: apt-get install nodejs npm"
    return "" if chromium() else "chromium is not installed: apt-get install chromium"


def chromium():
    """Where the system's Chromium is, or a browser made of it; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_ports():
    """The first of four ports in a row that nobody uses."""
    for first in range(18100, 19000, 10):
        with socket.socket() as a, socket.socket() as b, socket.socket() as c, socket.socket() as d:
            try:
                for offset, probe in enumerate((a, b, c, d)):
                    probe.bind(("127.0.0.1", first + offset))
            except OSError:
                continue
            return first
    raise OSError("no four free ports in a row from 18100 to 19000")


class Hub:
    """`make hub` with one assignment, in a folder of its own."""

    def __init__(self, folder, assignment):
        self.folder, self.assignment = folder, assignment
        self.port = free_ports()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {"GRADLAB_HUB": str(folder), "GRADLAB_HUB_PORT": str(self.port)}
        self.said = folder.with_suffix(".txt")

    def __enter__(self):
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, START, self.assignment],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("The class lives in"):
                break
        assert self.process.poll() is None, "".join(lines) + self.said.read_text()
        self.told = "".join(lines)
        self.passwords = json.loads((self.folder / "passwords.json").read_text())
        return self

    def __exit__(self, *_):
        started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        _, left = psutil.wait_procs(started, timeout=10)
        for process in left:
            process.kill()
        assert not left, "the hub left processes behind"
        assert self.process.returncode == 0

    def course(self, *parts):
        return self.folder.joinpath("course", *parts)


@pytest.fixture(scope="session")
def hub(tmp_path_factory):
    """A hub with nothing released yet."""
    reason = lacking()
    if reason:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with Hub(tmp_path_factory.mktemp("hub") / "state", "update_rules") as hub:
        yield hub


@pytest.fixture(scope="session")
def browser(hub):
    """The system's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        yield browser
        browser.close()
