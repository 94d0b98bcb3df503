"""Pooling: its definition in plain loops, ties, and errors for invalid arguments."""

import numpy as np
import pytest

from gradlab.layers import avg_pool_backward, avg_pool_forward, max_pool_backward, max_pool_forward

from .calls import pool, random_call

FORWARD = {"max_pool": (max_pool_forward, np.max), "avg_pool": (avg_pool_forward, np.mean)}
each_pool = pytest.mark.parametrize("kind", FORWARD)


@each_pool
@pytest.mark.parametrize("seed", range(20))
def test_output_matches_the_definition(kind, seed):
    call = random_call(kind, seed)
    forward, pick = FORWARD[kind]
    (x,) = call.arrays()
    height, width, stride = call.settings.values()
    out, _ = forward(x, call.settings)
    for n, c, i, j in np.ndindex(out.shape):
        window = x[n, c, i * stride : i * stride + height, j * stride : j * stride + width]
        assert out[n, c, i, j] == pytest.approx(pick(window), rel=1e-13)


@pytest.mark.parametrize(
    ("image", "winner"),
    [
        ([[1, 1], [1, 1]], [[1, 0], [0, 0]]),
        ([[0, 1], [1, 1]], [[0, 1], [0, 0]]),
        ([[0, 0], [1, 1]], [[0, 0], [1, 0]]),
        ([[-1, -2], [-1, -1]], [[1, 0], [0, 0]]),
    ],
)
def test_first_pixel_in_row_order_gets_the_whole_gradient_in_a_tie(image, winner):
    _, cache = max_pool_forward(np.array(image, float)[None, None], pool(2, 2, 2))
    dx = max_pool_backward(np.full((1, 1, 1, 1), 7.0), cache)
    np.testing.assert_array_equal(dx[0, 0], 7.0 * np.array(winner))


def test_pixel_in_overlapping_windows_gets_the_gradient_from_each():
    x = np.array([[[[0.0, 5.0, 1.0]]]])
    _, cache = max_pool_forward(x, pool(1, 2, 1))
    np.testing.assert_array_equal(max_pool_backward(np.array([[[[2.0, 3.0]]]]), cache), [[[[0, 5, 0]]]])
    _, cache = avg_pool_forward(x, pool(1, 2, 1))
    np.testing.assert_array_equal(avg_pool_backward(np.array([[[[2.0, 4.0]]]]), cache), [[[[1, 3, 2]]]])


@pytest.mark.parametrize("backward", ["max_pool", "avg_pool"])
def test_windows_may_have_more_than_256_pixels_and_leave_gaps(backward):
    """The indices of the pixels in a 20 x 20 window do not fit into one byte."""
    forward, back = {
        "max_pool": (max_pool_forward, max_pool_backward),
        "avg_pool": (avg_pool_forward, avg_pool_backward),
    }[backward]
    x = np.zeros((1, 1, 20, 62))
    x[0, 0, 19, [19, 61]] = 400.0
    out, cache = forward(x, pool(20, 20, 42))
    dx = back(np.ones((1, 1, 1, 2)), cache)
    if backward == "max_pool":
        np.testing.assert_array_equal(out.ravel(), [400, 400])
        np.testing.assert_array_equal(dx, x / 400)
    else:
        np.testing.assert_array_equal(out.ravel(), [1, 1])
        assert dx.sum() == pytest.approx(2)
        np.testing.assert_array_equal(dx[..., 20:42], 0)


def test_nan_in_a_window_gives_nan():
    for place in range(4):
        x = np.arange(4.0)
        x[place] = np.nan
        for forward, _ in FORWARD.values():
            assert np.isnan(forward(x.reshape(1, 1, 2, 2), pool(2, 2, 2))[0]).all()


@each_pool
@pytest.mark.parametrize(
    ("shape", "pool_param", "message"),
    [
        ((2, 6, 6), pool(2, 2, 2), r"x must have shape \(N, C, H, W\).* Got shape \(2, 6, 6\)"),
        ((1, 1, 5, 6), pool(2, 2, 2), r"tile the image's height: .* Got 5 \+ 2 · 0 - 2 = 3 and stride 2"),
        ((1, 1, 6, 4), pool(3, 3, 3), r"tile the image's width: .* Got 4 \+ 2 · 0 - 3 = 1 and stride 3"),
        ((1, 1, 6, 4), pool(3, 5, 3), r"tile the image's width: .* Got 4 \+ 2 · 0 - 5 = -1 and stride 3"),
        ((1, 1, 6, 4), {"pool_height": 2, "stride": 2}, r"pool_param must be a dict with an integer 'pool_width'"),
        ((1, 1, 6, 4), pool(2, 2, 0), r"integer 'stride' of at least 1\. Got {"),
    ],
)
def test_invalid_shapes_and_pool_param_raise(kind, shape, pool_param, message):
    with pytest.raises(ValueError, match=message):
        FORWARD[kind][0](np.ones(shape), pool_param)
