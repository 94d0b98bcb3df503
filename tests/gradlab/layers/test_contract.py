"""What every layer promises: dtypes, arguments left alone, any memory order, and errors that tell."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from .kinds import CALLS, LOSSES, PAIRS

IDS = [f"{call.kind}-{call.shapes}" for call in CALLS]
each_call = pytest.mark.parametrize("call", CALLS, ids=IDS)
LAYER_CALLS = [call for call in CALLS if call.kind in PAIRS]
each_layer_call = pytest.mark.parametrize("call", LAYER_CALLS, ids=[f"{c.kind}-{c.shapes}" for c in LAYER_CALLS])
FIRST = {kind: next(call for call in CALLS if call.kind == kind) for kind in PAIRS | LOSSES}
each_layer = pytest.mark.parametrize("kind", PAIRS)


def forward(call, arrays):
    return PAIRS[call.kind][0](*arrays, *call.last())


def run_forward(kind):
    """A layer's first call: its arrays, output and cache."""
    arrays = FIRST[kind].arrays()
    return arrays, *forward(FIRST[kind], arrays)


@each_layer_call
def test_backward_is_the_gradient_of_forward(call):
    arrays = call.arrays()
    _, *grads = call.ours(arrays)
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
def test_the_dtype_of_the_arrays_is_kept(call, dtype):
    assert {array.dtype for array in call.ours(call.arrays(dtype))} == {np.dtype(dtype)}


@each_call
def test_no_argument_is_changed(call):
    arrays = call.arrays()
    for array in arrays:
        array.flags.writeable = False
    call.ours(arrays)


@each_layer_call
def test_backward_changes_neither_dout_nor_the_cache(call):
    out, cache = forward(call, call.arrays())
    dout = call.dout(out.shape)
    dout.flags.writeable = False
    backward = PAIRS[call.kind][1]
    np.testing.assert_equal(backward(dout, cache), backward(dout, cache))


@each_call
@pytest.mark.parametrize(
    "same_in_other_memory",
    [
        np.asfortranarray,
        lambda array: np.stack([array, array], axis=-1)[..., 1],
        lambda array: np.flip(np.flip(array).copy()),
    ],
    ids=["Fortran order", "every other number", "negative strides"],
)
def test_memory_order_makes_no_difference(call, same_in_other_memory):
    plain, other = call.arrays(), [same_in_other_memory(array) for array in call.arrays()]
    for expected, given in zip(call.ours(plain), call.ours(other), strict=True):
        np.testing.assert_allclose(given, expected, rtol=1e-13, atol=1e-14)


@each_layer
def test_dout_may_lie_in_any_memory_order(kind):
    _, out, cache = run_forward(kind)
    dout, backward = FIRST[kind].dout(out.shape), PAIRS[kind][1]
    other = np.stack([dout, dout], axis=-1)[..., 0]
    for expected, given in zip(backward(dout, cache), backward(other, cache), strict=True):
        np.testing.assert_allclose(given, expected, rtol=1e-13, atol=1e-14)


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FIRST)
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda x: x[:0], ValueError, r"must hold at least one number\. Got shape \(0, .*\): is the batch empty\?"),
        (lambda x: x.astype(int), TypeError, r"must be an array of float32 or float64\. Got array of int64: use"),
        (lambda x: x.astype(np.float16), TypeError, r"must be an array .* Got array of float16"),
        (lambda x: x.tolist(), TypeError, r"must be an array .* Got list"),
        (lambda x: x.sum(), TypeError, r"must be an array .* Got float64"),
    ],
    ids=["empty", "whole numbers", "half precision", "list", "number"],
)
def test_what_is_no_batch_of_floats_is_refused(kind, change, error, message):
    first, *others = FIRST[kind].arrays()
    with pytest.raises(error, match=rf"^(x|scores) {message}") as raised:
        FIRST[kind].ours([change(first), *others])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("kind", ["affine", "maxout", "conv"])
@pytest.mark.parametrize("position", [1, 2])
def test_parameters_of_another_dtype_are_refused(kind, position):
    arrays = FIRST[kind].arrays(np.float32)
    arrays[position] = arrays[position].astype(np.float64)
    name = "xwb"[position]
    message = rf"x and {name} must have the same dtype\. Got float32 and float64: convert .* {name}\.astype\(x\.dtype\)"
    with pytest.raises(TypeError, match=message):
        FIRST[kind].ours(arrays)


@each_layer
def test_a_gradient_of_another_shape_is_refused(kind):
    """As of another batch, whose cache does not fit."""
    _, out, cache = run_forward(kind)
    dout = np.ones((len(out) + 1, *out.shape[1:]))
    with pytest.raises(
        ValueError, match=r"dout must have shape \(\d, .* and dtype float64, as the output .* Got \(\d, "
    ):
        PAIRS[kind][1](dout, cache)


@each_layer
def test_a_gradient_of_another_dtype_is_refused(kind):
    _, out, cache = run_forward(kind)
    with pytest.raises(TypeError, match=r"and dtype float64, .* Got \(.*\), float32\."):
        PAIRS[kind][1](out.astype(np.float32), cache)


@each_layer
@pytest.mark.parametrize("other", [*PAIRS, "tuple"])
def test_the_cache_of_another_layer_is_refused(kind, other):
    _, out, cache = run_forward(kind)
    wrong = (out, out) if other == "tuple" else run_forward(other)[2]
    if other == kind:
        wrong = tuple(cache)
    wanted, came = type(cache).__name__, type(wrong).__name__
    with pytest.raises(TypeError, match=rf"cache must be the {wanted} that .* Got {came}: was it another layer's\?"):
        PAIRS[kind][1](out, wrong)
