"""Builds an assignment's generated files: instructor notebook, student notebook, and public cases.

assignments/<id>/<id>.md  ->  build/source/<id>/<id>.ipynb       with solutions, for nbgrader
                              assignments/<id>/<id>.ipynb        for students
                              checks.npz                         next to both notebooks
"""

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder import catalogue
from autograder.errors import DefinitionError
from autograder.paths import build_folder, public_cache
from gradlab.checks import store
from gradlab.checks.demo_cells import cell_digest

from .demos import demo_sources, missing_names
from .master import instructor_notebook
from .public import public_exercise
from .public_cache import kept_public_exercise
from .rounding import same_cases
from .stubs import configure_stubs
from .versions import build_inputs, changed_since_build, record_build


def build(course: Path | str, name: str) -> None:
    """Build one assignment. Files that are up to date are not written again.

    Parameters
    ----------
    course : path
        The course's folder.
    name : str
        The assignment's id.

    Raises
    ------
    DefinitionError
        If the master is missing, does not match the exercises, or cannot be turned into a notebook.
    """
    inputs = build_inputs(course, name)
    generated = generate(course, name)
    for path in differing(generated):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generated[path])
    record_build(course, name, inputs)


def outdated(course: Path | str, name: str) -> list[str]:
    """Return what has changed since the instructor's notebook was built, as phrases, or [] if nothing has.

    If no build is recorded, build again without writing notebooks, and compare up to rounding.
    """
    changed = changed_since_build(course, name)
    if changed is None:
        inputs, source = build_inputs(course, name), build_folder(course) / "source" / name
        changed = [f"a new build differs from {path.name}" for path in stale(course, name) if path.parent == source]
        if not changed:
            record_build(course, name, inputs)
    return changed


def write_source(course: Path | str, name: str, into: Path) -> None:
    """Write an assignment's source to the folder ``into/<name>``, for nbgrader in an existing course.

    Raises
    ------
    DefinitionError
        If the master does not match the exercises, or cannot be turned into a notebook.
    """
    generated, source = generate(course, name), build_folder(course) / "source" / name
    (into / name).mkdir(parents=True, exist_ok=True)
    for path in generated:
        if path.parent == source:
            (into / name / path.name).write_bytes(generated[path])


def stale(course: Path | str, name: str) -> list[Path]:
    """Return an assignment's files that a build would change if it computed everything anew."""
    return differing(generate(course, name, anew=True))


def differing(generated: dict[Path, bytes]) -> list[Path]:
    """Return the paths whose files are missing or differ from the generated contents by more than rounding."""
    return [path for path, content in generated.items() if not _is_current(path, content)]


def read_master(course: Path | str, assignment: str) -> tuple[str, Path]:
    """Return the text of an assignment's master, and the master's path.

    Raises
    ------
    DefinitionError
        If the file cannot be read.
    """
    file = Path(course) / "assignments" / assignment / f"{assignment}.md"
    try:
        return file.read_text(encoding="utf-8"), file
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"the text of assignment {assignment} cannot be read: {error}.", file, 1) from error


def generate(course: Path | str, name: str, anew: bool = False) -> dict[Path, bytes]:
    """Generate an assignment's files without writing them, and return the contents of the files, keyed by path.

    Public parts of exercises that have not changed come from earlier builds, unless `anew` is set.
    """
    course, assignment = Path(course), catalogue.assignments()[name]
    public, source = course / "assignments" / name, build_folder(course) / "source" / name
    text, master = read_master(course, name)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "source", name)
        work.mkdir(parents=True)
        notebook = instructor_notebook(text, assignment, master)
        nbformat.write(notebook, work / f"{name}.ipynb")
        names = tuple(missing_names(notebook.cells))
        demos = tuple(map(cell_digest, demo_sources(notebook.cells)))
        ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        public_part = public_exercise if anew else partial(kept_public_exercise, folder=public_cache())
        exercises = [public_part(assignment.exercises[name]) for name in ids if name in assignment.exercises]
        store.save(work / "checks.npz", [replace(each, demo_names=names, demo_cells=demos) for each in exercises])
        released = _release(Path(folder), name)
        return {
            source / f"{name}.ipynb": (work / f"{name}.ipynb").read_bytes(),
            source / "checks.npz": (work / "checks.npz").read_bytes(),
            public / f"{name}.ipynb": (released / f"{name}.ipynb").read_bytes(),
            public / "checks.npz": (released / "checks.npz").read_bytes(),
        }


def _release(folder: Path, name: str) -> Path:
    """Have nbgrader make the students' version of ``folder/source/<name>`` without a gradebook. Return the folder."""
    config = Config()
    configure_stubs(config)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    config.CourseDirectory.root = str(folder)
    coursedir = CourseDirectory(config=config, assignment_id=name)
    GenerateAssignment(coursedir=coursedir, config=config).start()
    return folder / "release" / name


def _is_current(path: Path, content: bytes) -> bool:
    """Return whether the file has this content. Public cases only have to match up to rounding."""
    if not path.is_file():
        return False
    if path.read_bytes() == content:
        return True
    if path.suffix != ".npz":
        return False
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        file.write(content)
        file.flush()
        return same_cases(path, Path(file.name))
