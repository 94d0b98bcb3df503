"""The generated shapes: values, classes, reproducibility, and the area each shape fills."""

import numpy as np
import pytest

from gradlab.data import SHAPES, make_shapes

SPLITS = ("train", "val", "test")


@pytest.mark.parametrize("num_per_class", [1, 30])
def test_arrays_have_the_documented_shapes_dtypes_and_classes(num_per_class):
    shapes = make_shapes(num_per_class, rng=0)
    assert set(shapes) == {f"{array}_{split}" for array in "Xy" for split in SPLITS}
    for split in SPLITS:
        X, y = shapes[f"X_{split}"], shapes[f"y_{split}"]
        assert (X.shape, X.dtype, y.dtype) == ((4 * num_per_class, 3, 16, 16), np.float64, np.int64)
        assert np.bincount(y).tolist() == [num_per_class] * 4
        assert X.min() >= 0
        assert X.max() <= 1


def test_images_are_reproducible_and_depend_on_the_seed():
    first, again, other = (make_shapes(5, rng=seed)["X_train"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2, 3)).all()


def shape_mask(image):
    """Return a mask of the shape. Summed over its channels, the shape is brighter than any background."""
    total = image.sum(axis=0)
    return total > (total.max() + total.min()) / 2


@pytest.mark.parametrize(
    ("kind", "low", "high"), [("disc", 0.7, 0.88), ("square", 0.9, 1.0), ("triangle", 0.4, 0.7), ("cross", 0.3, 0.7)]
)
def test_each_shape_fills_the_right_fraction_of_its_bounding_box_inside_the_image(kind, low, high):
    """Before rounding to whole pixels, a disc fills π / 4 of its bounding box, and a cross fills 5/9.

    A square fills its entire bounding box, and a triangle fills half of it.
    """
    shapes = make_shapes(100, rng=0)
    fractions = []
    for image in shapes["X_train"][shapes["y_train"] == SHAPES.index(kind)]:
        rows, columns = np.nonzero(shape_mask(image))
        fractions.append(len(rows) / (np.ptp(rows) + 1) / (np.ptp(columns) + 1))
        assert rows.min() > 0
        assert rows.max() < 15
        assert columns.min() > 0
        assert columns.max() < 15
    assert low < np.median(fractions) <= high


def test_zero_images_per_class_raises():
    with pytest.raises(ValueError, match="num_per_class must be at least 1"):
        make_shapes(0, rng=0)
