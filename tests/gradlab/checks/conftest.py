"""A `check` that any of these tests may use."""

import pytest

from gradlab.checks import notebook, store

from .small_exercises import DOUBLE, PAIR, SECRET


@pytest.fixture
def check(tmp_path, monkeypatch):
    """A fresh `check`, in a folder with the public cases for three exercises."""
    store.save(tmp_path / "checks.npz", [DOUBLE, PAIR, SECRET])
    monkeypatch.chdir(tmp_path)
    return notebook.Check()
