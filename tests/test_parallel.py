"""When the tests run in parallel, tests of the same group stay together, and `make quick` leaves out the slow ones."""

import subprocess
import sys

import pytest

from autograder.paths import ROOT

from .conftest import SLOWEST_FIRST, TESTS


def test_id_of_this_test_ends_with_its_group(request):
    """pytest-xdist reads the group from the end of a test's id, which newer pytest versions may not let it change."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@test_parallel.py")


@pytest.mark.parametrize("place", SLOWEST_FIRST)
def test_slow_file_or_folder_exists(place):
    assert (TESTS / place).exists()


def test_quick_tests_leave_out_exactly_the_slow_files():
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-n0", "-m", "not slow", "tests/importing"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    slow = {place for place in SLOWEST_FIRST if place.startswith("importing/")}
    every = {path.relative_to(TESTS).as_posix() for path in TESTS.glob("importing/test_*.py")}
    assert slow < every
    assert {path for path in every if f"tests/{path}" in listed} == every - slow
