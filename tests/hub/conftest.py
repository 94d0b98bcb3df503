"""A hub that runs for the tests of this folder, and a browser. Both are stopped at the end, whatever happens."""

import os
import shutil
import signal
from importlib.util import find_spec

import psutil
import pytest

from autograder.running.settings import require_sandbox
from autograder.sandbox import Unavailable

from .running import ROOT, Hub

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


@pytest.fixture(scope="session")
def hub(tmp_path_factory):
    """A hub with nothing released yet."""
    reason = lacking()
    if reason:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with Hub(tmp_path_factory.mktemp("hub") / "state", students=()) as hub:
        yield hub
        started = psutil.Process(hub.starter.pid).children(recursive=True)
        code = hub.stop(signal.SIGTERM)
        _, left = psutil.wait_procs(started, timeout=10)
        for process in left:
            process.kill()
        assert not left, "the hub left processes behind"
        assert code == 0


@pytest.fixture(scope="session")
def browser(hub):
    """The system's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        yield browser
        browser.close()
