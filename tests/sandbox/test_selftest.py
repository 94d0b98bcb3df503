"""The probe reports which protections hold, and its acts succeed if nothing stops them."""

import ctypes
import os
import tempfile
import threading

import pytest

from autograder.sandbox import Protection, probe
from autograder.sandbox.selftest.probes import listen, try_acts, with_folders
from autograder.sandbox.selftest.protections import IN_A_CONTAINER, PROBES, Probe

ACTS = list(dict.fromkeys(act for probe in (*PROBES, *IN_A_CONTAINER.values()) for act in probe.acts))
# These acts may fail unconfined: core files may be off, Yama may be on, or a limit may apply to users other than root.
HOST_MAY_FORBID = {"leave_a_core_file", "read_memory_of_the_parent", "start_more_tasks_than_allowed"}


def test_acts_succeed_unconfined(environment, tmp_path):
    limits = {"memory_bytes": 1 << 24, "file_bytes": 1 << 10, "open_files": 8}
    with listen() as server:
        context = {"port": server.getsockname()[1], "readable": [], "shared": str(tmp_path), **limits}
        answer = try_acts("none", ACTS, with_folders(context, tmp_path, "none"))
    assert answer["problem"] is None
    assert set(ACTS) - set(answer["succeeded"]) <= HOST_MAY_FORBID


def test_required_protections_hold_on_this_machine(environment, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    protections = probe()
    assert [p for p in protections if p.required and not p.holds] == []
    assert len({p.name for p in protections}) == len(protections) == len(PROBES) + 2
    assert all(p.detail and not p.detail.endswith(".") for p in protections)
    assert os.listdir(tmp_path) == []


def test_probe_works_in_a_thread(environment):
    protections = []
    thread = threading.Thread(target=lambda: protections.extend(probe()))
    thread.start()
    thread.join()
    assert protections
    assert all(p.holds for p in protections if p.required)


FILES = Probe("files", ("read_a_file", "write_a_file"), "nothing can be read")
CASES = [
    (FILES, [], None, Protection("files", True, "nothing can be read")),
    (FILES, ["write_a_file"], None, Protection("files", False, "a submission can write a file")),
    (FILES, [], "no Landlock", Protection("files", False, "no Landlock")),
    (
        Probe("work", ("work", "rest"), "works", must_succeed=True, required=False),
        ["work"],
        None,
        Protection("work", False, "a submission cannot rest", required=False),
    ),
    (Probe("x", ("a",), "yes", failure="no: do this"), ["a"], None, Protection("x", False, "no: do this")),
]


@pytest.mark.parametrize(("probe", "succeeded", "problem", "expected"), CASES)
def test_protection_depends_on_the_acts_that_succeeded(probe, succeeded, problem, expected):
    assert probe.evaluate({"succeeded": succeeded, "problem": problem}) == expected


def test_crashing_child_is_reported(environment, tmp_path):
    answer = try_acts("none", [], with_folders({}, tmp_path, "none"), program="import os; os.abort()")
    assert "ended with status -6" in answer["problem"]
    assert ctypes.sizeof(ctypes.c_void_p) == 8
