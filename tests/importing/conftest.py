"""A course whose gradebook has students and a due date, to import into."""

import os
import shutil
from datetime import datetime
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder.demo.course import create_course
from autograder.paths import ROOT

from .. import commands

STUDENTS = [
    ("ada", "Ada", "Lovelace", "ada@uni.edu"),
    ("emmy", "Emmy", "Noether", "emmy@uni.edu"),
    ("josé", "José", "Núñez-Ávila", "jose@uni.edu"),
    ("mary_ann", "Mary Ann", "O'Neil", "mary@uni.edu"),
]
DUE = datetime(2026, 10, 16, 23, 59)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A course without submissions, which tests copy."""
    folder = create_course(ROOT, tmp_path_factory.mktemp("import") / "course")
    commands.checked("nbgrader", "db", "student", "list", cwd=folder, preloaded=True)  # creates build/
    with Gradebook(f"sqlite:///{folder}/build/gradebook.db", "demo") as gradebook:
        gradebook.add_assignment("update_rules", duedate=DUE)
        for student, first, last, email in STUDENTS:
            gradebook.add_student(student, first_name=first, last_name=last, email=email)
    return folder


@pytest.fixture
def course(template, tmp_path):
    """``course.load(platform, download, ...)`` imports a download; ``course.read()`` returns what was imported."""
    folder = tmp_path / "course"
    shutil.copytree(template, folder)

    def load(platform, download, roster=None, name="download.zip", assignment="update_rules"):
        path = download
        if isinstance(download, bytes):
            path = folder / name
            path.write_bytes(download)
        options = ["--from", platform]
        if roster is not None:
            (folder / "roster.csv").write_text(roster, encoding="utf-8")
            options += ["--roster", "roster.csv"]
        command = ("autograder", "import", assignment, str(path), *options)
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        done = commands.run(*command, cwd=folder, env=env, preloaded=True)
        assert "Traceback" not in done.stderr, done.stderr
        return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)

    def read():
        """Return each student's notebook and time."""
        found = {}
        for path in sorted((folder / "build" / "submitted").glob("*/update_rules")):
            assert {each.name for each in path.iterdir()} == {"update_rules.ipynb", "timestamp.txt"}
            time = (path / "timestamp.txt").read_text().removesuffix(".000000 UTC")
            found[path.parent.name] = ((path / "update_rules.ipynb").read_bytes(), time)
        return found

    return SimpleNamespace(folder=folder, load=load, read=read)
