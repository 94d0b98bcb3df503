"""The convolution: its definition in plain loops, chunk sizes, memory use, and errors for invalid arguments."""

import tracemalloc

import numpy as np
import pytest

from gradlab.layers import _windows, conv_backward, conv_forward

from .calls import Call, conv, random_call


def by_definition(x, w, b, stride, pad):
    """Compute each output as a sum over one window."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    height, width = w.shape[2:]
    out = np.empty((len(x), len(w), (x.shape[2] - height) // stride + 1, (x.shape[3] - width) // stride + 1))
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i * stride : i * stride + height, j * stride : j * stride + width]
        out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out


@pytest.mark.parametrize("seed", range(20))
def test_output_matches_the_definition(seed):
    call = random_call("conv", seed)
    arrays = call.arrays()
    np.testing.assert_allclose(call.outputs(arrays)[0], by_definition(*arrays, **call.settings), rtol=1e-12, atol=1e-13)


def by_taps(x, w, b, dout, stride, pad):
    """Compute the output, dx, dw, and db by adding up one tap of the kernels at a time."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    height, width = dout.shape[2:]
    out, dx, dw = np.zeros(dout.shape) + b[:, None, None], np.zeros(x.shape), np.zeros(w.shape)
    for i, j in np.ndindex(w.shape[2:]):
        seen = np.s_[:, :, i : i + stride * height : stride, j : j + stride * width : stride]
        tap = w[:, :, i, j]
        out += np.einsum("nchw,fc->nfhw", x[seen], tap, optimize=True)
        dx[seen] += np.einsum("nfhw,fc->nchw", dout, tap, optimize=True)
        dw[:, :, i, j] = np.einsum("nfhw,nchw->fc", dout, x[seen], optimize=True)
    return out, dx[:, :, pad : dx.shape[2] - pad, pad : dx.shape[3] - pad], dw, dout.sum(axis=(0, 2, 3))


CHUNK = 640  # windows
# The number of images, the numbers of windows (down, across), and the number of chunks.
LAYOUTS = {"one row": (1, (3, 700), 3), "several rows": (2, (5, 250), 6), "several images": (7, (12, 17), 3)}


@pytest.mark.parametrize("pad", range(4))
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_chunk_size_does_not_change_the_result(layout, stride, pad):
    """In both passes, chunks range from a single row of windows to several images."""
    n, counts, chunks = LAYOUTS[layout]
    size, taps = 5, -(-5 // stride)  # in the backward pass, a window has `taps` elements along each axis
    channels, filters = (_windows.BUFFER // (CHUNK * 8 * side**2) for side in (size, taps))
    sides = [size + stride * (count - 1) - 2 * pad for count in counts]
    call = Call("conv", ((n, channels, *sides), (filters, channels, size, size), (filters,)), conv(stride, pad))
    x, w, b = call.arrays()
    tiles = [_windows.tile("side", side, size, stride, pad) for side in sides]
    assert len(list(_windows.columns(x, *tiles))) == chunks
    expected = by_taps(x, w, b, call.dout((n, filters, *counts)), stride, pad)
    for actual, wanted in zip(call.outputs([x, w, b]), expected, strict=True):
        np.testing.assert_allclose(actual, wanted, rtol=1e-11, atol=1e-11)


def test_needs_dx_false_gives_none_for_dx():
    call = random_call("conv", 0)
    x, w, b = call.arrays()
    out, cache = conv_forward(x, w, b, call.settings)
    dout = call.dout(out.shape)
    dx, dw, db = conv_backward(dout, cache, needs_dx=False)
    assert dx is None
    np.testing.assert_equal((dw, db), conv_backward(dout, cache)[1:])


@pytest.mark.parametrize("shape", [(32, 8, 32, 32), (1, 8, 181, 181)], ids=["many images", "one large image"])
def test_working_memory_is_bounded(shape):
    """Besides its results, convolution needs only a few chunks of columns. All columns together would take 9 MB."""
    x, w = np.ones(shape, np.float32), np.ones((8, 8, 3, 3), np.float32)
    tracemalloc.start()
    out, cache = conv_forward(x, w, np.ones(8, np.float32), {"stride": 1, "pad": 1})
    forward = tracemalloc.get_traced_memory()[1] - out.nbytes
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    dx, *_ = conv_backward(out, cache)
    backward = tracemalloc.get_traced_memory()[1] - before - dx.nbytes
    tracemalloc.stop()
    assert max(forward, backward) < 2.5 * _windows.BUFFER


@pytest.mark.parametrize(
    ("x", "w", "b", "stride", "pad", "message"),
    [
        ((2, 3, 6), (4, 3, 3, 3), (4,), 1, 0, r"x must have shape \(N, C, H, W\).* Got shape \(2, 3, 6\)"),
        ((2, 3, 6, 6), (4, 2, 3, 3), (4,), 1, 0, r"w must have shape \(F, 3, HH, WW\) .* Got shape \(4, 2, 3, 3\)"),
        ((2, 3, 6, 6), (4, 3, 3), (4,), 1, 0, r"w must have shape \(F, 3, HH, WW\) .* Got shape \(4, 3, 3\)"),
        ((2, 3, 6, 6), (4, 3, 3, 3), (3,), 1, 0, r"b must have shape \(4,\) .* Got shape \(3,\)"),
        ((2, 3, 6, 7), (4, 3, 3, 3), (4,), 2, 0, r"tile the image's height: .* Got 6 \+ 2 · 0 - 3 = 3 and stride 2"),
        ((2, 3, 7, 6), (4, 3, 3, 3), (4,), 2, 1, r"tile the image's width: .* Got 6 \+ 2 · 1 - 3 = 5 and stride 2"),
        ((2, 3, 2, 6), (4, 3, 5, 3), (4,), 1, 1, r"height: .* must be 0 or a multiple.* Got 2 \+ 2 · 1 - 5 = -1"),
    ],
)
def test_mismatched_shapes_raise(x, w, b, stride, pad, message):
    with pytest.raises(ValueError, match=message):
        conv_forward(np.ones(x), np.ones(w), np.ones(b), {"stride": stride, "pad": pad})


@pytest.mark.parametrize(
    ("conv_param", "message"),
    [
        ({"stride": 1}, r"conv_param must be a dict with an integer 'pad' of at least 0\. Got {'stride': 1}"),
        ({"stride": 0, "pad": 0}, r"integer 'stride' of at least 1\. Got {'stride': 0"),
        ({"stride": 1, "pad": -1}, r"integer 'pad' of at least 0\. Got {'stride': 1, 'pad': -1}"),
        ({"stride": 1.5, "pad": 0}, r"integer 'stride' of at least 1\."),
        (None, r"integer 'stride' of at least 1\. Got None"),
    ],
)
def test_invalid_conv_param_raises(conv_param, message):
    with pytest.raises(ValueError, match=message):
        conv_forward(np.ones((1, 1, 3, 3)), np.ones((1, 1, 3, 3)), np.ones(1), conv_param)
