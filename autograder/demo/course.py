"""Create a separate course in its own folder, and run stock nbgrader commands in it."""

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
c.ExchangeCollect.check_owner = False  # all submissions in this class belong to you
configure(c, ROOT)
"""


def create_course(root: str | Path, course: str | Path, *assignments: str) -> Path:
    """Create a course in the folder `course`. Copy the given assignments from the checkout `root`, and build them.

    An existing folder is replaced.
    """
    course = Path(course)
    shutil.rmtree(course, ignore_errors=True)
    (course / "assignments").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), encoding="utf-8")
    for assignment in assignments:
        shutil.copytree(Path(root) / "assignments" / assignment, course / "assignments" / assignment)
        build(course, assignment)
    return course


def nbgrader(course: Path, *arguments: str) -> None:
    """Run a stock nbgrader command in the course. The command's output goes to the terminal.

    Raises
    ------
    subprocess.CalledProcessError
        If the command fails.
    """
    command = [sys.executable, "-m", "nbgrader", *arguments, "--log-level=WARN"]
    subprocess.run(command, cwd=course, check=True, stdin=subprocess.DEVNULL, env=os.environ | {"COLUMNS": "100"})


def submit(course: Path, assignment: str, student: str, notebook: bytes | None) -> None:
    """Put a submission where `nbgrader submit` would put it.

    Parameters
    ----------
    course : Path
    assignment, student : str
    notebook : bytes or None
        The contents of the notebook file. If None, the submitted folder contains no notebook.
    """
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    folder = course / "build" / "exchange" / "demo" / "inbound" / f"{student}+{assignment}+{stamp}+demo"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text(stamp)
    (folder / "submission_secret.txt").write_text(secrets.token_hex(64))
    if notebook is not None:
        (folder / f"{assignment}.ipynb").write_bytes(notebook)


def grades_path(course: Path) -> Path:
    """Return the path of the CSV file that `nbgrader export` writes."""
    return course / "build" / "grades.csv"


def read_scores(course: Path) -> dict[str, float]:
    """Read each student's points from the exported grades."""
    with open(grades_path(course), encoding="utf-8-sig", newline="") as file:
        return {row["student_id"]: float(row["score"] or 0) for row in csv.DictReader(file)}
