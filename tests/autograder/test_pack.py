"""The zip has everything that a student without a hub needs, and nothing that students must not see."""

import subprocess
import sys
import zipfile

import pytest

from autograder.commands import pack
from autograder.paths import ROOT

NAME = "update_rules"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """A folder with the unpacked zip and, in ``installed``, the contents of the zip's wheel."""
    folder = tmp_path_factory.mktemp("student")
    pack.copy_sources(ROOT, folder / "course")
    wheel = pack.build_wheel(folder / "course", folder)
    contents = pack.members(ROOT / "assignments" / NAME, NAME, wheel)
    for path in ("first.zip", "second.zip"):
        pack.write_zip(folder / path, NAME, contents)
    with zipfile.ZipFile(folder / "first.zip") as archive:
        archive.extractall(folder)
    with zipfile.ZipFile(folder / NAME / wheel.name) as archive:
        archive.extractall(folder / "installed")
    return folder


def test_zip_has_four_files_and_nothing_from_the_grader(unpacked):
    found = {path.name for path in (unpacked / NAME).iterdir()}
    wheels = {name for name in found if name.endswith(".whl")}
    assert len(wheels) == 1
    assert found - wheels == {"README.txt", "checks.npz", f"{NAME}.ipynb"}
    assert not list((unpacked / "installed").rglob("*autograder*"))


def test_files_have_the_same_fixed_date_in_every_zip(unpacked):
    first, second = (unpacked / "first.zip", unpacked / "second.zip")
    assert first.read_bytes() == second.read_bytes()
    wheel = next((unpacked / NAME).glob("*.whl"))
    for path in (first, wheel):
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time[:3] for entry in archive.infolist()} == {(2026, 11, 21)}


def test_building_the_wheel_writes_nothing_into_the_course(unpacked):
    """Otherwise, two builds at once would collide."""
    course = unpacked / "course"
    assert {path.name for path in course.iterdir()} == {"LICENSE", "README.md", "data", "pyproject.toml", "source"}
    assert {path.name for path in (course / "source").iterdir()} == {"gradlab"}


def test_readme_has_three_steps_and_names_the_files(unpacked):
    note = (unpacked / NAME / "README.txt").read_text()
    assert [line[:2] for line in note.splitlines() if line[0] != " "] == ["1.", "2.", "3."]
    assert f"{NAME}.ipynb" in note
    assert next((unpacked / NAME).glob("*.whl")).name in note


def test_same_files_give_the_same_zip(unpacked):
    assert (unpacked / "first.zip").read_bytes() == (unpacked / "second.zip").read_bytes()


def test_answers_can_be_checked_with_the_files_in_the_zip(unpacked):
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
