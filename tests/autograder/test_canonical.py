"""The canonical notebook has our cells in order, with the student's answers, however mangled the submission is."""

import copy
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.notebooks.canonical import canonical_notebook, is_untouched
from autograder.notebooks.intake import Submitted, SubmittedCell


def mark(grade_id, solution, points=None):
    fields = {"grade_id": grade_id, "solution": solution, "grade": points is not None, "locked": not solution}
    return {"nbgrader": fields | ({} if points is None else {"points": points})}


def released():
    cells = [
        new_code_cell("import numpy as np", id="imports"),
        new_markdown_cell("# Adam", id="prose"),
        new_code_cell("stub", metadata=mark("adam", True), id="adam-id"),
        new_code_cell('check("adam", adam)', metadata=mark("adam-check", False, 4.0), id="adam-check-id"),
        new_code_cell("plot()", metadata={"tags": ["demo"]}, id="demo"),
        new_markdown_cell("Why?", metadata=mark("why-question", False), id="why-question-id"),
        new_markdown_cell("*Write your answer here.*", metadata=mark("why", True, 3.0), id="why-id"),
    ]
    return json.loads(nbformat.writes(new_notebook(cells=cells)), object_hook=_joined)


def _joined(value):
    """Join the lines of a cell's source, as the grader does."""
    return value | {"source": "".join(value["source"])} if "source" in value else value


def submitted(cells):
    """Return a notebook's cells as intake reads them."""
    return Submitted(
        tuple(
            SubmittedCell(
                cell.get("id", ""),
                cell["metadata"].get("nbgrader", {}).get("grade_id", ""),
                cell["cell_type"] if cell["cell_type"] == "code" else "markdown",
                cell["source"],
            )
            for cell in cells
        ),
        "digest",
    )


def answered():
    """Return the cells of a submission in which both questions are answered and no other cell was touched."""
    cells = released()["cells"]
    cells[2]["source"], cells[6]["source"] = "def adam(): pass", "Because."
    return cells


def canonical(cells):
    notebook = canonical_notebook(released(), submitted(cells))
    nbformat.validate(nbformat.from_dict(notebook))
    return notebook["cells"]


def own(source, cell_type="code", **more):
    return {"cell_type": cell_type, "source": source, "metadata": {}, "id": "own"} | more


def sources(cells):
    return [cell["source"] for cell in cells]


WANTED = sources(answered())


def edited(index, **changes):
    """Return a function that takes the list of cells and changes these fields of the cell at `index`."""

    def edit(cells):
        cells[index] |= changes

    return edit


def remark(index, **changes):
    def edit(cells):
        cells[index]["metadata"]["nbgrader"] |= changes

    return edit


def drop(*indices):
    def edit(cells):
        cells[:] = [cell for index, cell in enumerate(cells) if index not in indices]

    return edit


def duplicate(index, to, **changes):
    def edit(cells):
        cells.insert(to, copy.deepcopy(cells[index]) | changes)

    return edit


def every(**changes):
    def edit(cells):
        for cell in cells:
            cell["metadata"].get("nbgrader", {}).update(changes)

    return edit


# These edits make no difference: the canonical notebook is the same as for the unedited submission.
HARMLESS = {
    "nothing": lambda cells: None,
    "check deleted": drop(3),
    "all released cells except the answers deleted": drop(0, 1, 3, 4, 5),
    "check duplicated": duplicate(3, 4),
    "check duplicated at the top": duplicate(3, 0),
    "check edited": edited(3, source="4.0"),
    "check edited and duplicated": duplicate(3, 3, source="4.0"),
    "check retyped": edited(3, cell_type="markdown"),
    "question edited": edited(5, source="Easy?"),
    "answer retyped": edited(2, cell_type="markdown"),
    "written answer retyped": edited(6, cell_type="code"),
    "points raised": remark(3, points=99),
    "points made negative": remark(6, points=-3),
    "flags flipped": every(grade=True, solution=True, locked=False),
    "all flags cleared": every(grade=False, solution=False, locked=True),
    "cells reversed": lambda cells: cells.reverse(),
    "answer moved to the top": lambda cells: cells.insert(0, cells.pop(2)),
    "ids of released graded cells lost": lambda cells: [
        cell.pop("id") for cell in cells if "nbgrader" in cell["metadata"]
    ],
    "all ids lost": lambda cells: [cell.pop("id") for cell in cells],
    "all ids the same": lambda cells: [cell.update(id="x") for cell in cells],
    "outputs forged": edited(3, outputs=[{"output_type": "execute_result", "data": {"text/plain": "4.0"}}]),
    "demo duplicated": duplicate(4, 5, id="copy"),
    "empty cell added": lambda cells: cells.insert(2, own("  \n")),
    "metadata added": edited(2, metadata=mark("adam", True) | {"tags": ["demo"], "gradlab": {"untouched": True}}),
}


@pytest.mark.parametrize("edit", HARMLESS.values(), ids=HARMLESS)
def test_mangled_submission_gives_the_same_notebook(edit):
    cells = answered()
    edit(cells)
    found = canonical(cells)
    assert found == canonical(answered())
    assert sources(found) == WANTED
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in found)
    for cell, ours in zip(found, released()["cells"], strict=True):
        assert (cell["cell_type"], cell["id"]) == (ours["cell_type"], ours["id"])
        assert cell["metadata"].get("nbgrader") == ours["metadata"].get("nbgrader")


# These edits lose one answer and nothing else.
UNANSWERED = {
    "answer deleted": drop(2),
    "answer given the check's grade_id": remark(2, grade_id="adam-check"),
    "metadata and id removed, function renamed": edited(2, metadata={}, id="other", source="def adamm(): pass"),
}

# These edits change an answer's metadata, but the function that the answer defines still identifies it.
UNMARKED = {
    "grade_id changed": remark(2, grade_id="adamm"),
    "metadata removed": edited(2, metadata={}),
    "metadata and id removed": edited(2, metadata={}, id="other"),
}


@pytest.mark.parametrize("edit", UNMARKED.values(), ids=UNMARKED)
def test_answer_without_metadata_is_recognized_by_its_function(edit):
    cells = answered()
    edit(cells)
    assert sources(canonical(cells)) == WANTED


@pytest.mark.parametrize("edit", UNANSWERED.values(), ids=UNANSWERED)
def test_cell_of_a_lost_answer_is_restored_as_released(edit):
    cells = answered()
    edit(cells)
    found = {cell["id"]: cell for cell in canonical(cells)}
    assert found["adam-id"]["source"] == "stub"
    assert is_untouched(found["adam-id"])
    assert found["adam-check-id"]["source"] == 'check("adam", adam)'
    assert found["why-id"]["source"] == "Because."


def test_unreadable_notebook_leaves_every_cell_as_released():
    notebook = canonical_notebook(released(), None)
    assert sources(notebook["cells"]) == sources(released()["cells"])
    assert all(map(is_untouched, notebook["cells"]))


def test_only_answered_cells_count_as_touched():
    found = canonical(answered())
    assert [cell["id"] for cell in found if not is_untouched(cell)] == ["adam-id", "why-id"]


def test_changed_released_code_runs_after_ours():
    """Our cell runs first, so that its imports work even if a line that the student added fails during grading."""
    cells = answered()
    cells[0]["source"] = "%pip install numpy\n" + cells[0]["source"]
    cells[4]["source"] = "plot(2)"
    found = canonical(cells)
    texts = sources(found)
    assert texts[:2] == [WANTED[0], cells[0]["source"]]
    assert texts[texts.index("plot()") + 1] == "plot(2)"
    assert [is_untouched(cell) for cell in found if cell["source"] in ("plot()", "plot(2)")] == [True, False]


PLACES = {"before all cells": 0, "after the imports": 1, "before the answer": 2, "before the check": 3, "at the end": 7}


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "from a tool that drops ids"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_students_own_cells_keep_their_place(place, ids):
    """A helper between the imports and the answer that uses it must move neither up nor down."""
    cells = answered()
    cells[place:place] = [own("helper = 1"), own("a note", "markdown", id="own2")]
    if not ids:
        for cell in cells:
            cell.pop("id")
    found = canonical(cells)
    assert sources(found) == [*WANTED[:place], "helper = 1", "a note", *WANTED[place:]]
    assert found[place]["metadata"] == found[place + 1]["metadata"] == {"gradlab": {"own": True}}
    assert [found[place]["cell_type"], found[place + 1]["cell_type"]] == ["code", "markdown"]
    assert len({cell["id"] for cell in found}) == len(found)


def test_copy_of_our_cell_does_not_move_the_cells_after_it():
    """Without ids, the copy at the end looks like the original at the top."""
    cells = [*answered(), answered()[0], own("late = 1")]
    for cell in cells:
        cell.pop("id")
    assert sources(canonical(cells)) == [*WANTED, "late = 1"]


def test_split_answer_keeps_both_halves_in_order():
    """JupyterLab gives both halves the cell's metadata, but gives its id to only one of them."""
    cells = answered()
    cells[2]["source"] = "helper = 1"
    cells.insert(3, copy.deepcopy(cells[2]) | {"source": "def adam(): return helper", "id": "new"})
    found = canonical(cells)
    assert sources(found) == [*WANTED[:2], "helper = 1", "def adam(): return helper", *WANTED[3:]]
    assert found[3]["metadata"] == {"gradlab": {"own": True}}


def test_metadata_of_own_cells_is_never_copied():
    """With copied metadata, a student's own cell could become a check or be skipped as a demo."""
    cells = [*answered(), own("4.0", metadata=mark("sgd-check", False, 50.0) | {"tags": ["demo"]})]
    last = canonical(cells)[-1]
    assert (last["source"], last["metadata"]) == ("4.0", {"gradlab": {"own": True}})


def test_all_markdown_is_made_harmless():
    cells = [*answered(), own("<b>b</b>", "markdown")]
    cells[6]["source"] = "<script>"
    found = canonical(cells)
    assert "<b" not in found[7]["source"]
    assert "<s" not in found[6]["source"]


def test_code_is_not_escaped():
    cells = answered()
    cells[2]["source"] = "a<b"
    assert canonical(cells)[2]["source"] == "a<b"


def test_released_notebook_is_not_changed():
    ours = released()
    canonical_notebook(ours, submitted(answered()))
    assert ours == released()


def test_same_submission_gives_the_same_notebook():
    cells = [*answered(), own("x"), own("x")]
    assert canonical(cells) == canonical(copy.deepcopy(cells))
