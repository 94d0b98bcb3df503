"""Flattening, which copies only if necessary."""

import numpy as np
import pytest

from gradlab.layers import flatten_backward, flatten_forward


def test_forward_gives_rows_in_order_and_backward_restores_the_shape():
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    out, cache = flatten_forward(x)
    np.testing.assert_array_equal(out, [np.arange(12), np.arange(12, 24)])
    assert np.shares_memory(out, x)
    np.testing.assert_array_equal(flatten_backward(out, cache), x)


def test_array_without_axes_raises():
    with pytest.raises(ValueError, match=r"x must have shape \(N, d_1, \.\.\., d_k\).* Got shape \(\)"):
        flatten_forward(np.array(1.0))
