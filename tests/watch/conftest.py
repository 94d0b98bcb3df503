"""A course without submissions, which tests copy."""

import pytest

from autograder.running.settings import require_sandbox
from autograder.sandbox import Unavailable

from .watched import Watched


@pytest.fixture(scope="session")
def sandbox():
    try:
        require_sandbox()
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def empty_course(sandbox, tmp_path_factory):
    return Watched.lay_out(tmp_path_factory.mktemp("watch") / "empty")
