"""Scratch folders are removed, even those of processes that were killed, and nothing else is removed."""

import os
import subprocess
import sys
import tempfile

import pytest

from autograder.paths import ROOT
from autograder.running.scratch import remove_abandoned, scratch_folder

WORKS = """
from autograder.running.scratch import scratch_folder
with scratch_folder([]) as folder:
    open(folder + "/file", "w").close()
    print(folder, flush=True)
    input()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def working(temporary):
    """A process that works in a scratch folder, and the path of that folder."""
    command = [sys.executable, "-c", WORKS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ
    ) as process:
        yield process, process.stdout.readline().strip()
        process.kill()


def test_folder_has_copies_of_the_files_and_is_removed(temporary, tmp_path):
    (tmp_path / "checks.npz").write_text("public")
    with scratch_folder([tmp_path / "checks.npz"]) as folder:
        assert os.listdir(folder) == ["checks.npz"]
        os.makedirs(folder + "/a/b")
    assert not os.path.exists(folder)


def test_folder_of_a_killed_process_is_removed_later(working):
    process, folder = working
    remove_abandoned()
    assert os.listdir(folder) == ["file"]  # the process is still running
    process.kill()
    process.wait()
    remove_abandoned()
    assert not os.path.exists(folder)


@pytest.mark.parametrize("kind", ["link", "file", "others may write"])
def test_unsafe_folder_is_not_used(temporary, tmp_path, kind):
    place, precious = tmp_path / f"gradlab-{os.getuid()}", tmp_path / "precious"
    precious.mkdir()
    (precious / "gradlab-x").mkdir()
    if kind == "link":
        place.symlink_to(precious)
    elif kind == "file":
        place.touch()
    else:
        place.mkdir()
        place.chmod(0o777)
        (place / "gradlab-x").mkdir()
    remove_abandoned()
    with scratch_folder([]) as folder:
        assert os.path.dirname(folder) == str(tmp_path)
    assert (precious / "gradlab-x").exists()
    assert kind != "others may write" or (place / "gradlab-x").exists()


@pytest.mark.parametrize(("module", "step"), [(tempfile, "mkdtemp"), (os, "open")])
def test_folder_removed_by_another_process_before_it_is_locked_is_made_again(temporary, monkeypatch, module, step):
    original, made = getattr(module, step), []

    def once(*arguments, **options):
        monkeypatch.setattr(module, step, original)
        made.append(original(*arguments, **options))
        remove_abandoned()
        return made[-1]

    monkeypatch.setattr(module, step, once)
    with scratch_folder([]) as folder:
        assert made
        assert os.path.isdir(folder)
    assert not os.path.exists(folder)
