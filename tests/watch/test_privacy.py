"""The commands in docs/privacy.md delete everything that the grader stores about a student, except lines in logs."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from autograder.paths import ROOT

from .. import commands
from .watched import NAME, RIGHT, WRONG_SGD

# Each log covers the whole class, so the commands keep it.
MAY_NAME = {"build/nbgrader.log", "build/watch/update_rules/nbgrader.log"}


def documented_commands():
    section = (ROOT / "docs" / "privacy.md").read_text().partition("## How to delete a student")[2]
    return re.findall(r"(?m)^    (.+)$", re.split(r"\n##+ ", section, maxsplit=1)[0])


def write_other_files_that_name_students(course):
    """Write a class list, extensions, a regrade's list, and what a platform calls two students."""
    files = {
        "students.csv": "id,first_name,last_name,email\nlovelace,,,\nnoether,,,\n",
        "extensions.csv": "student_id,assignment,days\nnoether,*,7\nlovelace,update_rules,2\n",
        "build/regrade/update_rules.csv": "student,exercise,old,new,reason\nlovelace,sgd,0,1,\nnoether,sgd,1,0,\n",
        "build/identities/canvas/update_rules.json": json.dumps({"lovelace": {"id": "17"}, "noether": {"id": "18"}}),
    }
    for name, text in files.items():
        (course.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (course.folder / name).write_text(text)


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
    write_other_files_that_name_students(course)
    kept, named = files_naming("noether", course.folder), files_naming("lovelace", course.folder)
    assert len([name for name in named if name.startswith("build/exchange/demo/feedback/")]) == 2
    for command in (("nbgrader", "export"), ("autograder", "report", NAME)):
        commands.checked(*command, **course.surroundings, preloaded=True)
    assert "lovelace" in (course.build / "grades" / f"{NAME}.csv").read_text()

    script = "\n".join(["set -eu", *documented_commands()]).replace("ada", "lovelace")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=course.folder, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert files_naming("lovelace", course.folder) <= MAY_NAME
    assert files_naming("noether", course.folder) == kept
    assert course.points_shown(left) > 0
