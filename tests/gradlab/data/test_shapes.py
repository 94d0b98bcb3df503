"""The shapes: colors, places, and that a mirror image is of the same shape."""

import numpy as np
import pytest

from gradlab.data import SHAPES, make_shapes

PARTS = ("train", "val", "test")


@pytest.mark.parametrize("num_per_class", [1, 30])
def test_shapes_dtypes_and_classes(num_per_class):
    shapes = make_shapes(num_per_class, rng=0)
    assert set(shapes) == {f"{array}_{part}" for array in "Xy" for part in PARTS}
    for part in PARTS:
        X, y = shapes[f"X_{part}"], shapes[f"y_{part}"]
        assert (X.shape, X.dtype, y.dtype) == ((4 * num_per_class, 3, 16, 16), np.float64, np.int64)
        assert np.bincount(y).tolist() == [num_per_class] * 4
        assert X.min() >= 0
        assert X.max() <= 1


def test_the_same_number_gives_the_same_images_and_another_others():
    first, again, other = (make_shapes(5, rng=seed)["X_train"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2, 3)).all()


def bright(image):
    """Where the shape is: all its channels together are brighter than any ground."""
    total = image.sum(axis=0)
    return total > (total.max() + total.min()) / 2


@pytest.mark.parametrize(
    ("kind", "least", "most"), [("disc", 0.7, 0.88), ("square", 0.9, 1.0), ("triangle", 0.4, 0.7), ("cross", 0.3, 0.7)]
)
def test_each_shape_fills_its_share_of_its_box_and_lies_within_the_image(kind, least, most):
    """A disc π / 4, a square all, a triangle half, a cross five ninths, up to whole pixels."""
    shapes = make_shapes(100, rng=0)
    shares = []
    for image in shapes["X_train"][shapes["y_train"] == SHAPES.index(kind)]:
        rows, columns = np.nonzero(bright(image))
        shares.append(len(rows) / (np.ptp(rows) + 1) / (np.ptp(columns) + 1))
        assert rows.min() > 0
        assert rows.max() < 15
        assert columns.min() > 0
        assert columns.max() < 15
    assert least < np.median(shares) <= most


def test_none_at_all_is_refused():
    with pytest.raises(ValueError, match="num_per_class must be at least 1"):
        make_shapes(0, rng=0)
