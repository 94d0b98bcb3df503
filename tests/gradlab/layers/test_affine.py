"""The affine layer: values computed by hand, and errors for invalid arguments."""

import numpy as np
import pytest

from gradlab.layers import affine_backward, affine_forward


def test_output_is_a_matrix_product_of_flattened_examples():
    x = np.arange(8.0).reshape(2, 2, 2)
    w, b = np.array([[1.0], [10.0], [100.0], [1000.0]]), np.array([0.5])
    np.testing.assert_array_equal(affine_forward(x, w, b)[0], [[3210.5], [7654.5]])


def test_needs_dx_false_gives_none_for_dx():
    x, w = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])
    _, cache = affine_forward(x, w, np.zeros(1))
    dx, dw, db = affine_backward(np.array([[10.0]]), cache, needs_dx=False)
    assert dx is None
    np.testing.assert_array_equal(dw, [[10], [20]])
    np.testing.assert_array_equal(db, [10])


@pytest.mark.parametrize(
    ("x", "w", "b", "message"),
    [
        (
            (2, 3),
            (4, 5),
            (5,),
            r"w must have shape \(3, M\) for x of shape \(2, 3\)\. Got shape \(4, 5\): w needs one row per",
        ),
        ((2, 3), (3,), (5,), r"w must have shape \(3, M\) .* Got shape \(3,\)"),
        ((2, 3, 2), (3, 5), (5,), r"w must have shape \(6, M\) .* Got shape \(3, 5\)"),
        ((2, 3), (3, 5), (1, 5), r"b must have shape \(5,\) for w of shape \(3, 5\)\. Got shape \(1, 5\)"),
        ((), (1, 5), (5,), r"x must have shape \(N, d_1, \.\.\., d_k\).* Got shape \(\)"),
    ],
)
def test_mismatched_shapes_raise(x, w, b, message):
    with pytest.raises(ValueError, match=message):
        affine_forward(np.ones(x), np.ones(w), np.ones(b))
