"""An autograder's zip, and a container that was set up from it."""

import os
import shutil
import subprocess

import nbformat
import pytest

from autograder.commands.gradescope import run
from autograder.paths import ROOT

from .container import NAMESPACES, Container

NAME = "update_rules"
SECRET = "5ec12e70" * 8


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A course with one assignment and a secret."""
    folder = tmp_path_factory.mktemp("gradescope") / "course"
    shutil.copytree(ROOT / "assignments" / NAME, folder / "assignments" / NAME)
    (folder / "build").mkdir()
    (folder / "build" / "course_secret").write_text(SECRET)
    return folder


@pytest.fixture(scope="session")
def archive(course):
    assert run(course, NAME) == 0
    return course / "build" / "gradescope" / f"{NAME}.zip"


@pytest.fixture(scope="session")
def released(course):
    return nbformat.read(course / "assignments" / NAME / f"{NAME}.ipynb", as_version=4)


@pytest.fixture(scope="session")
def container(archive, tmp_path_factory):
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make a container")
    if not shutil.which("unshare") or subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let root make namespaces")
    return Container(tmp_path_factory.mktemp("container"), archive)
