"""The wheel that students install contains the complete library and nothing from the grader."""

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
    """The contents of the wheel's files, keyed by name. The wheel is built offline, from a copy of the course."""
    folder = tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns(".*", "build", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, folder / "course", ignore=ignore)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "course"]
    environment = os.environ | {"PIP_NO_INDEX": "1"}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_wheel_contains_only_the_library(wheel):
    version = f"gradlab-{gradlab.__version__}.dist-info/"
    folders = {name.split("/")[0] + "/" for name in wheel}
    assert folders == {"gradlab/", version}
    assert {Path(name).suffix for name in wheel if name.startswith("gradlab/")} == {".py", ".npz", ".md", ".typed"}
    assert wheel[f"{version}top_level.txt"].split() == [b"gradlab"]


def test_wheel_contains_the_complete_library(wheel):
    source = ROOT / "source"
    modules = {path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("gradlab/**/*.py")}
    assert len(modules) > 15
    assert {name: wheel.get(name) for name in modules} == modules
    assert {"gradlab/datasets/digits.npz", "gradlab/py.typed"} <= wheel.keys()


def test_modules_in_the_wheel_do_not_mention_the_grader(wheel):
    assert [name for name, content in wheel.items() if name.endswith(".py") and b"autograder" in content] == []
