"""A running hub and a browser for the tests in this folder. Both are stopped at the end, even if tests fail."""

import os
import signal
from importlib.util import find_spec

import psutil
import pytest

from autograder.running.settings import require_sandbox
from autograder.sandbox import Unavailable

from ..browser import chromium
from . import running
from .running import PATIENCE, ROOT, Hub

SCREENS = ROOT / "build" / "screens"


def missing_requirement():
    """Return what this machine lacks to test the hub in a browser, or an empty string if nothing is missing."""
    try:
        require_sandbox()
    except Unavailable as reason:
        return str(reason)
    if find_spec("playwright") is None:
        return "playwright is not installed. To install it, run: make browser"
    if chromium() is None:
        return "chromium is not installed. To install it, run: apt-get install chromium"
    return running.missing_requirement()


@pytest.fixture(scope="session")
def hub(tmp_path_factory):
    """A hub on which no assignment has been released yet."""
    reason = missing_requirement()
    if reason:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with Hub(tmp_path_factory.mktemp("hub") / "state", students=()) as hub:
        yield hub
        started = psutil.Process(hub.starter.pid).children(recursive=True)
        code = hub.stop(signal.SIGTERM)
        _, alive = psutil.wait_procs(started, timeout=PATIENCE)
        for process in alive:
            process.kill()
        assert not alive, "the hub left processes behind"
        assert code == 0


@pytest.fixture(scope="session")
def browser(hub, browser):
    """The browser that all tests share, if the hub has started."""
    return browser
