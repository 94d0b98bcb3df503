"""The judge's own digits: whole, and in no student's hands."""

import numpy as np
import pytest

import autograder.data
from autograder.data import held_out_digits
from gradlab.data import load_digits


def rows(X, y):
    """Images and labels as whole numbers, in an order that does not depend on theirs."""
    rows = np.column_stack([16 * X, y]).round().astype(int)
    return rows[np.lexsort(rows.T)]


def shipped():
    digits = load_digits(0, 0)
    return digits["X_train"] + digits["mean_image"], digits["y_train"]


def test_shapes_dtypes_and_scale():
    X, y = held_out_digits()
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((300, 64), np.float64, (300,), np.int64)
    assert (X.min(), X.max()) == (0, 1)
    assert np.bincount(y).min() > 15


def test_none_of_them_is_among_the_shipped():
    ours, theirs = held_out_digits()[0], shipped()[0]
    distances = np.abs(ours[:, None] - theirs).max(axis=2)
    assert distances.min() > 1 / 16


def test_with_the_shipped_ones_they_are_scikit_learns():
    original = pytest.importorskip("sklearn.datasets").load_digits()
    (ours, y), (theirs, labels) = held_out_digits(), shipped()
    both = rows(np.concatenate([ours, theirs]), np.concatenate([y, labels]))
    np.testing.assert_array_equal(both, rows(original.data / 16, original.target))


def test_a_nearest_shipped_digit_names_them():
    """Labels belong to their images: the nearest neighbor alone is right 19 times in 20."""
    (X, y), (images, labels) = held_out_digits(), shipped()
    nearest = ((X[:, None] - images) ** 2).sum(axis=2).argmin(axis=1)
    assert (labels[nearest] == y).mean() > 0.95


def test_a_damaged_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "held_out_digits.npz").write_bytes(b"not this one")
    monkeypatch.setattr(autograder.data, "PATH", tmp_path / "held_out_digits.npz")
    with pytest.raises(ValueError, match=r"must have the SHA-256 7aa170.* Got .* restore"):
        held_out_digits()
