"""The saved notebook is found only if it is clear which one it is, and it is read as grading will run it."""

import json
import os

import pytest

from gradlab.checks.demo_cells import cell_digest
from gradlab.checks.saved import saved_notebook

DEMO = "import os\nx = 1"


def notebook(name="double"):
    """Return a notebook as a JSON-serializable dict. One source is a list of lines, as some editors write it."""
    cell = {"cell_type": "code", "metadata": {}}
    graded = {"nbgrader": {"grade_id": f"{name}-check"}}
    return {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "y = 1"},
            cell | {"source": ["y = 1\n", "y = 2"]},
            cell | {"source": DEMO},
            cell | {"source": f'check("{name}", {name})', "metadata": graded},
            cell | {"source": "y = 3"},
        ]
    }


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "homework.ipynb").write_text(json.dumps(notebook()))
    return tmp_path


def found(folder):
    return saved_notebook(folder.glob("*.ipynb"), "double", [cell_digest(DEMO)])


def test_notebook_is_read_as_grading_runs_it(folder):
    os.utime(folder / "homework.ipynb", (1000, 2000))
    saved = found(folder)
    assert (saved.seconds, saved.checks) == (2000.0, {"double": 2})
    assert saved.sources == ("y = 1\ny = 2", "import os", "y = 3")
    assert [place.cell for place in saved.places("y")] == [0, 0, 2]
    assert saved.places("x") == []
    assert not saved.may_set_more


def test_notebook_that_is_saved_again_is_read_again(folder):
    assert found(folder).checks == {"double": 2}
    (folder / "homework.ipynb").write_text(json.dumps({"cells": []}))
    os.utime(folder / "homework.ipynb", (1000, 2000))
    assert found(folder) is None


def test_two_notebooks_with_the_exercise_leave_the_open_one_undetermined(folder):
    (folder / "copy.ipynb").write_text(json.dumps(notebook()))
    assert found(folder) is None


def test_notebooks_without_the_exercise_are_ignored(folder):
    (folder / "scratch.ipynb").write_text(json.dumps(notebook("triple")))
    assert found(folder) is not None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', '{"cells": [{}]}', "[" * 10**5])
def test_damaged_notebook_is_ignored(folder, text):
    (folder / "homework.ipynb").write_text(text)
    assert found(folder) is None


def test_binary_file_is_ignored(folder):
    (folder / "homework.ipynb").write_bytes(b"\xff\xfe\x00")
    assert found(folder) is None
