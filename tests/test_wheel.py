"""A rule of the house: what students install is the library and nothing of the grader."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import gradlab
from autograder.paths import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that students install, built from a copy of the course, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns(".*", "build", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, folder / "course", ignore=ignore)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "course"]
    environment = os.environ | {"PIP_NO_INDEX": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_library_and_nothing_else(wheel):
    version = f"gradlab-{gradlab.__version__}.dist-info/"
    kinds = {name.split("/")[0] + "/" for name in wheel}
    assert kinds == {"gradlab/", version}
    assert {Path(name).suffix for name in wheel if name.startswith("gradlab/")} == {".py", ".npz", ".md"}
    assert wheel[f"{version}top_level.txt"].split() == [b"gradlab"]


def test_the_wheel_holds_all_of_the_library(wheel):
    source = ROOT / "source"
    ours = {path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("gradlab/**/*.py")}
    assert len(ours) > 15
    assert {name: wheel.get(name) for name in ours} == ours
    assert "gradlab/datasets/digits.npz" in wheel


def test_the_wheel_says_nothing_of_the_grader(wheel):
    assert [name for name, content in wheel.items() if name.endswith(".py") and b"autograder" in content] == []
