"""Whatever the file is, reading a submission returns cells of plain text or raises an error with the reason."""

import hashlib
import json
import os

import pytest

from autograder.notebooks import intake
from autograder.notebooks.intake import SubmittedCell, Unreadable, read_or_reason, read_submission


def cell(source="", grade_id="", cell_id="", cell_type="code"):
    return SubmittedCell(cell_id, grade_id, cell_type, source)


def as_json(*cells, **notebook):
    return json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}} | notebook).encode()


CODE = {"cell_type": "code", "id": "a1", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": 7}
ANSWER = CODE | {"metadata": {"nbgrader": {"grade_id": "adam", "solution": False, "points": 99, "locked": True}}}


@pytest.fixture
def path(tmp_path):
    """The path where the notebook is expected: submitted/<student>/<assignment>/<assignment>.ipynb."""
    folder = tmp_path / "submitted" / "ada" / "rules"
    folder.mkdir(parents=True)
    return folder / "rules.ipynb"


X, HI = [cell("x = 1", cell_id="a1")], [cell("hi", cell_type="markdown")]
READABLE = {
    "a cell": (as_json(CODE), X),
    "an answer with forged metadata": (as_json(ANSWER), [cell("x = 1", "adam", "a1")]),
    "a list of lines": (as_json(CODE | {"source": ["x = 1\n", "y = 2"]}), [cell("x = 1\ny = 2", cell_id="a1")]),
    "no cells": (as_json(), []),
    "no id": (as_json({"cell_type": "markdown", "source": "hi"}), HI),
    "a raw cell": (as_json({"cell_type": "raw", "source": "hi"}), HI),
    "a cell type that is a list": (as_json({"cell_type": ["code"], "source": "hi"}), HI),
    "a byte order mark": (b"\xef\xbb\xbf" + as_json(CODE), X),
    "another kernel": (as_json(CODE, metadata={"kernelspec": {"name": "sage", "argv": ["rm"]}}), X),
    "a format version that is text": (as_json(CODE, nbformat="9"), X),
    "metadata that is a list": (as_json(CODE | {"metadata": [1], "id": 3}), [cell("x = 1")]),
    "nbgrader metadata that is text": (as_json(CODE | {"metadata": {"nbgrader": "adam"}}), X),
    "a grade_id that is a dict": (as_json(CODE | {"metadata": {"nbgrader": {"grade_id": {}}}}), X),
    "a source that is a number": (as_json(CODE | {"source": 5}), [cell(cell_id="a1")]),
    "lines that are not all text": (as_json(CODE | {"source": ["a", 5, None, "b"]}), [cell("ab", cell_id="a1")]),
    "cells that are not all dicts": (as_json(None, 3, "x", [], CODE), X),
    "null bytes": (as_json(CODE | {"source": "x = '\0'"}), [cell("x = '\0'", cell_id="a1")]),
    "a lone surrogate": (b'{"cells": [{"source": "x = \\ud800", "cell_type": "code"}]}', [cell("x = ?")]),
    "conflict markers in a cell": (
        as_json(CODE | {"source": "<<<<<<< HEAD\nx"}),
        [cell("<<<<<<< HEAD\nx", cell_id="a1")],
    ),
}


@pytest.mark.parametrize(("data", "cells"), READABLE.values(), ids=READABLE)
def test_only_plain_text_is_read(path, data, cells):
    path.write_bytes(data)
    submitted = read_submission(path)
    assert list(submitted.cells) == cells
    assert submitted.digest == hashlib.sha256(data).hexdigest()
    for found in submitted.cells:
        json.dumps(vars(found)).encode()
        found.source.encode()


UNREADABLE = {
    "an empty file": (b"", "the submitted file is empty"),
    "whitespace": (b" \n", "the submitted file is empty"),
    "half a notebook": (as_json(CODE)[:-9], "is not a notebook: it is not valid JSON (line 1)"),
    "conflict markers": (b"{\n<<<<<<< HEAD\n}", "is not a notebook: it is not valid JSON (line 2)"),
    "text": (b"print(1)", "is not a notebook: it is not valid JSON (line 1)"),
    "UTF-16": (as_json(CODE).decode().encode("utf-16"), "is not UTF-8 text, so it is not a notebook"),
    "null bytes": (bytes(100), "is not a notebook: it is not valid JSON"),
    "a list": (b"[]", "is not a notebook in format 4: it has no list of cells"),
    "a number": (b"3", "has no list of cells"),
    "cells that are a dict": (b'{"cells": {}}', "has no list of cells"),
    "format 3": (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "is not a notebook in format 4"),
    "a number with many digits": (b'{"cells": ' + b"9" * 10_000 + b"}", "is not a notebook: it is not valid JSON"),
    "deep lists": (b"[" * 100_000, "is nested too deeply to be a notebook"),
    "deep dicts": (b'{"cells":' * 100_000, "is nested too deeply to be a notebook"),
    "deep metadata": (b'{"metadata":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "is nested too deeply"),
    "too many cells": (as_json(*[None] * 2001), "has 2001 cells, but at most 2000 are allowed"),
    "too much text": (as_json(*[CODE | {"source": "x" * 10_000}] * 101), "have more than 1000000 characters"),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_file_that_is_not_a_notebook_raises_with_the_reason(path, data, reason):
    path.write_bytes(data)
    with pytest.raises(Unreadable) as caught:
        read_submission(path)
    assert reason in str(caught.value)


def test_file_that_is_too_large_is_not_read(path):
    with path.open("wb") as file:
        file.truncate(10**12)  # sparse: reading it would take a terabyte of memory
    with pytest.raises(
        Unreadable, match=r"is 1000000\.0 MB, but at most 10 MB is allowed: clear its outputs and submit"
    ):
        read_submission(path)


def test_file_of_the_largest_allowed_size_is_read(path):
    data = as_json(CODE)
    path.write_bytes(data + b" " * (intake.MAX_BYTES - len(data)))
    assert len(read_submission(path).cells) == 1


def missing_file(path):
    pass


def missing_folder(path):
    path.parent.rmdir()


def folder(path):
    path.mkdir()


def file_for_a_folder(path):
    path.parent.rmdir()
    path.parent.write_bytes(b"")


def link(path):
    target = path.with_name("real.ipynb")
    target.write_bytes(as_json(CODE))
    path.symlink_to(target)


def dangling_link(path):
    path.symlink_to("nowhere")


def linked_folder(path):
    real = path.parent.with_name("real")
    path.parent.rename(real)
    path.parent.symlink_to(real)
    path.write_bytes(as_json(CODE))


def linked_student(path):
    student = path.parent.parent
    student.rename(student.with_name("emmy"))
    student.symlink_to(student.with_name("emmy"))
    path.write_bytes(as_json(CODE))


def pipe(path):
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (missing_file, "the notebook is missing from the submitted folder"),
        (missing_folder, "the notebook is missing from the submitted folder"),
        (folder, "the submitted notebook is a folder"),
        (file_for_a_folder, "the submitted notebook cannot be opened"),
        (link, "is a link"),
        (dangling_link, "is a link"),
        (linked_folder, "is a link"),
        (linked_student, "is a link"),
        (pipe, "the submitted notebook is not a regular file"),
    ],
)
def test_missing_files_links_folders_and_pipes_are_refused(path, make, reason):
    """A link could lead to another student's work or to a secret, and a pipe could block the grader forever."""
    make(path)
    with pytest.raises(Unreadable) as caught:
        read_submission(path)
    assert reason in str(caught.value)


ONE = as_json(CODE)
COPY = "Your file is named 'rules (1).ipynb'. It was graded as 'rules.ipynb'; please use that name."
NAMES = {
    "the right name": (["rules.ipynb"], "rules.ipynb", ""),
    "a browser's copy": (["rules (1).ipynb"], "rules (1).ipynb", COPY),
    "no space": (["rules(12).ipynb"], "rules(12).ipynb", COPY.replace("rules (1)", "rules(12)")),
    "a copy and other files": (["rules (1).ipynb", "notes.ipynb", "rules.txt"], "rules (1).ipynb", COPY),
    "both": (
        ["rules (1).ipynb", "rules.ipynb"],
        "rules.ipynb",
        "'rules.ipynb' was graded. You also submitted 'rules (1).ipynb', which was not.",
    ),
    "three": (
        ["rules (1).ipynb", "rules (2).ipynb", "rules.ipynb"],
        "rules.ipynb",
        "'rules.ipynb' was graded. You also submitted 'rules (1).ipynb' and 'rules (2).ipynb', which were not.",
    ),
}


@pytest.mark.parametrize(("names", "used", "remark"), NAMES.values(), ids=NAMES)
def test_single_copy_is_read_only_in_place_of_a_missing_notebook(path, names, used, remark):
    for name in names:
        path.with_name(name).write_bytes(as_json(CODE | {"source": name}))
    submitted = read_submission(path)
    assert submitted.cells[0].source == used
    assert submitted.remark == remark


@pytest.mark.parametrize(
    "names",
    [
        ["rules (1).ipynb", "rules (2).ipynb"],
        ["rules (1) (1).ipynb"],
        ["rules (1).ipynb.txt"],
        ["rules (one).ipynb"],
        ["rules (1000).ipynb"],
        ["Rules (1).ipynb"],
        ["other (1).ipynb"],
        ["rules (1).ipynb\n"],
    ],
)
def test_unusual_copy_names_and_multiple_copies_are_refused(path, names):
    for name in names:
        path.with_name(name).write_bytes(ONE)
    with pytest.raises(Unreadable, match="the notebook is missing from the submitted folder"):
        read_submission(path)


def test_copy_that_is_a_link_is_refused(path):
    path.with_name("real.ipynb").write_bytes(ONE)
    path.with_name("rules (1).ipynb").symlink_to(path.with_name("real.ipynb"))
    with pytest.raises(Unreadable, match="is a link"):
        read_submission(path)


def test_digest_identifies_readable_and_unreadable_submissions(path):
    reason = read_or_reason(path)
    assert isinstance(reason, Unreadable)
    assert reason.digest == str(reason) == "the notebook is missing from the submitted folder"
    path.write_bytes(as_json(CODE))
    assert read_or_reason(path) == read_submission(path)
