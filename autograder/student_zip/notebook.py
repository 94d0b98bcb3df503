"""The notebook in the zip, which is the one that `nbgrader release_assignment` copies, and its due date."""

from collections.abc import Collection
from pathlib import Path

import nbformat
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from autograder.commands.gradebook import Gradebook
from autograder.notebooks.versions import release_id
from autograder.plugin.release import ReleaseWithDueDate, insert_due_date

CONFIG = "nbgrader_config.py"


def student_notebook(path: Path, due: str) -> bytes:
    """Return a released notebook with the release's id and, if `due` is not "", the due date below its title."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    notebook.metadata["gradlab"] = {"release": release_id(notebook)}
    if due:
        insert_due_date(notebook, due)
    return f"{nbformat.writes(notebook)}\n".encode()


def due_dates(course: Path, assignments: Collection[str]) -> dict[str, str]:
    """Return each assignment's due date as the release shows it, keyed by assignment; "" if the gradebook has none.

    A course without a configuration or a gradebook has no due dates; no gradebook is created.
    """
    dates = dict.fromkeys(assignments, "")
    if not (course / CONFIG).exists():
        return dates
    config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    if Gradebook.at(CourseDirectory(config=config).db_url).holds_anything():
        for name in assignments:
            coursedir = CourseDirectory(config=config, assignment_id=name)
            dates[name] = ReleaseWithDueDate(coursedir=coursedir, config=config).due_date()
    return dates
