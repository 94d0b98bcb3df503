"""A kernel's history: which runs of cells still count, and how many times a cell has changed a name."""

import pytest

from gradlab.checks.history import Run, current_runs, last_binding, repeated_updates


def runs(*cells):
    """Return runs from texts such as "a: x = 1", for the cell with the id "a", or "x = 1", for a cell without an id."""
    parts = [cell.rpartition(": ") for cell in cells]
    return [Run(source, cell_id, float(number)) for number, (cell_id, _, source) in enumerate(parts)]


def test_only_the_last_run_of_a_cell_with_an_id_counts():
    found = current_runs(runs("a: x = 1", "b: y = 1", "a: x = 2", "z = 1", "z = 2"))
    assert [run.source for run in found] == ["y = 1", "x = 2", "z = 1", "z = 2"]


def test_last_run_that_set_a_name_is_found():
    run, binding = last_binding(runs("x = 1", "y = 1", "x = 2\nx = 3", "z = x"), "x")
    assert run.source == "x = 2\nx = 3"
    assert binding.code == last_binding(runs("x = 3"), "x")[1].code
    assert last_binding(runs("x = 1"), "y") is None


REPEATED = {
    "once": (["x = 1", "a: x *= 2"], 1),
    "twice": (["x = 1", "a: x *= 2", "a: x *= 2"], 2),
    "twice, the second time after a reset": (["x = 1", "a: x *= 2", "x = 1", "a: x *= 2"], 1),
    "without ids, so these may be two cells": (["x = 1", "x *= 2", "x *= 2"], 0),
    "two cells": (["x = 1", "a: x *= 2", "b: x *= 2"], 1),
    "a cell that was edited in between": (["x = 1", "a: x *= 2", "a: x *= 3"], 2),
    "another name": (["x = 1", "a: y *= 2", "a: y *= 2"], 0),
}


@pytest.mark.parametrize(("cells", "times"), REPEATED.values(), ids=REPEATED)
def test_repeated_updates_are_counted(cells, times):
    assert repeated_updates(runs(*cells), "x") == times
