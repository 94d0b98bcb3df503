"""Fixtures for tests of the grader, including one sandbox for all tests that run submissions."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.grading.host import zygote_host
from autograder.paths import ROOT
from autograder.running.submission_run import Cell, CheckCell, Limits, SubmissionRun


@pytest.fixture(scope="session")
def sandbox(confinement):
    """The zygote host that the commands also use."""
    host = zygote_host(str(ROOT), True)
    yield host
    host.close()


@pytest.fixture
def submit(sandbox):
    """``submit(exercise, source, cases)``: run source code on hidden cases in a confined process.

    The returned object has the results as `runs`, and the outputs of the source code itself as `shown`.
    """

    def submit(exercise, source, cases):
        steps = [Cell(0, source), CheckCell(1, exercise, public=(), hidden=cases)]
        record = SubmissionRun(sandbox, [], steps, Limits()).run()
        return SimpleNamespace(runs=record.hidden[exercise.name], shown=record.outputs[0])

    return submit


@pytest.fixture(scope="session")
def alembic():
    """Put the ``alembic`` command on the PATH, because nbgrader runs it by name to create a gradebook."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield
