"""``pack``: make one zip with everything that students without a hub or a network need."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from autograder import catalogue
from autograder.notebooks.course_page import names_in_order, page_of
from autograder.notebooks.versions import changed_since_build
from autograder.paths import build_folder
from autograder.student_zip.archive import write_zip
from autograder.student_zip.notebook import due_dates, student_notebook
from autograder.student_zip.readme import assignment_readme, course_readme
from autograder.student_zip.wheel import build_wheel
from gradlab.checks.words import series

from .errors import refuse

COURSE = "course"  # the name of the zip with all assignments


def run(root: Path, course: Path, assignment: str | None = None) -> int:
    """Write the zip for an assignment, or for the whole course, and print its path.

    Parameters
    ----------
    root : Path
        The repository, which has the notebooks and gradlab's sources.
    course : Path
        The course's folder. Its gradebook has the due dates, and the zip is written into its ``build/student``.
    assignment : str, optional
        If None, all assignments are packed, in the order of the course page.

    Returns
    -------
    int
        0, or 2 if a notebook is missing or out of date, or if the gradebook cannot be read.
    """
    page = page_of(root).read_text(encoding="utf-8")
    names = [assignment] if assignment else names_in_order(page, catalogue.assignments())
    if problem := next(filter(None, (_problem(root, name) for name in names)), ""):
        return refuse(problem)
    try:
        due = due_dates(course, names)
    except DBAPIError as error:
        return refuse(f"the gradebook, which has the due dates, cannot be read: {error.orig}")
    folder = build_folder(course) / "student"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        wheel = build_wheel(root, Path(scratch))
        contents = members(root, assignment, due[assignment], wheel) if assignment else course_members(root, due, wheel)
    name = assignment or COURSE
    write_zip(folder / f"{name}.zip", name, contents)
    print(folder / f"{name}.zip")
    return 0


def members(root: Path, assignment: str, due: str, wheel: Path) -> dict[str, bytes]:
    """Return the contents of the files in the zip for one assignment, keyed by name. `due` is the due date, or ""."""
    readme = assignment_readme(assignment, due, wheel.name).encode()
    return {"README.txt": readme, **_files(root, assignment, due), wheel.name: wheel.read_bytes()}


def course_members(root: Path, due: Mapping[str, str], wheel: Path) -> dict[str, bytes]:
    """Return the contents of the files in the zip for the whole course, keyed by path. `due` has all due dates."""
    contents = {"README.txt": course_readme(due, f"{COURSE}.zip", wheel.name).encode(), wheel.name: wheel.read_bytes()}
    for name, date in due.items():
        contents |= {f"{name}/{file}": content for file, content in _files(root, name, date).items()}
    return contents


def _files(root: Path, assignment: str, due: str) -> dict[str, bytes]:
    folder, notebook = root / "assignments" / assignment, f"{assignment}.ipynb"
    return {
        "checks.npz": (folder / "checks.npz").read_bytes(),
        notebook: student_notebook(folder / notebook, due),
    }


def _problem(root: Path, assignment: str) -> str:
    """Return the reason why an assignment cannot be packed and what to do about it, or ""."""
    folder = root / "assignments" / assignment
    absent = [name for name in (f"{assignment}.ipynb", "checks.npz") if not (folder / name).is_file()]
    changes = [f"{folder / absent[0]} is missing"] if absent else changed_since_build(root, assignment) or []
    if not changes:
        return ""
    return f"{assignment} cannot be packed: {series(changes)}. Run `python -m autograder build {assignment}` first."
