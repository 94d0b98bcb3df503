"""Every notebook runs in a kernel: in full if it is answered, and up to the first check if it is untouched."""

import os
import shutil
import time

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import catalogue
from autograder.demo.students import Student
from autograder.paths import ROOT

pytestmark = [
    # Ignore Jupyter's own warnings about transports and paths, which no notebook can prevent.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:zmq"),
]


def run(notebook, folder):
    """Run all cells in a kernel, in a folder with ``checks.npz``."""
    options = {"timeout": 120, "resources": {"metadata": {"path": folder}}, "allow_errors": True}
    # A kernel takes half a second to end by itself, and what it does then is nobody's concern.
    NotebookClient(notebook, shutdown_kernel="immediate", **options).execute()
    return notebook


def folder_of(name):
    return ROOT / "assignments" / name


def released(name):
    return nbformat.read(folder_of(name) / f"{name}.ipynb", as_version=4)


@pytest.fixture(params=list(catalogue.assignments()))
def name(request, monkeypatch):
    # Small matrix products get slower, not faster, when several threads compete for busy cores.
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    return request.param


def test_answered_notebook_runs_without_warnings_and_every_check_gives_full_credit(name, tmp_path):
    """To the checks, the notebook looks as if it had been saved after its cells ran."""
    assignment = catalogue.assignments()[name]
    answered = nbformat.reads(Student("", "").notebook(assignment, released(name)), as_version=4)
    shutil.copy(folder_of(name) / "checks.npz", tmp_path)
    nbformat.write(answered, tmp_path / f"{name}.ipynb")
    tomorrow = time.time() + 86400
    os.utime(tmp_path / f"{name}.ipynb", (tomorrow, tomorrow))
    notebook = run(answered, tmp_path)
    outputs = [(cell.source, output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [source for source, o in outputs if o.output_type == "error"] == []
    assert [(source, o.text) for source, o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    points = {
        cell.metadata.nbgrader.grade_id: (float(cell.outputs[0].data["text/plain"]), cell.metadata.nbgrader.points)
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
    }
    assert len(points) == len(assignment.exercises)
    assert all(earned == possible for earned, possible in points.values()), points
    tables = [output.data["text/html"] for _, output in outputs if "text/html" in output.get("data", {})]
    assert [table for table in tables if "Your grade may differ" in table] == []


def test_untouched_notebook_runs_up_to_the_first_check_which_says_what_to_do(name):
    notebook = released(name)
    graded = [bool(cell.metadata.get("nbgrader", {}).get("grade")) for cell in notebook.cells]
    notebook.cells = notebook.cells[: graded.index(True) + 1]
    first = run(notebook, folder_of(name)).cells[-1]
    shown = first.outputs[0].data
    assert float(shown["text/plain"]) == 0.0
    assert "is not written yet" in shown["text/html"]
    assert all(output.output_type != "error" for output in first.outputs)


def test_released_notebook_is_small_and_has_no_output(name):
    path = ROOT / "assignments" / name / f"{name}.ipynb"
    assert path.stat().st_size < 300_000
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert cells
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []
