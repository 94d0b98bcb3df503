"""Every notebook runs in a kernel, with and without answers.

The numbers in its text are compared with what its code computes.
"""

import os
import shutil
import time
from dataclasses import asdict

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder import catalogue
from autograder.demo.students import Student
from autograder.notebooks.build import read_master
from autograder.notebooks.claims import Claim, claims, without_claims
from autograder.notebooks.master_cells import read_cells
from autograder.paths import ROOT

from .kernels import run_notebook

pytestmark = [
    # Ignore Jupyter's own warnings about transports and paths, which no notebook can prevent.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:zmq"),
]


def run(notebook, folder):
    """Run all cells in a kernel, in a folder with ``checks.npz``."""
    run_notebook(notebook, folder, timeout=120, allow_errors=True)
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


def insert_claims(notebook, name):
    """After each text cell, insert one code cell per claim in the text, which evaluates the claim."""
    text, file = read_master(ROOT, name)
    claims_in = {
        without_claims(cell.source): claims(cell.source) for cell in read_cells(text, file) if not cell.is_code
    }
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        for claim in claims_in.pop(cell.source, []) if cell.cell_type == "markdown" else []:
            cells.append(new_code_cell(f"float({claim.expression})", metadata={"claim": asdict(claim)}))
    assert not any(claims_in.values())
    notebook.cells = cells


def broken_claims(notebook):
    for cell in notebook.cells:
        if "claim" in cell.metadata:
            claim, output = Claim(**cell.metadata.claim), cell.outputs[0]
            value = output.data["text/plain"] if output.output_type == "execute_result" else f"{output.ename}"
            if output.output_type == "error" or not claim.holds(float(value)):
                yield f"{claim.shown or 'the sentence'} does not match {claim.expression}, which is {value}"


def test_answered_notebook_runs_without_warnings_and_gets_full_credit_and_its_text_is_true(name, tmp_path):
    """To the checks, the notebook looks as if it had been saved after its cells ran."""
    assignment = catalogue.assignments()[name]
    answered = nbformat.reads(Student("", "").notebook(assignment, released(name)), as_version=4)
    insert_claims(answered, name)
    shutil.copy(folder_of(name) / "checks.npz", tmp_path)
    nbformat.write(answered, tmp_path / f"{name}.ipynb")
    tomorrow = time.time() + 86400
    os.utime(tmp_path / f"{name}.ipynb", (tomorrow, tomorrow))
    notebook = run(answered, tmp_path)
    assert list(broken_claims(notebook)) == []
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
    assert [source for source, output in outputs if "image/png" in output.get("data", {})] == []
    assert [picture for picture in tables if "<img" in picture and '<img alt="A figure without labels' in picture] == []


def test_untouched_notebook_runs_to_its_end_and_the_first_check_says_what_to_do(name):
    notebook = run(released(name), folder_of(name))
    assert [
        c.source for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "error"
    ] == []
    first = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade"))
    shown = first.outputs[0].data
    assert float(shown["text/plain"]) == 0.0
    assert "is not written yet" in shown["text/html"]


def test_text_is_short_enough_to_be_read(name):
    text = [cell.source for cell in released(name).cells if cell.cell_type == "markdown"]
    assert len(" ".join(text).split()) < 2500


def test_released_notebook_is_small_and_has_no_output(name):
    path = ROOT / "assignments" / name / f"{name}.ipynb"
    assert path.stat().st_size < 300_000
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert cells
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []
