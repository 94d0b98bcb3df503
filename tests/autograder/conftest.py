"""The judge's parts as tests need them: a sandbox that is started once, for all who run submissions."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.grading.job import zygote_host
from autograder.plugin.autograde_run import require_sandbox
from autograder.running.submission_run import Cell, CheckCell, Limits, SubmissionRun
from autograder.sandbox import Unavailable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def sandbox():
    """The zygote_host that the commands use, too; skips where students' code cannot be confined."""
    try:
        require_sandbox()
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield zygote_host(str(ROOT), True)
    zygote_host(str(ROOT), True).close()


@pytest.fixture
def submit(sandbox):
    """``submit(exercise, source, cases)``: what a source text gives on hidden cases, in a confined process."""

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
