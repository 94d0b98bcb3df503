"""The probe tells what holds: its acts do work where nothing stops them."""

import ctypes
import os
import tempfile
import threading

import pytest

from autograder.sandbox import Protection, probe
from autograder.sandbox.selftest.probes import ROWS, Row, _answer, _furnished, _listening

# Hosts may refuse these to begin with: no core files, Yama, a limit that does not bind root.
HOST_MAY_FORBID = {"leave_a_core_file", "read_memory_of_the_parent", "start_more_tasks_than_allowed"}


@pytest.fixture
def unconfined(environment, tmp_path, monkeypatch):
    """Acts that succeed where the child does not confine itself."""
    rows = [Row(row.name, row.acts, "", way="free") for row in ROWS]
    monkeypatch.setattr("autograder.sandbox.selftest.probes.ROWS", rows)
    limits = {"memory_bytes": 1 << 24, "file_bytes": 1 << 10, "open_files": 8}
    with _listening() as server:
        world = {"port": server.getsockname()[1], "readable": [], **limits}
        answer = _answer("free", _furnished(world, tmp_path, "free"))
    assert answer["problem"] is None
    return answer["succeeded"]


def test_unconfined_every_act_succeeds(unconfined):
    acts = {act for row in ROWS for act in row.acts}
    assert acts - set(unconfined) <= HOST_MAY_FORBID


def test_what_is_required_holds_here(environment, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = probe()
    assert [p for p in found if p.required and not p.holds] == []
    assert len({p.name for p in found}) == len(found) == len(ROWS) + 2
    assert all(p.detail and not p.detail.endswith(".") for p in found)
    assert os.listdir(tmp_path) == []


def test_a_process_with_threads_can_probe(environment):
    found = []
    thread = threading.Thread(target=lambda: found.extend(probe()))
    thread.start()
    thread.join()
    assert all(p.holds for p in found if p.required)


ROW = Row("files", ("read_a_file", "write_a_file"), "nothing can be read")
CASES = [
    (ROW, [], None, Protection("files", True, "nothing can be read")),
    (ROW, ["write_a_file"], None, Protection("files", False, "a submission can write a file")),
    (ROW, [], "no Landlock", Protection("files", False, "no Landlock")),
    (
        Row("work", ("work", "rest"), "works", must_succeed=True, required=False),
        ["work"],
        None,
        Protection("work", False, "a submission cannot rest", required=False),
    ),
    (Row("x", ("a",), "yes", otherwise="no: do this"), ["a"], None, Protection("x", False, "no: do this")),
]


@pytest.mark.parametrize(("row", "succeeded", "problem", "expected"), CASES)
def test_a_row_becomes_a_sentence(row, succeeded, problem, expected):
    assert row.judged({"succeeded": succeeded, "problem": problem}) == expected


def test_a_child_that_crashes_is_told(environment, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.selftest.probes.CHILD", "import os; os.abort()")
    answer = _answer("free", _furnished({}, tmp_path, "free"))
    assert "ended with status -6" in answer["problem"]
    assert ctypes.sizeof(ctypes.c_void_p) == 8
