"""How the tests run on several CPU cores: which of them stay together, and which start first.

Tests in the same group run one after the other in the same process. By default, each file is a group, so that its
fixtures are set up once. `make quick` leaves out the tests that are marked slow here.
"""

import functools
import gc
import os
import signal
import sys
from pathlib import Path

import pytest

from .browser import chromium

if "PYTEST_XDIST_WORKER" in os.environ:
    # Each CPU core already has a worker, so more threads only get in each other's way. NumPy reads this when imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A shell that starts `make test` in the background may make it ignore Ctrl-C. Programs that tests start inherit this
# setting, and tests of Ctrl-C would then wait forever.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

TESTS = Path(__file__).parent

# The tests in these files are grouped by the value of the given parameter, which is an exercise or an assignment. Files
# grouped by assignment share their groups, so a process judges an assignment's mistakes only once.
BY_EXERCISE = {
    "test_no_answers_in_source.py": "name",
}
BY_ASSIGNMENT = {
    "autograder/test_build.py": "name",
    "autograder/test_commands.py": "name",
    "autograder/test_demos.py": "name",
    "exercises/test_broken_answers.py": "assignment",
    "exercises/test_replay.py": "assignment",
    "test_course.py": "graded",
    "test_mistakes.py": "assignment",
    "test_notebooks.py": "name",
}
# The slowest tests start first, so that none of them is still running when all other tests are done. They are also the
# ones that `make quick` leaves out.
SLOWEST_FIRST = (
    "hub",
    "watch",
    "attacks",
    "test_existing_course.py",
    "test_no_answers_in_source.py",
    "test_course.py",
    "test_restored_term.py",
    "test_notebooks.py",
    "test_mistakes.py",
    "autograder/test_new.py",
    "autograder/test_build.py",
    "autograder/test_demos.py",
    "autograder/test_check_and_grade.py",
    "autograder/test_regrade.py",
    "autograder/test_keys.py",
    "autograder/test_commands.py",
    "autograder/test_pasted_lines.py",
    "autograder/test_grades_csv.py",
    "autograder/test_late_policy.py",
    "exercises",
    "autograder/test_judge_process.py",
    "similarity",
    "importing/test_import.py",
    "importing/test_graded.py",
    "test_demo.py",
    "test_wheel.py",
    "fuzz",
    "gradescope",
    "sandbox",
    "gradlab/plots",
    "gradlab/search",
    "pages/test_feedback_in_browser.py",
    "pages/test_in_browser.py",
    "pages/test_page_pool.py",
    "gradlab/layers/test_torch_live.py",
    "autograder/test_gradebook.py",
    "autograder/test_pack.py",
    "autograder/test_appeals.py",
    "autograder/test_late_days.py",
    "autograder/test_try.py",
)


@pytest.fixture(scope="session")
def confinement():
    """Skip the test if this system cannot confine students' code."""
    from autograder.running.settings import require_sandbox
    from autograder.sandbox import Unavailable

    try:
        require_sandbox()
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def browser():
    """Chromium, without a window. All tests in a process share it, because Playwright cannot run twice at once."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: run `make browser`")
    if chromium() is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        yield browser
        browser.close()


def pytest_xdist_auto_num_workers():
    """Start two more processes than there are CPU cores, because the tests of the hub and of attacks mostly wait."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Do not look for garbage while tests are collected, nor later among what was created then: it is still needed."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_sessionfinish():
    """End the zygotes from which tests in this process had students' code started."""
    if host := sys.modules.get("autograder.grading.host"):
        host.close_zygotes()


def pytest_ignore_collect(collection_path, config):
    """Do not even import the files that `make quick` leaves out."""
    is_slow = rank_of(relative(collection_path)) < len(SLOWEST_FIRST)
    return True if is_slow and is_quick(config) else None  # None: ignore what pytest ignores by default


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config, items):
    # All attacks are graded in one course, so the files that test this course stay together.
    in_course = {item.path for item in items if "course" in item.fixturenames and file_of(item).startswith("attacks/")}
    for item in items:
        group = "attacks" if item.path in in_course else group_of(item)
        item.add_marker(pytest.mark.xdist_group(group))
        if rank(item) < len(SLOWEST_FIRST):
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(1200))  # a fixture may grade a whole class on a busy machine
        if config.getoption("timeout") == 0:  # `make fuzz` turns off all time limits; markers would restore them
            item.add_marker(pytest.mark.timeout(0), append=False)
    items.sort(key=rank)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item):
    """Fail a test that leaves Ctrl-C turned off or diverted, because tests of Ctrl-C may run later in its process."""
    result = yield
    left = signal.signal(signal.SIGINT, signal.default_int_handler)
    assert left is signal.default_int_handler, f"this test leaves {left!r} as the handler for Ctrl-C"
    return result


def pytest_terminal_summary(terminalreporter, config):
    if is_quick(config):
        terminalreporter.write_line(f"Left out: {', '.join(SLOWEST_FIRST)}. `make test` runs all tests.")


def is_quick(config):
    """Return whether this is `make quick`."""
    return config.option.markexpr == "not slow"


def file_of(item):
    """Return the path of a test's file, relative to ``tests``."""
    return relative(item.path)


@functools.cache  # a file has up to a thousand tests
def relative(path):
    return path.relative_to(TESTS).as_posix()


def group_of(item):
    file = file_of(item)
    if file.startswith("hub/"):
        return "hub"  # hubs compete for ports
    values = item.callspec.params if hasattr(item, "callspec") else {}
    for parameters, first in ((BY_EXERCISE, file), (BY_ASSIGNMENT, "assignment")):
        if parameters.get(file) in values:
            return f"{first}:{values[parameters[file]]}"
    return file


def rank(item):
    """Return the index of a test's file or folder in `SLOWEST_FIRST`, or the tuple's length if it is not listed."""
    return rank_of(file_of(item))


@functools.cache
def rank_of(file):
    matches = (place for place, start in enumerate(SLOWEST_FIRST) if file == start or file.startswith(f"{start}/"))
    return next(matches, len(SLOWEST_FIRST))
