"""Activations of selected numbers, compared with closed forms and SciPy."""

import numpy as np
import pytest
from scipy.special import expit, log_expit

from gradlab import layers

X = np.array([-1000.0, -50.0, -2.0, 0.0, 0.5, 3.0, 50.0, 1000.0])


def slopes(backward, cache, dtype):
    return backward(np.ones(len(X), dtype), cache)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_keeps_positive_inputs_and_zeroes_the_others(dtype):
    out, cache = layers.relu_forward(X.astype(dtype))
    np.testing.assert_array_equal(out, [0, 0, 0, 0, 0.5, 3, 50, 1000])
    np.testing.assert_array_equal(slopes(layers.relu_backward, cache, dtype), [0, 0, 0, 0, 1, 1, 1, 1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("slope", [0, 0.25, 0.5, 1, np.float64(0.25)])
def test_leaky_relu_scales_negative_inputs_by_the_slope(dtype, slope):
    out, cache = layers.leaky_relu_forward(X.astype(dtype), slope)
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, [-1000 * slope, -50 * slope, -2 * slope, 0, 0.5, 3, 50, 1000])
    expected = [slope, slope, slope, slope, 1, 1, 1, 1]
    np.testing.assert_array_equal(slopes(layers.leaky_relu_backward, cache, dtype), expected)


def test_leaky_relu_slope_defaults_to_one_hundredth():
    np.testing.assert_array_equal(layers.leaky_relu_forward(np.array([-100.0, 100.0]))[0], [-1, 100])


@pytest.mark.parametrize("slope", [-0.1, 1.5, np.nan])
def test_slope_outside_0_to_1_raises(slope):
    with pytest.raises(ValueError, match=rf"slope must lie in 0\.\.1\. Got {slope}"):
        layers.leaky_relu_forward(X, slope)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 3e-7), (np.float64, 5e-16)])
def test_sigmoid_is_accurate_to_the_last_digits(dtype, tolerance):
    x = X.astype(dtype)
    out, cache = layers.sigmoid_forward(x)
    np.testing.assert_allclose(out, expit(X), rtol=tolerance)
    derivative = np.exp(log_expit(X) + log_expit(-X))
    np.testing.assert_allclose(slopes(layers.sigmoid_backward, cache, dtype), derivative, rtol=10 * tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 3e-7), (np.float64, 5e-16)])
def test_tanh_is_stable_for_large_inputs(dtype, tolerance):
    out, cache = layers.tanh_forward(X.astype(dtype))
    np.testing.assert_allclose(out, 2 * expit(2 * X) - 1, rtol=tolerance)
    derivative = 4 * expit(2 * X) * expit(-2 * X)
    np.testing.assert_allclose(slopes(layers.tanh_backward, cache, dtype), derivative, atol=tolerance)


@pytest.mark.parametrize("forward", [layers.relu_forward, layers.sigmoid_forward, layers.tanh_forward])
def test_nan_inputs_give_nan_outputs(forward):
    np.testing.assert_array_equal(np.isnan(forward(np.array([1.0, np.nan]))[0]), [False, True])


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh"])
def test_modifying_the_output_in_place_does_not_change_the_gradient(name):
    """For example, a student's dropout may modify the output in place."""
    forward, backward = getattr(layers, f"{name}_forward"), getattr(layers, f"{name}_backward")
    out, cache = forward(X)
    before = backward(np.ones_like(X), cache)
    out *= 2
    np.testing.assert_array_equal(backward(np.ones_like(X), cache), before)
