"""Maxout: ReLU as a special case, ties, and errors for invalid arguments."""

import numpy as np
import pytest

from gradlab.layers import maxout_backward, maxout_forward, relu_backward, relu_forward

RNG = np.random.default_rng(0)


def test_maxout_of_zero_and_identity_is_relu():
    x, dout = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3))
    w = np.stack([np.zeros((3, 3)), np.eye(3)])
    out, cache = maxout_forward(x, w, np.zeros((2, 3)))
    expected, relu_cache = relu_forward(x)
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(maxout_backward(dout, cache)[0], relu_backward(dout, relu_cache))


def test_first_of_the_tied_pieces_gets_the_gradient():
    x, w = np.array([[1.0]]), np.array([[[1.0]], [[2.0]], [[2.0]]])
    _, cache = maxout_forward(x, w, np.zeros((3, 1)))
    dx, dw, db = maxout_backward(np.array([[5.0]]), cache)
    np.testing.assert_array_equal(dx, [[10]])
    np.testing.assert_array_equal(dw.ravel(), [0, 5, 0])
    np.testing.assert_array_equal(db.ravel(), [0, 5, 0])


def test_more_than_256_pieces_are_supported():
    """The indices of this many pieces do not fit into one byte."""
    w = np.zeros((300, 1, 1))
    w[299] = 1
    _, cache = maxout_forward(np.ones((1, 1)), w, np.zeros((300, 1)))
    np.testing.assert_array_equal(np.flatnonzero(maxout_backward(np.ones((1, 1)), cache)[1]), [299])


@pytest.mark.parametrize(
    ("x", "w", "b", "message"),
    [
        ((2, 3), (4, 5), (4, 5), r"w must have shape \(K, 3, M\) for x of shape \(2, 3\)\. Got shape \(4, 5\)"),
        ((2, 3), (2, 4, 5), (2, 5), r"w must have shape \(K, 3, M\) .* Got shape \(2, 4, 5\)"),
        ((2, 3), (2, 3, 5), (5,), r"b must have shape \(2, 5\) for w of shape \(2, 3, 5\)\. Got shape \(5,\)"),
    ],
)
def test_mismatched_shapes_raise(x, w, b, message):
    with pytest.raises(ValueError, match=message):
        maxout_forward(np.ones(x), np.ones(w), np.ones(b))
