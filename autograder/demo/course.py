"""A course in a folder of its own, and stock nbgrader commands in it."""

import csv
import os
import secrets
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from autograder.notebooks.build import build

CONFIG = """\
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, {root!r})

from autograder.plugin.config import configure

c = get_config()
c.CourseDirectory.course_id = "demo"
c.Exchange.root = str(ROOT / "build" / "exchange")
c.ExchangeCollect.check_owner = False  # everyone in this class is you
configure(c, ROOT)
"""


def lay_out(root, course, *assignments):
    """An empty course in the folder `course`, with assignments of the checkout `root` built in it."""
    course = Path(course)
    shutil.rmtree(course, ignore_errors=True)
    (course / "assignments").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), encoding="utf-8")
    for assignment in assignments:
        shutil.copytree(Path(root) / "assignments" / assignment, course / "assignments" / assignment)
        build(course, assignment)
    return course


def nbgrader(course, *arguments):
    """Run a stock nbgrader command in the course.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails; what it said stands on the terminal.
    """
    command = [sys.executable, "-m", "nbgrader", *arguments, "--log-level=WARN"]
    subprocess.run(command, cwd=course, check=True, stdin=subprocess.DEVNULL, env=os.environ | {"COLUMNS": "100"})


def hand_in(course, assignment, student, notebook):
    """Put a submission where `nbgrader submit` puts it; `notebook` is its bytes, or None where there is none."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    folder = course / "build" / "exchange" / "demo" / "inbound" / f"{student}+{assignment}+{stamp}+demo"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text(stamp)
    (folder / "submission_secret.txt").write_text(secrets.token_hex(64))
    if notebook is not None:
        (folder / f"{assignment}.ipynb").write_bytes(notebook)


def read_scores(course):
    """Everyone's points, out of the export."""
    with open(grades(course), encoding="utf-8", newline="") as file:
        return {row["student_id"]: float(row["score"] or 0) for row in csv.DictReader(file)}


def grades(course):
    return course / "build" / "grades.csv"
