"""The check doubts the grade only if there is evidence. See test_check_and_grade.py for tests with real grades."""

import pytest

from gradlab.checks.doubts import RESTART, doubts
from gradlab.checks.history import Run
from gradlab.checks.saved import SavedNotebook
from gradlab.checks.session import Session

ANSWER = "def answer(x):\n    return helper(x)"
HELPER = "def helper(x):\n    return x"
BETTER = "def helper(x):\n    return 2 * x"


def doubted(runs, saved, time=100.0):
    """Return the doubts about `answer` after the cells `runs` have run, if the cells `saved` were saved at `time`.

    Each cell in `runs` is written as "id: source" or as "source". The check is below the cell that defines `answer`.
    """
    namespace, history = {}, []
    for number, cell in enumerate(runs):
        cell_id, mark, source = cell.partition(": ") if cell[:1].isupper() else ("", "", cell)
        exec(source, namespace)
        history.append(Run(source, cell_id if mark else "", float(number)))
    below = next((number + 1 for number, source in enumerate(saved or ()) if "def answer" in source), 0)
    notebook = SavedNotebook(time, tuple(saved), {"answer": below}) if saved is not None else None
    return doubts("answer", ["answer"], [namespace["answer"]], Session(namespace, history, notebook))


SILENT = {
    "the notebook is saved as it ran": ([HELPER, ANSWER], [HELPER, ANSWER]),
    "no saved notebook is known": ([HELPER, ANSWER], None),
    "the helper is further down": ([HELPER, ANSWER], [ANSWER, HELPER]),
    "a cell ran several times": ([HELPER, ANSWER, HELPER, ANSWER, HELPER], [HELPER, ANSWER]),
    "an earlier version ran first": ([BETTER, ANSWER, HELPER], [HELPER, ANSWER]),
    "two equal definitions": ([HELPER, ANSWER], [HELPER, HELPER, ANSWER]),
    "an import next to another one": (["import math as helper", ANSWER], ["import os, math as helper", ANSWER]),
    "a moved cell": (["A: " + HELPER, ANSWER, "B: " + HELPER, "A: pass"], [HELPER, ANSWER]),
    "a cell that may set any name": ([HELPER, ANSWER], ["exec('helper = abs')", ANSWER]),
    "a magic that may set any name": ([HELPER, ANSWER], ["%run helpers.py", ANSWER]),
    "other cells": ([HELPER, ANSWER, "other = 1"], [HELPER, ANSWER, "other = 2"]),
    "a default that is set above": (["y = 1", "def answer(x, z=y):\n    return x"],) * 2,
    "the check moved above the answer": ([HELPER, ANSWER], [HELPER, "x = 1\n" + ANSWER]),
    "a local variable named like a deleted one": (["x = 1", HELPER, ANSWER], [HELPER, ANSWER]),
    "a branch that needs a deleted name": (
        ["gone = 1", "if gone:\n    pass\n" + HELPER, ANSWER],
        ["if gone:\n    pass\n" + HELPER, ANSWER],
    ),
}


@pytest.mark.parametrize(("runs", "saved"), SILENT.values(), ids=SILENT)
def test_nothing_is_said_without_evidence(runs, saved):
    assert doubted(runs, saved) == ()


@pytest.mark.parametrize("saved", [[ANSWER], [BETTER, ANSWER], [HELPER], [], [HELPER, ANSWER, BETTER]])
def test_notebook_that_was_saved_before_the_cells_ran_proves_nothing(saved):
    assert doubted([HELPER, ANSWER], saved, time=-1.0) == ()
    assert doubted([HELPER, ANSWER], saved, time=2.0) != ()


DOUBTED = {
    "a deleted cell": ([HELPER, ANSWER], [ANSWER], "needs `helper`, but no cell"),
    "a helper that was edited": ([HELPER, ANSWER], [BETTER, ANSWER], "`helper` is not the same"),
    "an answer that was edited": ([HELPER, ANSWER], [HELPER, ANSWER + " + 1"], "`answer` is not the same"),
    "a helper that is set again": ([HELPER, ANSWER], [HELPER, ANSWER, BETTER], "sets `helper` in more than one place"),
    "cells that ran out of order": ([BETTER, HELPER, ANSWER], [HELPER, BETTER, ANSWER], "`helper` in more than one"),
    "a cell that needs a deleted cell": (
        ["gone = 1", "y = gone", HELPER, "def answer(x):\n    return y"],
        ["y = gone", HELPER, "def answer(x):\n    return y"],
        "needs `gone`, but no cell",
    ),
    "a default that is set below": (
        ["y = 1", "def answer(x, z=y):\n    return x"],
        ["def answer(x, z=y):\n    return x", "y = 1"],
        "needs `y`, which is set only further down",
    ),
    "a line above the answer that needs a name set below": (
        ["y = 1", "print(y)\ndef answer(x):\n    return x"],
        ["print(y)\ndef answer(x):\n    return x", "y = 1"],
        "needs `y`, which is set only further down",
    ),
}


@pytest.mark.parametrize(("runs", "saved", "words"), DOUBTED.values(), ids=DOUBTED)
def test_difference_is_named_with_advice(runs, saved, words):
    sentence, restart = doubted(runs, saved)
    assert words in sentence
    assert restart == RESTART


def test_cell_that_no_longer_sets_a_name_is_detected_without_a_saved_notebook():
    runs = [f"A: {HELPER}", ANSWER, f"A: {HELPER.replace('helper', 'renamed')}"]
    sentence, _ = doubted(runs, None)
    assert "the cell that set `helper` has since run without doing so" in sentence
    assert doubted([*runs, "B: exec('y = 1')"], None) == ()
    assert doubted([*runs, f"B: {HELPER}"], None) == ()


def test_at_most_three_differences_are_listed():
    names = [f"gone_{number}" for number in range(9)]
    runs = [f"{name} = 1" for name in names]
    runs.append(f"def answer(x):\n    return x + {' + '.join(names)}")
    assert len(doubted(runs, runs[-1:])) == 3 + len([RESTART])
