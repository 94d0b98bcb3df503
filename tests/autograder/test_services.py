"""A submission is graded the same wherever it was saved, with or without the cell that installs gradlab."""

import functools
import json

import pytest

from autograder import catalogue
from autograder.demo.standalone import standalone
from autograder.grading.grader import Grader
from autograder.grading.host import zygote_host
from autograder.notebooks.canonical import canonical_notebook, read_released
from autograder.notebooks.intake import read_submission
from autograder.notebooks.mismatch import mismatch
from autograder.paths import ROOT
from autograder.running.shell import NO_COMMANDS
from autograder.student_zip.readme import lines_to_paste

from ..services import SERVICES, colab, jupyterlab, kaggle

ASSIGNMENTS = catalogue.assignments()
PASTED = "\n".join(lines_to_paste("update_rules.zip", "gradlab-0.2.0-py3-none-any.whl")["colab"])


def released_path(assignment):
    return ROOT / "assignments" / assignment / f"{assignment}.ipynb"


def answered(assignment, pasted=True, marked=True):
    """Return an assignment's notebook with all answers. If not `marked`, the cells have no metadata."""
    notebook = json.loads(released_path(assignment).read_text())
    exercises = ASSIGNMENTS[assignment].exercises
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in exercises:
            cell["source"] = standalone(exercises[name].reference, name).splitlines(keepends=True)
        elif name in ASSIGNMENTS[assignment].written:
            cell["source"] = ["Because the *curvature* ", "differs."]
        if not marked:
            cell["metadata"] = {}
    cell = {"cell_type": "code", "metadata": {}, "source": PASTED.splitlines(keepends=True)}
    notebook["cells"][:0] = [cell] if pasted else []
    return notebook


def submitted(folder, content):
    path = folder / "submitted" / "ada" / "rules" / "rules.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return read_submission(path)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_same_cells_are_graded_from_every_service(tmp_path, assignment):
    released = read_released(released_path(assignment))
    expected = canonical_notebook(released, submitted(tmp_path, jupyterlab(answered(assignment, pasted=False))))
    for service in SERVICES:
        found = submitted(tmp_path, service(answered(assignment)))
        assert mismatch(found, released, assignment, []) == ""
        first, *cells = canonical_notebook(released, found)["cells"]
        assert (first["source"], first["metadata"]) == (PASTED, {"gradlab": {"own": True}})
        assert cells == expected["cells"]


@pytest.mark.parametrize("service", [colab, kaggle])
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_answers_are_recognized_without_any_metadata_or_ids(tmp_path, assignment, service):
    """This happens if a student copies all cells into a new notebook."""
    released = read_released(released_path(assignment))
    expected = canonical_notebook(released, submitted(tmp_path, jupyterlab(answered(assignment, pasted=False))))
    found = submitted(tmp_path, service(answered(assignment, pasted=False, marked=False)))
    assert {cell.grade_id + cell.cell_id for cell in found.cells} == {""}
    assert mismatch(found, released, assignment, []) == ""
    assert canonical_notebook(released, found)["cells"] == expected["cells"]


def test_points_are_the_same_from_every_service_and_no_command_is_run(confinement, tmp_path):
    host = functools.partial(zygote_host, str(ROOT), True)
    grader = Grader(host, released_path("update_rules"), "update_rules", "ada", secret=bytes(32))
    notebook = answered("update_rules")
    listing = {"cell_type": "code", "metadata": {}, "source": ["names = !ls\n", "print(len(names))"]}
    notebook["cells"].insert(1, listing)
    for service in SERVICES:
        result = grader.grade(submitted(tmp_path, service(notebook)))
        assert all(verdict["score"] == verdict["points"] for verdict in result["verdicts"].values())
        assert (result["stopped"], result["tampering"]) == ([], [])
        pasted, listed = (cell["outputs"][0]["text"].splitlines() for cell in result["notebook"]["cells"][:2])
        assert pasted[:2] == [NO_COMMANDS, NO_COMMANDS]
        assert listed == [NO_COMMANDS, "0"]
