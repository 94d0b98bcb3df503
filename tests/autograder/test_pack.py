"""One zip with all that a student without a hub needs, and nothing that a student must not see."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.commands import pack

ROOT = Path(__file__).resolve().parents[2]
NAME = "update_rules"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder in which a student unpacked the zip, with the wheel unpacked beside it, as pip does."""
    folder = tmp_path_factory.mktemp("student")
    wheel = pack.build_wheel(ROOT, folder)
    contents = pack.members(ROOT / "assignments" / NAME, NAME, wheel)
    for path in ("first.zip", "second.zip"):
        pack.write_zip(folder / path, NAME, contents)
    with zipfile.ZipFile(folder / "first.zip") as archive:
        archive.extractall(folder)
    with zipfile.ZipFile(folder / NAME / wheel.name) as archive:
        archive.extractall(folder / "installed")
    return folder


def test_it_holds_four_files_and_nothing_of_the_grader(unpacked):
    found = {path.name for path in (unpacked / NAME).iterdir()}
    wheels = {name for name in found if name.endswith(".whl")}
    assert len(wheels) == 1
    assert found - wheels == {"README.txt", "checks.npz", f"{NAME}.ipynb"}
    assert not list((unpacked / "installed").rglob("*autograder*"))


def test_the_note_has_three_steps_and_names_what_is_there(unpacked):
    note = (unpacked / NAME / "README.txt").read_text()
    assert [line[:2] for line in note.splitlines() if line[0] != " "] == ["1.", "2.", "3."]
    assert f"{NAME}.ipynb" in note
    assert next((unpacked / NAME).glob("*.whl")).name in note


def test_the_same_files_give_the_same_zip(unpacked):
    assert (unpacked / "first.zip").read_bytes() == (unpacked / "second.zip").read_bytes()


def test_answers_can_be_checked_with_what_is_in_it(unpacked):
    code = "import gradlab; print(gradlab.__file__); gradlab.check('sgd', lambda w, dw, config=None: (w, {}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=unpacked / NAME,
        env={"PYTHONPATH": str(unpacked / "installed")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(unpacked / "installed") in done.stdout
    assert "sgd: 0 of 4 cases pass, 0 of 1 points" in done.stdout
