"""Layers against finite differences by SciPy, and against their contract: dtypes, shapes, errors."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from gradlab import layers

RNG = np.random.default_rng(0)


def away_from_zero(*shape):
    return RNG.choice([-1.0, 1.0], shape) * RNG.uniform(0.1, 1.0, shape)


# One row a layer: forward, backward, and its arguments. Every array argument has a gradient.
LAYERS = {
    "affine": (
        layers.affine_forward,
        layers.affine_backward,
        (RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5)), RNG.normal(size=5)),
    ),
    "affine on images": (
        layers.affine_forward,
        layers.affine_backward,
        (RNG.normal(size=(2, 3, 2, 2)), RNG.normal(size=(12, 4)), RNG.normal(size=4)),
    ),
    "affine on one example": (
        layers.affine_forward,
        layers.affine_backward,
        (RNG.normal(size=(1, 3)), RNG.normal(size=(3, 1)), RNG.normal(size=1)),
    ),
    "relu": (layers.relu_forward, layers.relu_backward, (away_from_zero(4, 3),)),
    "relu on images": (layers.relu_forward, layers.relu_backward, (away_from_zero(2, 3, 2, 2),)),
}
each_layer = pytest.mark.parametrize(("forward", "backward", "args"), LAYERS.values(), ids=LAYERS)


def gradients(backward, dout, cache):
    grads = backward(dout, cache)
    return grads if isinstance(grads, tuple) else (grads,)


@each_layer
def test_backward_is_the_gradient_of_forward(forward, backward, args):
    out, cache = forward(*args)
    dout = RNG.normal(size=out.shape)
    for position, grad in enumerate(gradients(backward, dout, cache)):

        def projected(flat, position=position):
            changed = list(args)
            changed[position] = flat.reshape(args[position].shape)
            return np.sum(forward(*changed)[0] * dout)

        numerical = approx_fprime(args[position].ravel(), projected, 1e-7)
        assert grad.shape == args[position].shape
        np.testing.assert_allclose(grad.ravel(), numerical, rtol=1e-5, atol=1e-6)


@each_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_inputs_is_kept(forward, backward, args, dtype):
    out, cache = forward(*(arg.astype(dtype) for arg in args))
    assert out.dtype == dtype
    assert {grad.dtype for grad in gradients(backward, out, cache)} == {np.dtype(dtype)}


@each_layer
def test_no_argument_is_changed(forward, backward, args):
    copies = [arg.copy() for arg in args]
    out, cache = forward(*args)
    dout = np.ones_like(out)
    backward(dout, cache)
    for arg, copy in zip(args, copies, strict=True):
        np.testing.assert_array_equal(arg, copy)
    assert (dout == 1).all()


def test_affine_is_a_matrix_product_of_flattened_examples():
    x = np.arange(8.0).reshape(2, 2, 2)
    w, b = np.array([[1.0], [10.0], [100.0], [1000.0]]), np.array([0.5])
    np.testing.assert_array_equal(layers.affine_forward(x, w, b)[0], [[3210.5], [7654.5]])


def test_relu_of_a_row():
    out, cache = layers.relu_forward(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(out, [0, 0, 3])
    np.testing.assert_array_equal(layers.relu_backward(np.ones(3), cache), [0, 0, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: layers.affine_forward(np.ones((2, 3)), np.ones((4, 5)), np.ones(5)),
            r"w must have shape \(3, M\) for x of shape \(2, 3\)\. Got \(4, 5\)",
        ),
        (
            lambda: layers.affine_forward(np.ones((2, 3)), np.ones((3, 5)), np.ones((1, 5))),
            r"b must have shape \(5,\) .* Got \(1, 5\)",
        ),
        (
            lambda: layers.affine_backward(np.ones((2, 4)), (np.ones((2, 3)), np.ones((3, 5)))),
            r"dout must have shape \(2, 5\).* Got \(2, 4\)",
        ),
        (
            lambda: layers.relu_backward(np.ones(3), np.ones((3, 1))),
            r"dout must have shape \(3, 1\).* Got \(3,\)",
        ),
    ],
)
def test_errors_say_what_was_expected_and_what_came(call, message):
    with pytest.raises(ValueError, match=message):
        call()
