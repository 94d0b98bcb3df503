"""An answer is called rounded only if nothing but rounding makes it wrong."""

import numpy as np
import pytest

from gradlab.checks.compare import compare
from gradlab.checks.rounding import ROUNDED, rounding
from gradlab.drivers._rows import ROWS

WANT = np.random.default_rng(0).normal(size=(4, 3))
LARGEST = WANT.max() == WANT


@pytest.mark.parametrize("decimals", [3, 4, 6, 9])
@pytest.mark.parametrize("by", [np.round, lambda x, n: np.vectorize(lambda number: float(f"{number:.{n}f}"))(x)])
def test_rounded_answer_is_recognized(decimals, by):
    assert rounding(WANT, by(WANT, decimals)) == ROUNDED


def test_single_precision_counts_only_if_it_is_rounded_further():
    single = WANT.astype(np.float32)
    assert rounding(WANT, np.round(single, 3)) == ROUNDED
    assert rounding(WANT, single) == ""
    assert rounding(1e5 * WANT, (1e5 * WANT).astype(np.float32)) == ""


def test_number_is_recognized_if_it_keeps_enough_digits():
    assert rounding(np.array(0.83333333), np.array(0.8333)) == ROUNDED
    assert rounding(np.array(0.01234567), np.array(0.012)) == ""


NOT_ROUNDED = {
    "another number": WANT + 1e-5,
    "cut off": np.floor(WANT * 1e4) / 1e4,
    "one number that is wrong": np.where(LARGEST, 1.0, np.round(WANT, 4)),
    "one number that is not rounded": np.where(LARGEST, WANT, np.round(WANT, 4)),
    "two decimals, like many inputs": np.round(WANT, 2),
    "whole numbers": np.round(WANT).astype(int),
    "zeros": np.zeros_like(WANT),
    "numbers near the largest": np.full_like(WANT, 1.7e308),
}


@pytest.mark.parametrize("got", NOT_ROUNDED.values(), ids=NOT_ROUNDED)
def test_other_answers_are_not_called_rounded(got):
    assert rounding(WANT, got) == ""


def test_missing_term_is_not_called_rounding():
    inputs = np.array([1.2, -2.4, 3.6])
    assert rounding(inputs + 1e-6, inputs) == ""


def test_nothing_is_said_about_an_empty_array():
    assert rounding(np.zeros(0), np.zeros(0)) == ""


@pytest.mark.parametrize(
    ("rows", "start", "finding"),
    [
        (None, None, ROUNDED),
        (ROWS["trajectory"], {"w": np.zeros(3)}, f"is wrong from the first step onward: there it {ROUNDED}"),
    ],
    ids=["an array", "a sequence of steps"],
)
def test_finding_says_that_an_output_is_rounded(rows, start, finding):
    outcome = compare({"w": WANT}, {"w": np.round(WANT, 4)}, 1e-7, rows, start)
    assert outcome.finding == finding
