"""Builds everything that is generated: instructor notebooks, student notebooks, public cases.

assignments/<id>/<id>.md  ->  build/source/<id>/<id>.ipynb       with solutions, for nbgrader
                              assignments/<id>/<id>.ipynb        as students get it
                              checks.npz                         beside both
"""

import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder import catalogue
from autograder.plugin.config import configure
from gradlab.checks import store

from .master import instructor_notebook
from .public import public_exercise

# Processors differ in the last digit of a root or a power.
SAME_NUMBER = 1e-12


def build(root, name):
    """Build one assignment and write its files.

    Parameters
    ----------
    root : Path
        The course's root.
    name : str
        The assignment's id.

    Raises
    ------
    MasterError
        If the master does not fit its exercises.
    """
    for path, content in generate(root, name).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def stale(root, name):
    """The files of an assignment that are not what building it would give.

    Returns
    -------
    list of Path
    """
    return [path for path, content in generate(root, name).items() if not _same(path, content)]


def generate(root, name):
    """What building an assignment gives, without writing it.

    Returns
    -------
    dict of Path to bytes
    """
    root, assignment = Path(root), catalogue.assignments()[name]
    public, source = root / "assignments" / name, root / "build" / "source" / name
    text = (public / f"{name}.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "source", name)
        work.mkdir(parents=True)
        nbformat.write(instructor_notebook(text, assignment), work / f"{name}.ipynb")
        store.save(work / "checks.npz", [public_exercise(e) for e in assignment.exercises.values()])
        released = released_folder(root, Path(folder), name)
        return {
            source / f"{name}.ipynb": (work / f"{name}.ipynb").read_bytes(),
            source / "checks.npz": (work / "checks.npz").read_bytes(),
            public / f"{name}.ipynb": (released / f"{name}.ipynb").read_bytes(),
            public / "checks.npz": (released / "checks.npz").read_bytes(),
        }


def released_folder(root, folder, name):
    """What nbgrader hands out of ``folder/source/<name>``; no gradebook is touched."""
    config = Config()
    configure(config, root)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    config.CourseDirectory.source_directory = str(folder / "source")
    config.CourseDirectory.release_directory = str(folder / "release")
    coursedir = CourseDirectory(config=config, assignment_id=name)
    GenerateAssignment(coursedir=coursedir, config=config).start()
    return folder / "release" / name


def _same(path, content):
    if not path.is_file():
        return False
    present = path.read_bytes()
    return present == content or (path.suffix == ".npz" and _same_numbers(path, content))


def _same_numbers(path, content):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        with np.load(path, allow_pickle=False) as old, np.load(file, allow_pickle=False) as new:
            return set(old) == set(new) and all(
                old[key].dtype == new[key].dtype
                and old[key].shape == new[key].shape
                and (
                    np.array_equal(old[key], new[key])
                    if old[key].dtype.kind not in "f"
                    else np.allclose(old[key], new[key], rtol=SAME_NUMBER, atol=0, equal_nan=True)
                )
                for key in old
            )
