"""Lays out courses for tests."""

import nbformat

from autograder.demo.course import create_course
from autograder.paths import ROOT


def lay_out(folder, *assignments):
    """Create a course in which assignments have been built, and remove prose and demos from the built notebooks.

    Grading skips them, and rendering them takes as long as everything else.
    """
    create_course(ROOT, folder, *assignments)
    for name in assignments:
        path = folder / "build" / "source" / name / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if is_graded(cell)]
        nbformat.write(notebook, path)
    return folder


def is_graded(cell):
    """Return whether grading uses a cell: an answer, a check, or other code that is not a demo."""
    return "nbgrader" in cell.metadata or (cell.cell_type == "code" and "demo" not in cell.metadata.get("tags", []))
