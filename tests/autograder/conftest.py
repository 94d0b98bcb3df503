"""What tests of the grader share: a sandbox, started once, for all tests that run submissions."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.grading.host import zygote_host
from autograder.paths import ROOT
from autograder.running.settings import require_sandbox
from autograder.running.submission_run import Cell, CheckCell, Limits, SubmissionRun
from autograder.sandbox import Unavailable


@pytest.fixture(scope="session")
def sandbox():
    """The zygote host that the commands use, too. Skips where students' code cannot be confined."""
    try:
        require_sandbox()
    except Unavailable as reason:
        pytest.skip(str(reason))
    host = zygote_host(str(ROOT), True)
    yield host
    host.close()


@pytest.fixture
def submit(sandbox):
    """``submit(exercise, source, cases)``: the results of a source text on hidden cases, in a confined process."""

    def submit(exercise, source, cases):
        steps = [Cell(0, source), CheckCell(1, exercise, public=(), hidden=cases)]
        record = SubmissionRun(sandbox, [], steps, Limits()).run()
        return SimpleNamespace(runs=record.hidden[exercise.name], shown=record.outputs[0])

    return submit


@pytest.fixture(scope="session")
def alembic():
    """Put the ``alembic`` command on the path: nbgrader runs it by name to create a gradebook."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield
