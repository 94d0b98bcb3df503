"""The notebook is found under any name and in any folder, by its answers, and nothing else is read or followed."""

import json
import os

import pytest

from autograder.gradescope.submission import MAX_ENTRIES, find_notebook
from autograder.notebooks.canonical import read_released
from autograder.paths import ROOT

NAME = "update_rules.ipynb"
RELEASED = read_released(ROOT / "assignments" / "update_rules" / NAME)


def notebook(*functions):
    cells = [{"cell_type": "code", "source": f"def {name}(w, dw, config=None):\n    return w"} for name in functions]
    return json.dumps({"cells": cells, "nbformat": 4})


FULL, HALF, OTHER = notebook("sgd", "adam", "rmsprop"), notebook("sgd"), notebook("something")
FOUND = {
    "its own name": ({NAME: FULL}, NAME, ""),
    "another name": ({"hw1 (final) é.ipynb": FULL, "notes.txt": "x"}, "hw1 (final) é.ipynb", ""),
    "another ending": ({"hw1.IPYNB": FULL}, "hw1.IPYNB", ""),
    "no ending": ({"hw1": FULL}, "hw1", ""),
    "a folder": ({"a/b/c/hw1.ipynb": FULL, "a/readme.md": ""}, "a/b/c/hw1.ipynb", ""),
    "the most answers": ({NAME: HALF, "z.ipynb": FULL}, "z.ipynb", "You submitted 2 notebooks. Only 'z.ipynb'"),
    "the right name": ({"a.ipynb": FULL, NAME: FULL}, NAME, f"2 notebooks. Only '{NAME}' was graded."),
    "fewer folders": ({"a/b.ipynb": FULL, "c.ipynb": FULL}, "c.ipynb", "Only 'c.ipynb'"),
    "one that can be read": ({NAME: "{", "b.ipynb": OTHER}, "b.ipynb", ""),
    "no copies": ({".ipynb_checkpoints/a.ipynb": FULL, "__MACOSX/a.ipynb": FULL, "b.ipynb": HALF}, "b.ipynb", ""),
    "an unreadable one": ({"a.py": "x = 1", "b.ipynb": "{"}, "b.ipynb", ""),
    "none": ({"a.py": "x = 1"}, NAME, ""),
    "an empty submission": ({}, NAME, ""),
    "a hostile name": (
        {"\x1b[31m\u202e.ipynb": FULL, "b.ipynb": HALF},
        "\x1b[31m\u202e.ipynb",
        r"Only '\x1b[31m\u202e",
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_notebook_is_found(case, tmp_path):
    files, expected, note = FOUND[case]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = find_notebook(tmp_path, RELEASED, NAME)
    assert found.path == tmp_path / expected
    assert note in found.note
    assert bool(found.note) == bool(note)


def test_links_and_pipes_are_not_read(tmp_path):
    submission, outside = tmp_path / "submission", tmp_path / "outside"
    for folder in (submission, outside):
        folder.mkdir()
    (outside / "secret.ipynb").write_text(FULL)
    (submission / "link.ipynb").symlink_to(outside / "secret.ipynb")
    (submission / "folder").symlink_to(outside)
    os.mkfifo(submission / "pipe.ipynb")
    (submission / "own.ipynb").write_text(OTHER)
    assert find_notebook(submission, RELEASED, NAME).path == submission / "own.ipynb"


def test_number_of_examined_files_is_limited(tmp_path):
    for number in range(MAX_ENTRIES):
        (tmp_path / f"{number:05}.txt").touch()
    (tmp_path / "z.ipynb").write_text(FULL)
    assert find_notebook(tmp_path, RELEASED, NAME).path == tmp_path / NAME
