"""The lines in the zip's README.txt install gradlab where students have only the zip and no network.

`make versions` runs the same lines with other versions of NumPy, IPython, and Matplotlib.
"""

import os
import shutil
import sys

import pytest

from autograder.commands import pack
from autograder.paths import ROOT
from autograder.student_zip.wheel import build_wheel

from ..environments.student import NAME, colab, kaggle, play, problems


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """The zip for one assignment, and the zip for a course with two assignments."""
    folder = tmp_path_factory.mktemp("zips")
    wheel = build_wheel(ROOT, folder)
    pack.write_zip(folder / f"{NAME}.zip", NAME, pack.members(ROOT, NAME, "", wheel))
    due = {"gradient_checking": "", NAME: ""}
    pack.write_zip(folder / "course.zip", "course", pack.course_members(ROOT, due, wheel))
    return folder


@pytest.mark.skipif(shutil.which("unzip") is None, reason="the lines for Colab use unzip, which is not installed")
@pytest.mark.parametrize(("place", "archive"), [(colab, f"{NAME}.zip"), (kaggle, "course.zip")])
def test_first_check_passes_after_the_lines_in_the_readme_are_pasted(archives, tmp_path, place, archive):
    """Whenever the lines are pasted, pip installs into this test's folder, without using the network."""
    site, work = tmp_path / "site", tmp_path / "work"
    site.mkdir()
    work.mkdir()
    settings = {"PIP_TARGET": str(site), "PIP_UPGRADE": "1", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}
    settings |= {"PYTHONPATH": str(site)}
    shown = play(sys.executable, archives / archive, place(archives / archive, work), os.environ | settings)
    assert problems(shown, site) == []
