"""Signatures tell different results apart, and are the same for results that are equal up to rounding."""

import numpy as np
import pytest

from gradlab.checks.outcome import CaseResult, Problem
from gradlab.checks.signatures import SAME, SIMILAR, signature

RNG = np.random.default_rng(0)
A = RNG.normal(size=(4, 5))


def of(**outputs):
    return signature(CaseResult(outputs=outputs))


def test_rounding_does_not_matter():
    assert of(w=A * (1 + 1e-12)).matches(of(w=A), SAME)


def test_difference_in_any_single_entry_is_noticed():
    for index in np.ndindex(A.shape):
        changed = A.copy()
        changed[index] += 1e-3
        assert not of(w=changed).matches(of(w=A), SIMILAR), index


CHANGES = {
    "reshaped": A.reshape(5, 4),
    "sorted": np.sort(A, axis=None).reshape(A.shape),
    "rows exchanged": A[[1, 0, 2, 3]],
    "columns exchanged": A[:, [1, 0, 2, 3, 4]],
    "reversed": A[::-1],
    "the opposite sign": -A,
    "zeros": np.zeros_like(A),
    "one NaN": np.where(A[0, 0] == A, np.nan, A),
    "infinity": np.full_like(A, np.inf),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_different_numbers_are_noticed(changed):
    assert not of(w=changed).matches(of(w=A), SIMILAR)


def test_small_output_counts_next_to_a_large_one():
    assert not of(large=1e12 * A, small=1.001 * A).matches(of(large=1e12 * A, small=A), SIMILAR)


def test_different_random_results_do_not_match():
    known = [of(w=RNG.normal(size=(4, 5))) for _ in range(300)]
    assert not any(of(w=RNG.normal(size=(4, 5))).matches(each, SIMILAR) for each in known)


def test_words_names_and_problems_are_part_of_the_signature():
    results = [
        CaseResult(outputs={"w": "a"}),
        CaseResult(outputs={"w": "b"}),
        CaseResult(outputs={"v": "a"}),
        CaseResult(outputs={"w": None}),
        CaseResult(outputs={"w": np.array(["a"])}),
        CaseResult(problem=Problem("error", exception="KeyError")),
        CaseResult(problem=Problem("error", exception="ValueError")),
    ]
    signatures = list(map(signature, results))
    assert [[a.matches(b, SAME) for a in signatures] for b in signatures] == np.eye(len(results), dtype=bool).tolist()


@pytest.mark.filterwarnings("error")
def test_huge_numbers_cause_no_warning():
    assert not of(w=np.full(3, 1e308)).matches(of(w=A), SAME)
