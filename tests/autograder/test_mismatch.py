"""A wrong notebook is recognized by its answers and its release, and no made-up text in it is ever repeated."""

import json

import pytest

from autograder import catalogue
from autograder.notebooks.canonical import read_released
from autograder.notebooks.intake import Submitted, SubmittedCell, read_submission
from autograder.notebooks.mismatch import mismatch
from autograder.paths import ROOT

NAME, OTHER = "update_rules", "learning_rates"
ANSWERS = {name: [*each.exercises, *each.written] for name, each in catalogue.assignments().items()}
ALL = len(ANSWERS[NAME])
HALF = -(-ALL // 2)
CURRENT, EARLIER, UNKNOWN = "c" * 16, "e" * 16, "<b>made up</b>"


def released(name, release=CURRENT):
    notebook = read_released(ROOT / "assignments" / name / f"{name}.ipynb")
    notebook["metadata"]["gradlab"] = {"release": release}
    return notebook


def cell(grade_id, source=""):
    return SubmittedCell(cell_id="", grade_id=grade_id, cell_type="code", source=source)


def found(cells, release=CURRENT):
    return mismatch(Submitted(tuple(cells), "digest", "", release), released(NAME), NAME, [EARLIER, CURRENT])


def answers(name, count=None):
    return [cell(answer) for answer in ANSWERS[name][:count]]


SITUATIONS = {
    "all answers": (answers(NAME), CURRENT, ""),
    "half of the answers": (answers(NAME, HALF), CURRENT, ""),
    "answers without ids": ([cell("", f"def {name}(w):\n    pass") for name in ANSWERS[NAME]], "", ""),
    "another assignment": (answers(OTHER), CURRENT, f"this looks like {OTHER}, not {NAME}"),
    "another assignment, without ids": (
        [cell("", f"def {name}(x): ...") for name in ANSWERS[OTHER]],
        "",
        f"this looks like {OTHER}, not {NAME}",
    ),
    "two assignments in one": (answers(NAME) + answers(OTHER), CURRENT, ""),
    "fewer than half": (
        answers(NAME, HALF - 1),
        CURRENT,
        f"only {HALF - 1} of the {ALL} answers for {NAME} can be found in this notebook",
    ),
    "no cells": ([], "", f"none of the {ALL} answers for {NAME} can be found in this notebook"),
    "an earlier release": (answers(NAME), EARLIER, f"this notebook comes from an earlier release of {NAME}"),
    "a release that we don't know": (answers(NAME), UNKNOWN, ""),
    "ids that we don't know": (
        [cell("<b>made up</b>")],
        UNKNOWN,
        f"none of the {ALL} answers for {NAME} can be found in this notebook",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "release", "sentence"), SITUATIONS.values(), ids=SITUATIONS)
def test_sentence_says_what_the_notebook_looks_like(cells, release, sentence):
    assert found(cells, release) == sentence


@pytest.mark.parametrize("name", ANSWERS)
def test_released_notebook_matches_only_its_own_assignment(name):
    notebook = released(name)
    cells = [cell(c["metadata"].get("nbgrader", {}).get("grade_id", ""), c["source"]) for c in notebook["cells"]]
    submitted = Submitted(tuple(cells), "digest", "", CURRENT)
    assert mismatch(submitted, notebook, name, [CURRENT]) == ""
    other = NAME if name != NAME else OTHER
    assert mismatch(submitted, released(other), other, [CURRENT]) == f"this looks like {name}, not {other}"


@pytest.mark.parametrize(
    ("metadata", "release"),
    [
        ({"gradlab": {"release": CURRENT}}, CURRENT),
        ({"gradlab": {"release": [CURRENT]}}, CURRENT),
        ({"gradlab": {"release": {"a": 1}}}, ""),
        ({"gradlab": []}, ""),
        ([], ""),
        (None, ""),
    ],
    ids=str,
)
def test_release_is_read_from_any_metadata(tmp_path, metadata, release):
    path = tmp_path / "submitted" / "ada" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": [], "metadata": metadata}))
    assert read_submission(path).release == release
