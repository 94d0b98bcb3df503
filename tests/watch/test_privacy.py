"""The commands in docs/privacy.md delete all that the grader stores about a student."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from autograder.paths import ROOT

from .watched import RIGHT, WRONG_SGD

# In a log, a name is next to other students' names.
MAY_NAME = {"build/nbgrader.log", "build/watch/update_rules/nbgrader.log"}


def documented_commands():
    section = (ROOT / "docs" / "privacy.md").read_text().partition("## How to delete a student")[2]
    return re.findall(r"(?m)^    (.+)$", section.partition("\n## ")[0])


def content(path):
    if path.suffix != ".db":
        return path.read_text(errors="replace")
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump())


def files_naming(student, folder):
    """Return the files, relative to `folder`, whose path or content contains a student's id."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name for name, path in files.items() if student in name or student in content(path)}


def test_documented_commands_delete_a_student_and_nobody_else(empty_course, tmp_path):
    course = empty_course.copy(tmp_path / "course")
    course.submit("lovelace", WRONG_SGD)
    left = course.submit("noether", RIGHT)
    course.watch()
    course.submit("lovelace", RIGHT)
    course.watch()
    kept, named = files_naming("noether", course.folder), files_naming("lovelace", course.folder)
    assert len([name for name in named if name.startswith("build/exchange/demo/feedback/")]) == 2

    script = "\n".join(["set -eu", *documented_commands()]).replace("ada", "lovelace")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=course.folder, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert files_naming("lovelace", course.folder) <= MAY_NAME
    assert files_naming("noether", course.folder) == kept
    assert course.points_shown(left) > 0
