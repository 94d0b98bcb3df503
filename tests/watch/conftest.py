"""A course without submissions, which tests copy."""

import pytest

from .watched import Watched


@pytest.fixture(scope="session")
def empty_course(confinement, tmp_path_factory):
    return Watched.lay_out(tmp_path_factory.mktemp("watch") / "empty")
