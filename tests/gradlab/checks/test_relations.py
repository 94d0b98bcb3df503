"""Every sentence about how an array is wrong is true of the array, and nothing is said if nothing simple applies."""

import numpy as np
import pytest

from gradlab.checks.relations import number_relation, shape_relation

Y = np.array([[1.5, -2.0, 3.0], [0.5, 4.0, -7.0]])
SQUARE = np.array([[1.0, 2.0], [3.0, 4.0]])

RELATIONS = {
    "is twice as large": (Y, 2 * Y),
    "is half as large": (Y, Y / 2),
    "has the opposite sign": (Y, -Y),
    "is ten times as large": (Y, 10 * Y),
    "is zero everywhere": (Y, 0 * Y),
    "is too large by the same factor everywhere": (Y, 1.7 * Y),
    "is too small by the same factor everywhere, and has the opposite sign": (Y, -0.7 * Y),
    "is too large by a factor equal to the length of axis 0": (np.vstack([Y] * 3), 6 * np.vstack([Y] * 3)),
    "is too small by a factor equal to the length of axis 1": (Y[:, [0, 1, 2, 1, 0]], Y[:, [0, 1, 2, 1, 0]] / 5),
    "is transposed": (SQUARE, SQUARE.T),
    "is in reverse order": (Y[0], Y[0][::-1]),
    "has the wrong sign in some places": (Y, np.abs(Y)),
    "has the right numbers in a different order": (Y[0], Y[0][[2, 0, 1]]),
    "is the square of what it should be": (Y, Y**2),
    "is the square root of what it should be": (Y**2, np.abs(Y)),
    "is the reciprocal of what it should be": (Y, 1 / Y),
    "is too large by the same amount everywhere": (Y, Y + 0.3),
    "is too small by the same amount everywhere": (Y, Y - 0.3),
}


@pytest.mark.parametrize(("phrase", "arrays"), RELATIONS.items(), ids=RELATIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_relation_is_recognized(phrase, arrays, dtype):
    want, got = (array.astype(dtype) for array in arrays)
    assert number_relation(want, got) == phrase


@pytest.mark.parametrize(("phrase", "arrays"), RELATIONS.items(), ids=RELATIONS)
def test_relation_that_holds_only_approximately_is_not_claimed(phrase, arrays):
    want, got = arrays
    got = got.copy()
    got.flat[0] += 1e-3
    assert number_relation(want, got) != phrase


FEW = {
    "a number with many digits": (4.1273, 8.2546, "is twice as large"),
    "its negative": (4.1273, -4.1273, "has the opposite sign"),
    "another factor": (4.1273, 1.7 * 4.1273, ""),
    "zero": (4.1273, 0.0, "is zero"),
    "the same number, several times": ([4.1273] * 5, [8.2546] * 5, "is twice as large"),
    "the same number and zero": ([4.1273, 0.0, 4.1273], [4.5, 0.0, 4.5], ""),
    "the same number with an offset": ([4.1273] * 5, [4.2] * 5, ""),
    "two numbers": ([4.0, -7.0], [8.0, -14.0], "is twice as large"),
    "two numbers with an offset": ([4.1, 7.2], [5.1, 8.2], ""),
    "two numbers in another order": ([4.1, 7.2, 4.1], [7.2, 4.1, 4.1], ""),
    "a number with few digits": (4.0, 8.0, ""),
    "a learning rate": (0.01, 0.001, ""),
    "a whole number": (3, 6, ""),
    "zero for a whole number": (3, 0, ""),
    "zeros for whole numbers": ([3, 4], [0, 0], "is zero everywhere"),
    "two whole numbers": ([3, 5], [6, 10], ""),
    "the same whole number": ([3, 3, 3, 3], [2, 2, 2, 2], ""),
    "indices that are off by one": ([3, 0, 5, 1], [4, 1, 6, 2], "is too large by the same amount everywhere"),
    "indices in another order": ([3, 0, 5, 1], [0, 1, 3, 5], "has the right numbers in a different order"),
    "unrelated indices": ([3, 0, 5, 1], [4, 1, 2, 0], ""),
}


@pytest.mark.parametrize(("want", "got", "phrase"), FEW.values(), ids=FEW)
def test_relation_between_few_numbers_is_claimed_only_if_chance_is_unlikely(want, got, phrase):
    """Any two numbers have some ratio and some difference."""
    assert number_relation(np.array(want), np.array(got)) == phrase


@pytest.mark.parametrize("want", [np.zeros(3), np.zeros(0), np.full(3, 2.0)])
def test_zeros_constants_and_empty_arrays_have_no_relation_to_others(want):
    rng = np.random.default_rng(0)
    assert number_relation(want, rng.normal(size=want.shape) + 10) == ""


@pytest.mark.parametrize("factor", [1 + 1e-6, 1 - 1e-6, 1 + 2e-5, 1 - 2e-5])
def test_factor_that_rounding_could_explain_is_not_claimed(factor):
    want = np.array([[1.5, 2.0], [5.0, -3.0]])
    assert number_relation(want, factor * want) == ""
    assert number_relation(want, want + (factor - 1)) == ""


def test_unrelated_arrays_have_no_relation():
    rng = np.random.default_rng(0)
    for _ in range(200):
        want, got = rng.normal(size=(2, 3, 4))
        assert number_relation(want, got) == ""


SHAPES = {
    "has an extra axis of length 1; the numbers in it are right": (Y[0], Y[0][None]),
    "has an extra axis of length 1": (Y[0], 3 * Y[0][:, None]),
    "lacks an axis of length 1; the numbers in it are right": (Y[0][None], Y[0]),
    "is transposed": (Y, Y.T),
    "lacks one entry at the end; the others are right": (Y[0], Y[0][:-1]),
    "has one entry too many at the start; the others are right": (Y[0], np.append(9.0, Y[0])),
    "has one entry too many": (Y[0], np.arange(4.0)),
    "has one entry too many; the others are right": (np.full(2, 4.0), np.full(3, 4.0)),
    "lacks one entry": (Y[0][:1], Y[0][:0]),
    "lacks an axis": (Y, Y.sum(axis=0)),
    "": (Y, np.zeros((5, 7))),
}


@pytest.mark.parametrize(("phrase", "arrays"), SHAPES.items(), ids=SHAPES)
def test_wrong_shape_is_described(phrase, arrays):
    assert shape_relation(*arrays) == phrase
