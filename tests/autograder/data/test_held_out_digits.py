"""The judge's held-out digits are complete, and students get none of them."""

import numpy as np
import pytest

from autograder.data import held_out_digits
from gradlab.data import load_digits


def sorted_rows(X, y):
    """Return one row of integers per digit, its pixels and its label, sorted so that two sets can be compared."""
    rows = np.column_stack([16 * X, y]).round().astype(int)
    return rows[np.lexsort(rows.T)]


def shipped_digits():
    """Return the images, with values in 0..1, and the labels of all digits that students get."""
    digits = load_digits(0, 0)
    return digits["X_train"] + digits["mean_image"], digits["y_train"]


def test_held_out_digits_have_the_right_shapes_dtypes_and_scale():
    X, y = held_out_digits()
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((300, 64), np.float64, (300,), np.int64)
    assert (X.min(), X.max()) == (0, 1)
    assert np.bincount(y).min() > 15


def test_no_held_out_digit_is_shipped():
    held_out, shipped = held_out_digits()[0], shipped_digits()[0]
    distances = np.abs(held_out[:, None] - shipped).max(axis=2)
    assert distances.min() > 1 / 16


def test_held_out_and_shipped_digits_together_are_the_digits_in_scikit_learn():
    original = pytest.importorskip("sklearn.datasets").load_digits()
    (held_out, y), (shipped, labels) = held_out_digits(), shipped_digits()
    both = sorted_rows(np.concatenate([held_out, shipped]), np.concatenate([y, labels]))
    np.testing.assert_array_equal(both, sorted_rows(original.data / 16, original.target))


def test_nearest_shipped_digit_predicts_the_label():
    """Labels match their images: a nearest-neighbor classifier is right more than 95% of the time."""
    (X, y), (images, labels) = held_out_digits(), shipped_digits()
    nearest = ((X[:, None] - images) ** 2).sum(axis=2).argmin(axis=1)
    assert (labels[nearest] == y).mean() > 0.95


def test_damaged_file_raises(tmp_path):
    path = tmp_path / "held_out_digits.npz"
    path.write_bytes(b"another file")
    with pytest.raises(ValueError, match=r"must have the SHA-256 7aa170.* Got .* restore"):
        held_out_digits(path)
