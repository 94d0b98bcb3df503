"""The contract of every layer: correct dtypes, unmodified arguments, any memory order, and informative errors."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from .calls import CALLS, LOSSES, PAIRS

IDS = [f"{call.kind}-{call.shapes}" for call in CALLS]
each_call = pytest.mark.parametrize("call", CALLS, ids=IDS)
LAYER_CALLS = [call for call in CALLS if call.kind in PAIRS]
each_layer_call = pytest.mark.parametrize("call", LAYER_CALLS, ids=[f"{c.kind}-{c.shapes}" for c in LAYER_CALLS])
FIRST = {kind: next(call for call in CALLS if call.kind == kind) for kind in PAIRS | LOSSES}
each_layer = pytest.mark.parametrize("kind", PAIRS)


def forward(call, arrays):
    return PAIRS[call.kind][0](*arrays, *call.extra_arguments())


def run_forward(kind):
    """Return the arrays, output, and cache of this layer's first call in the table."""
    arrays = FIRST[kind].arrays()
    return arrays, *forward(FIRST[kind], arrays)


@each_layer_call
def test_backward_is_the_gradient_of_forward(call):
    arrays = call.arrays()
    _, *grads = call.outputs(arrays)
    for k, grad in enumerate(grads):

        def projected(flat, k=k):
            changed = [*arrays[:k], flat.reshape(arrays[k].shape), *arrays[k + 1 :]]
            out, _ = forward(call, changed)
            return np.sum(out * call.dout(out.shape))

        numerical = approx_fprime(arrays[k].ravel(), projected, 1e-7)
        assert grad.shape == arrays[k].shape
        np.testing.assert_allclose(grad.ravel(), numerical, rtol=1e-5, atol=1e-5)


@each_call
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_have_the_dtype_of_the_arrays(call, dtype):
    assert {array.dtype for array in call.outputs(call.arrays(dtype))} == {np.dtype(dtype)}


@each_call
def test_arguments_are_not_modified(call):
    arrays = call.arrays()
    for array in arrays:
        array.flags.writeable = False
    call.outputs(arrays)


@each_layer_call
def test_backward_modifies_neither_dout_nor_the_cache(call):
    out, cache = forward(call, call.arrays())
    dout = call.dout(out.shape)
    dout.flags.writeable = False
    backward = PAIRS[call.kind][1]
    np.testing.assert_equal(backward(dout, cache), backward(dout, cache))


@each_call
@pytest.mark.parametrize(
    "relayout",
    [
        np.asfortranarray,
        lambda array: np.stack([array, array], axis=-1)[..., 1],
        lambda array: np.flip(np.flip(array).copy()),
    ],
    ids=["Fortran order", "every other number", "negative strides"],
)
def test_memory_order_of_arguments_does_not_matter(call, relayout):
    plain, other = call.arrays(), [relayout(array) for array in call.arrays()]
    for expected, actual in zip(call.outputs(plain), call.outputs(other), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-13, atol=1e-14)


@each_layer
def test_memory_order_of_dout_does_not_matter(kind):
    _, out, cache = run_forward(kind)
    dout, backward = FIRST[kind].dout(out.shape), PAIRS[kind][1]
    other = np.stack([dout, dout], axis=-1)[..., 0]
    for expected, actual in zip(backward(dout, cache), backward(other, cache), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-13, atol=1e-14)


# --- invalid arguments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FIRST)
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda x: x[:0], ValueError, r"must have at least one element\. Got shape \(0, .*\): is the batch empty\?"),
        (lambda x: x.astype(int), TypeError, r"must be a float32 or float64 array\. Got an array of int64: use"),
        (lambda x: x.astype(np.float16), TypeError, r"must be a float32 or float64 array\. Got an array of float16"),
        (lambda x: x.tolist(), TypeError, r"must be a float32 or float64 array\. Got list"),
        (lambda x: x.sum(), TypeError, r"must be a float32 or float64 array\. Got float64"),
    ],
    ids=["empty", "integers", "half precision", "list", "scalar"],
)
def test_argument_that_is_not_a_batch_of_floats_raises(kind, change, error, message):
    first, *others = FIRST[kind].arrays()
    with pytest.raises(error, match=rf"^(x|scores) {message}") as raised:
        FIRST[kind].outputs([change(first), *others])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("kind", ["affine", "maxout", "conv"])
@pytest.mark.parametrize("position", [1, 2])
def test_parameters_with_a_different_dtype_raise(kind, position):
    arrays = FIRST[kind].arrays(np.float32)
    arrays[position] = arrays[position].astype(np.float64)
    name = "xwb"[position]
    message = rf"x and {name} must have the same dtype\. Got float32 and float64: convert .* {name}\.astype\(x\.dtype\)"
    with pytest.raises(TypeError, match=message):
        FIRST[kind].outputs(arrays)


@each_layer
def test_dout_with_the_wrong_shape_raises(kind):
    """Students get this error if the cache belongs to another batch."""
    _, out, cache = run_forward(kind)
    dout = np.ones((len(out) + 1, *out.shape[1:]))
    with pytest.raises(
        ValueError, match=r"dout must have shape \(\d, .* and dtype float64, like the output .* Got shape \(\d, "
    ):
        PAIRS[kind][1](dout, cache)


@each_layer
def test_dout_with_the_wrong_dtype_raises(kind):
    _, out, cache = run_forward(kind)
    with pytest.raises(TypeError, match=r"and dtype float64, .* Got shape \(.*\) and dtype float32\."):
        PAIRS[kind][1](out.astype(np.float32), cache)


@each_layer
@pytest.mark.parametrize("other", [*PAIRS, "tuple"])
def test_cache_from_another_layer_raises(kind, other):
    _, out, cache = run_forward(kind)
    wrong = (out, out) if other == "tuple" else run_forward(other)[2]
    if other == kind:
        wrong = tuple(cache)
    expected, given = type(cache).__name__, type(wrong).__name__
    with pytest.raises(TypeError, match=rf"cache must be the {expected} that .* Got {given}: did the cache come from"):
        PAIRS[kind][1](out, wrong)
