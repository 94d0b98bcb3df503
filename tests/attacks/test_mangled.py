"""Submissions that are accidentally or deliberately broken get a fair grade, or zero points and the reason."""

import html
import json
import os
import re
from dataclasses import dataclass

import pytest
from nbformat.v4 import new_code_cell

from autograder.demo.students import Student

FILE = "update_rules.ipynb"


@dataclass(frozen=True)
class Mangled(Student):
    """A student who submits correct answers in a notebook that `change` alters, and other files next to the notebook.

    ``change(notebook)`` returns the new notebook as JSON or bytes, or changes the notebook in place and returns None.
    """

    change: object = None
    add_files: object = lambda folder, course: None

    def notebook(self, assignment, released):
        correct = json.loads(super().notebook(assignment, released))
        changed = self.change(correct) if self.change else correct
        return changed if isinstance(changed, bytes) else json.dumps(correct if changed is None else changed).encode()


def marks(notebook, kind=("grade", "solution")):
    """Yield the cells whose nbgrader metadata sets any key in `kind`, each with that metadata."""
    for cell in notebook["cells"]:
        mark = cell["metadata"].get("nbgrader")
        if mark and any(mark[key] for key in kind):
            yield cell, mark


def each_mark(**values):
    def change(notebook):
        for _, mark in marks(notebook):
            mark.update(values)

    return change


def each_check(**values):
    def change(notebook):
        for cell, mark in marks(notebook, ("grade",)):
            cell.update(values if mark["grade_id"] != "momentum_or_newton" else {})

    return change


def shuffle_marks(notebook):
    """Swap the ids of the answers to sgd and adam."""
    places = {"sgd": "adam", "adam": "sgd"}
    for _, mark in marks(notebook, ("solution",)):
        mark["grade_id"] = places.get(mark["grade_id"], mark["grade_id"])


def rename(notebook):
    next(mark for _, mark in marks(notebook) if mark["grade_id"] == "sgd")["grade_id"] = "sgd2"


def without(test):
    return lambda notebook: notebook | {"cells": [cell for cell in notebook["cells"] if not test(cell)]}


def is_check(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "").endswith("-check")


def split(notebook):
    """After every answer, add a cell that uses the answer and has no metadata."""
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
            cells.append(new_code_cell(f"{cell['metadata']['nbgrader']['grade_id']}"))
    return notebook | {"cells": cells}


def garbage(notebook):
    for cell in notebook["cells"]:
        cell.update(outputs="none", execution_count=[], attachments=7, extra={})
        cell["metadata"] = {**cell["metadata"], "tags": 3, "gradlab": {"untouched": True, "guide": True}}
        cell["source"] = ["".join(cell["source"]), None, 7, ""]
    notebook["cells"] += [None, 7, [], {}, {"source": {}}, {"cell_type": "code", "metadata": 3, "source": "\0"}]
    notebook["metadata"] = "none"


def reformatted(notebook):
    notebook["cells"][0]["source"] = "# \x00 \ud800 \x1b[31m"
    notebook["cells"].append(new_code_cell("x = '\x00'"))


FULL = {
    "bom": lambda nb: b"\xef\xbb\xbf" + json.dumps(nb).encode(),
    "raised-points": each_mark(points=1000.0),
    "negative-points": each_mark(points=-5),
    "points-not-a-number": each_mark(points="NaN"),
    "renamed": rename,
    "all-solutions": each_mark(solution=True, grade=False, locked=False),
    "nothing-graded": each_mark(grade=False, locked=True, task=True, schema_version=99),
    "retyped-checks": each_check(cell_type="markdown"),
    "rewritten-checks": each_check(source="1000.0"),
    "deleted-checks": without(is_check),
    "duplicated-checks": lambda nb: nb | {"cells": nb["cells"] + [cell for cell in nb["cells"] if is_check(cell)] * 2},
    "duplicated-answers": lambda nb: nb | {"cells": nb["cells"] * 2},
    "reversed": lambda nb: nb | {"cells": nb["cells"][::-1]},
    "split": split,
    "only-answers": without(lambda cell: "nbgrader" not in cell["metadata"] and "import numpy" not in cell["source"]),
    "without-ids": lambda nb: [cell.pop("id") for cell in nb["cells"]] and None,
    "same-ids": lambda nb: [cell.update(id="same") for cell in nb["cells"]] and None,
    "garbage": garbage,
    "control-characters": reformatted,
    "other-kernel": lambda nb: nb["metadata"].update(kernelspec={"name": "bash", "language": "bash"}),
    "other-version": lambda nb: nb.update(nbformat=99, nbformat_minor=-1),
}
UNREADABLE = {
    "half": (lambda nb: json.dumps(nb).encode()[:5000], "it is not valid JSON"),
    "empty": (lambda nb: b"", "is empty"),
    "blank": (lambda nb: b" \n ", "is empty"),
    "text": (lambda nb: b"def sgd(w, dw): ...", "it is not valid JSON (line 1)"),
    "conflict": (lambda nb: b"{\n<<<<<<< mine\n}\n=======", "it is not valid JSON (line 2)"),
    "utf-16": (lambda nb: json.dumps(nb).encode("utf-16"), "not UTF-8 text"),
    "null-bytes": (lambda nb: bytes(1000), "it is not valid JSON"),
    "pickle": (lambda nb: b"\x80\x04c__builtin__\nexit\n", "not UTF-8 text"),
    "deep": (lambda nb: b"[" * 1_000_000, "nested too deeply"),
    "large-number": (lambda nb: b"9" * 1_000_000, "it is not valid JSON"),
    "number": (lambda nb: b"37", "no list of cells"),
    "list": (lambda nb: json.dumps(nb["cells"]).encode(), "no list of cells"),
    "version-3": (lambda nb: {"nbformat": 3, "worksheets": [{"cells": nb["cells"]}]}, "no list of cells"),
    "large": (lambda nb: nb | {"more": "x" * 10_000_000}, "clear its outputs"),
    "many-cells": (lambda nb: nb | {"cells": nb["cells"] * 100}, "cells, but at most 2000 are allowed"),
    "much-source": (lambda nb: nb | {"cells": [new_code_cell("#" * 600_000)] * 2}, "more than 1000000 characters"),
}


def in_its_place(make):
    """Return a function that deletes the notebook and has ``make(path)`` create something in its place."""

    def add_files(folder, _):
        (folder / FILE).unlink()
        make(folder / FILE)

    return add_files


NO_FILE = {
    "folder": (in_its_place(lambda path: (path / "x").mkdir(parents=True)), "is a folder"),
    "pipe": (in_its_place(os.mkfifo), "is not a regular file"),
    "missing": (in_its_place(lambda path: None), "is missing"),
    "other-case": (in_its_place(lambda path: path.with_name("Update_Rules.ipynb").write_text("{}")), "is missing"),
}


def companion(name, content):
    def add_files(folder, _):
        (folder / name).write_bytes(content) if isinstance(content, bytes) else content(folder / name)

    return add_files


COMPANIONS = {
    "time-garbage": companion("timestamp.txt", b"yesterday \xff\x00"),
    "time-empty": companion("timestamp.txt", b""),
    "time-huge": companion("timestamp.txt", b"2" * 5_000_000),
    "time-far": companion("timestamp.txt", b"0001-01-01 00:00:00 +23:59"),
    "time-odd": companion("timestamp.txt", b"10e99999 UTC-99:99"),
    "time-folder": companion("timestamp.txt", os.mkdir),
    "time-pipe": companion("timestamp.txt", os.mkfifo),
    "secret-path": companion("submission_secret.txt", b"../../../../tmp/owned"),
    "secret-empty": companion("submission_secret.txt", b""),
    "secret-pipe": companion("submission_secret.txt", os.mkfifo),
    "second": companion("update_rules (1).ipynb", b"not a notebook"),
    "browser-copy": lambda folder, _: (folder / FILE).rename(folder / "update_rules (1).ipynb"),
    "second-with-solutions": companion("solutions.ipynb", b'{"cells": []}'),
}
UNUSUAL_NAMES = ("mangled o'brien.é+1@example.org", "李" + "陳" * 29, "王" + "陳" * 29)
REFUSED_NAMES = (
    "mangled*",
    "mangled\x1b[31m\nname",
    "mangled \u202eemos",
    "mangled \udcff",
    "mangled<img src=x onerror=alert(1)>",
    "mangled 'name' \"<b>\" & é; $(id)",
)
SUBMISSIONS = [
    *(Mangled(f"mangled-{name}", "", change=change) for name, change in FULL.items()),
    *(Mangled(f"mangled-{name}", "", change=change) for name, (change, _) in UNREADABLE.items()),
    *(Mangled(f"mangled-{name}", "", add_files=add_files) for name, (add_files, _) in NO_FILE.items()),
    *(Mangled(f"mangled-{name}", "", add_files=add_files) for name, add_files in COMPANIONS.items()),
    Mangled("mangled-answers-swapped", "", change=shuffle_marks),
    *(Mangled(name, "") for name in (*UNUSUAL_NAMES, *REFUSED_NAMES)),
]


@pytest.mark.parametrize("name", [*FULL, *COMPANIONS])
def test_irrelevant_change_costs_no_points(name, course, full):
    assert course.scores(f"mangled-{name}") == full


@pytest.mark.parametrize("name", UNREADABLE | NO_FILE)
def test_unreadable_submission_gets_zero_points_and_the_reason(name, course):
    student, (_, reason) = f"mangled-{name}", (UNREADABLE | NO_FILE)[name]
    assert set(course.gradebook[student].values()) == {0}
    assert reason in course.reported(student, "adam")
    assert re.search(f"{student}: zero points: .*{re.escape(reason)}", course.run.stdout)


def test_log_and_feedback_say_that_a_browsers_copy_was_graded(course):
    remark = "Your file is named 'update_rules (1).ipynb'. It was graded as 'update_rules.ipynb'"
    assert f"mangled-browser-copy: {remark}" in course.run.stdout
    assert remark in html.unescape(course.reported("mangled-browser-copy", "sgd"))


def test_answers_are_matched_by_id(course, full):
    # Adam still passes, because the cell for sgd has defined `adam` by the time `adam` is checked.
    assert course.scores("mangled-answers-swapped") == full | {"sgd": 0}
    assert "<code>sgd</code> is not defined" in course.reported("mangled-answers-swapped", "sgd")


@pytest.mark.parametrize("name", UNUSUAL_NAMES)
def test_student_with_an_unusual_name_gets_full_points(name, course, full):
    assert course.scores(name) == full


def test_refused_names_are_reported_once_and_escaped(course):
    for name in REFUSED_NAMES:
        assert name not in course.gradebook
        assert course.run.stdout.count(f"{name!r} is not graded: a student ID must not contain") == 1
    assert not {"\x1b", "\u202e"} & set(course.run.stdout)
    assert {path.name for path in (course.build / "autograded").iterdir() if "mangled" not in path.name} >= {"honest"}


def test_autograded_folder_contains_only_our_files(course):
    for name in COMPANIONS:
        folder = course.build / "autograded" / f"mangled-{name}" / "update_rules"
        assert {path.name for path in folder.iterdir()} == {FILE, "timestamp.txt", "submission_secret.txt"}
        assert len((folder / "timestamp.txt").read_bytes()) < 200
        assert re.fullmatch("[0-9a-z]{6,200}", (folder / "submission_secret.txt").read_text())


def test_broken_submissions_do_not_stop_the_batch(course, full):
    assert course.run.returncode == 0, course.errors(course.run)
    assert course.feedback_run.returncode == 0, course.errors(course.feedback_run)
    assert course.scores("honest") == full
