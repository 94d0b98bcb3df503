"""Whatever file is submitted, it is refused with a reason, or becomes a valid notebook with our checks in it."""

import copy
import json
import re

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.notebooks.canonical import canonical_notebook
from autograder.notebooks.intake import Submitted, Unreadable, read_or_reason


def mark(grade_id, solution, points=None):
    fields = {"grade_id": grade_id, "solution": solution, "grade": points is not None, "locked": not solution}
    return {"nbgrader": fields | {"schema_version": 3} | ({} if points is None else {"points": points})}


RELEASED = new_notebook(
    cells=[
        new_code_cell("import numpy as np", id="imports"),
        new_markdown_cell("# Adam", id="prose"),
        new_code_cell("stub", metadata=mark("adam", True), id="adam-id"),
        new_code_cell('check("adam", adam)', metadata=mark("adam-check", False, 4.0), id="adam-check-id"),
        new_code_cell("plot()", metadata={"tags": ["demo"]}, id="demo"),
        new_markdown_cell("*Write your answer here.*", metadata=mark("why", True, 3.0), id="why-id"),
    ]
)
IDS = [cell.id for cell in RELEASED.cells]
GRADE_IDS = ["adam", "adam-check", "why"]
SOURCES = [cell.source for cell in RELEASED.cells]

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda items: st.one_of(st.lists(items, max_size=3), st.dictionaries(st.text(max_size=5), items, max_size=3)),
    max_leaves=6,
)


def nearly(*wanted):
    """Return a strategy that mostly draws from `wanted`, and sometimes draws any JSON."""
    return st.one_of(st.sampled_from(wanted), st.sampled_from(wanted), JSON)


SOURCE = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*SOURCES, "def adam(): pass", "1000.0", "<script>", "a\x00b", "\ud800"]),
    st.lists(nearly("a\n", "b"), max_size=3),
    JSON,
)
NBGRADER = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": nearly(*GRADE_IDS),
        "points": nearly(1000, -5, "NaN"),
        "grade": nearly(True, False),
        "solution": nearly(True, False),
        "locked": nearly(True, False),
        "schema_version": nearly(3, 99),
    },
)
METADATA = st.one_of(
    st.fixed_dictionaries(
        {}, optional={"nbgrader": st.one_of(NBGRADER, JSON), "tags": nearly(["demo"]), "gradlab": JSON}
    ),
    JSON,
)
CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": nearly("code", "markdown", "raw"),
        "id": nearly(*IDS),
        "source": SOURCE,
        "metadata": METADATA,
        "outputs": JSON,
        "attachments": JSON,
    },
)
NOTEBOOK = st.fixed_dictionaries(
    {"cells": st.one_of(st.lists(st.one_of(CELL, CELL, JSON), max_size=6), JSON)},
    optional={"nbformat": nearly(3, 4, 99), "nbformat_minor": nearly(5, -1), "metadata": JSON},
)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """A function ``read(data)`` that reads a submitted file with these bytes, as intake does."""
    path = tmp_path_factory.mktemp("submitted") / "ada" / "rules" / "rules.ipynb"
    path.parent.mkdir(parents=True)

    def read(data):
        path.write_bytes(data)
        return read_or_reason(path)

    return read


FILES = st.one_of(
    st.binary(), JSON.map(json.dumps).map(str.encode), st.text().map(lambda text: text.encode("utf-8-sig"))
)


@given(FILES)
def test_any_file_is_read_or_refused_with_a_reason(read, data):
    found = read(data)
    assert isinstance(found, Submitted) or re.match("the (submitted )?(file|notebook) ", str(found))
    assert isinstance(found.digest, str)


@given(NOTEBOOK)
def test_canonical_notebook_is_valid_and_has_our_checks(read, notebook):
    submitted = read(json.dumps(notebook).encode())
    if isinstance(submitted, Unreadable):
        assert not isinstance(notebook["cells"], list)
        return
    ours = copy.deepcopy(RELEASED)
    canonical = canonical_notebook(ours, submitted)
    assert ours == RELEASED, "the released notebook must not change"
    nbformat.validate(nbformat.from_dict(canonical))
    json.dumps(canonical).encode()
    kept = [cell for cell in canonical["cells"] if cell["metadata"].get("gradlab") != {"own": True}]
    assert [cell["id"] for cell in kept] == IDS
    for cell, released in zip(kept, RELEASED.cells, strict=True):
        assert cell["cell_type"] == released.cell_type
        assert cell["metadata"].get("nbgrader") == released.metadata.get("nbgrader")
        assert cell["metadata"].get("tags") == released.metadata.get("tags")
        if "answer" not in role(released):
            assert cell["source"] == released.source
    assert not any({"nbgrader", "tags"} & set(cell["metadata"]) for cell in canonical["cells"] if cell not in kept)


def role(cell):
    """Return "an answer" for a cell whose text may come from the student, otherwise "ours"."""
    prose = cell.cell_type == "markdown" and "nbgrader" not in cell.metadata
    return "an answer" if prose or cell.metadata.get("nbgrader", {}).get("solution") else "ours"
