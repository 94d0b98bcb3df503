"""The zip has everything that grading one assignment needs, and no other secret."""

import stat
import subprocess
import zipfile

import pytest

from autograder.commands.gradescope import run
from autograder.paths import ROOT

from .conftest import NAME, SECRET


@pytest.fixture(scope="module")
def entries(archive):
    with zipfile.ZipFile(archive) as opened:
        return {entry: opened.read(entry) for entry in opened.infolist()}


@pytest.fixture(scope="module")
def contents(entries):
    return {entry.filename: content for entry, content in entries.items()}


def test_scripts_are_executable_and_at_the_root(entries):
    modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in entries}
    assert {name for name, mode in modes.items() if mode & 0o111} == {"setup.sh", "run_autograder"}


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_script_is_valid(name, contents):
    assert contents[name].startswith(b"#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n"], input=contents[name], check=True)


def test_only_this_assignments_solutions_are_in_the_zip(contents):
    folders = {name.split("/")[2] for name in contents if name.startswith("autograder/exercises/") and "/" in name[21:]}
    assert folders == {NAME}
    expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / "autograder/exercises" / NAME).glob("*.py")}
    assert expected <= contents.keys()
    assert not any("plugin" in name or "test" in name.split("/")[0] for name in contents)
    files = {name for name in contents if "/" not in name and not name.endswith(".whl")}
    assert files == {"setup.sh", "run_autograder", "constraints.txt"}
    assert {name for name in contents if name.startswith("build/")} == {"build/course_secret"}


def test_zip_contains_the_files_released_to_students(contents, course):
    for name in (f"{NAME}.ipynb", "checks.npz"):
        assert contents[f"release/{name}"] == (course / "assignments" / NAME / name).read_bytes()


def test_versions_are_pinned(contents):
    assert contents["constraints.txt"] == (ROOT / "requirements.txt").read_bytes()


def test_secret_is_derived_and_stays_the_same(contents, archive, course):
    secret = bytes.fromhex(contents["build/course_secret"].decode())
    assert len(secret) == 32
    assert all(SECRET.encode() not in content and bytes.fromhex(SECRET) not in content for content in contents.values())
    before = archive.read_bytes()
    assert run(course, NAME) == 0
    assert archive.read_bytes() == before


def test_only_its_owner_can_read_the_zip(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_unbuilt_assignment_is_refused(tmp_path, capsys):
    assert run(tmp_path, NAME) == 2
    assert "build the assignment first, with `make notebooks`" in capsys.readouterr().err
