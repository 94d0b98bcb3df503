"""A hub that runs for the tests of this folder, and a browser. Both are stopped at the end, whatever happens."""

import os
import shutil
import signal
from importlib.util import find_spec

import psutil
import pytest

from autograder.running.settings import require_sandbox
from autograder.sandbox import Unavailable

from . import running
from .running import ROOT, Hub

SCREENS = ROOT / "build" / "screens"


def lacking():
    """What a browser's test needs and this machine has not; nothing where it has everything."""
    try:
        require_sandbox()
    except Unavailable as reason:
        return str(reason)
    if find_spec("playwright") is None:
        return "playwright is not installed: make browser"
    if chromium() is None:
        return "chromium is not installed: apt-get install chromium"
    return running.lacking()


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
