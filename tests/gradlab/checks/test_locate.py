"""Where an answer is wrong: from the first step that differs, in one row, or only where zero is right, for example."""

import numpy as np
import pytest

from gradlab.checks.locate import place_of_error, worst_entry
from gradlab.drivers._rows import Rows

W = np.cumsum(np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 1.5], [2.0, 0.25]]), axis=0)
START = np.zeros(2)
STEPS = Rows("step", {"w": "w"})


def moved(*factors):
    """Return the points of W, with each step multiplied by a factor."""
    return np.cumsum(np.diff(W, axis=0, prepend=[START]) * np.array(factors)[:, None], axis=0)


def with_row(number, row):
    changed = W.copy()
    changed[number] = row
    return changed


SEQUENCES = {
    "is wrong from the first step onward: the change in this step has the opposite sign": moved(-1, -1, -1, -1),
    "is wrong from the first step onward: the change in this step is twice as large": moved(2, 1, 3, 1),
    "is right up to step 2 and wrong from step 3 onward: the change in this step is half as large": moved(1, 1, 0.5, 1),
    "is right up to step 1 and wrong from step 2 onward: there it does not move in this step": moved(1, 0, 5, 1),
    "is wrong only at step 2": with_row(1, [7.0, 9.0]),
    "never changes": np.zeros_like(W),
    "never changes after the first step": np.broadcast_to(W[0], W.shape),
    "hardly changes after the first step": W[0] * (1 + 1e-15 * np.arange(len(W)))[:, None],
    "comes one step too late": np.vstack([START, W[:-1]]),
    "comes one step too early": np.vstack([W[1:], [9.0, 9.0]]),
}


@pytest.mark.parametrize(("phrase", "got"), SEQUENCES.items(), ids=SEQUENCES)
def test_first_step_that_differs_is_named(phrase, got):
    assert place_of_error(W, got, 1e-7, STEPS, START) == phrase


def test_wild_first_step_does_not_make_later_steps_look_constant():
    far = np.array([-2e9, 3e9])
    got = far + W - W[0]
    found = place_of_error(W, got, 1e-7, STEPS, START)
    assert found.startswith("is wrong from the first step onward")


def test_relation_that_holds_in_every_row_is_reported_for_all_rows():
    calls = np.array([0.5, 0.25, 3.0, 1.7])
    assert place_of_error(calls, 2 * calls, 1e-7, Rows("call"), None) == "is twice as large"


RATES = {
    "a learning rate that falls one step too late": ([0.1, 0.1, 0.05], [0.1, 0.1, 0.1], "never changes"),
    "a learning rate that falls too late": ([0.1, 0.05, 0.05], [0.1, 0.1, 0.05], "comes one step too late"),
    "a learning rate that is low too early": ([0.1, 0.1, 0.1, 0.05], [0.05, 0.1, 0.1, 0.1], "is first wrong at step"),
}


@pytest.mark.parametrize(("want", "got", "phrase"), RATES.values(), ids=RATES)
def test_shift_is_recognized_only_if_the_rows_differ(want, got, phrase):
    assert place_of_error(np.array(want), np.array(got), 1e-7, Rows("step"), None).startswith(phrase)


MATRIX = np.array([[1.0, 2.0, 0.0], [0.0, 5.0, 6.0], [7.0, 0.0, 9.0]])


def changed(*indices):
    got = MATRIX.copy()
    for number, index in enumerate(indices):
        got[index] += 0.1 + number
    return got


ARRAYS = {
    "is wrong only where it should be zero": changed((0, 2), (1, 0), (2, 1)),
    "is wrong only in the first row": changed((0, 0), (0, 1)),
    "is wrong only in the last column": changed((0, 2), (2, 2)),
    "is wrong only in one row": changed((1, 0), (1, 1), (1, 2)),
    "is wrong only on the diagonal": changed((0, 0), (1, 1), (2, 2)),
    "is wrong in some entries and right in the others": changed((0, 0), (1, 1)),
    "is twice as large": 2 * MATRIX,
}


@pytest.mark.parametrize(("phrase", "got"), ARRAYS.items(), ids=ARRAYS)
def test_wrong_part_of_an_array_is_named(phrase, got):
    assert place_of_error(MATRIX, got, 1e-7, None, None) == phrase


def test_worst_entry_is_in_the_first_wrong_step():
    got = moved(1, 1.5, 9, 9)
    assert worst_entry(W, got, 1e-7, STEPS) == (1, 1)
    assert worst_entry(W, got, 1e-7, None) == (3, 1)
    assert worst_entry(np.array(1.0), np.array(2.0), 1e-7, None) == ()


def test_numbers_near_the_largest_double_give_no_warning():
    want, got = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.7e308, -1.7e308, 1.7e308, -1.7e308])
    assert place_of_error(want, got, 1e-7, None, None) == ""
    assert place_of_error(want, got, 1e-7, STEPS, np.zeros(())) == "is wrong from the first step onward"
