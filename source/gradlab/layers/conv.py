"""Convolution with any kernel size, stride, and zero padding."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..typing import Config, Floats
from . import _arguments
from ._windows import Windows, columns, tile


class ConvCache(NamedTuple):
    """The values from the forward pass that the backward pass needs."""

    x: Floats
    w: Floats
    down: Windows
    across: Windows


def conv_forward(x: Floats, w: Floats, b: Floats, conv_param: Config) -> tuple[Floats, ConvCache]:
    """Apply a convolution as neural networks define it, without flipping the kernel:

    out[n, f, i, j] = b[f] + Σ over c, k, l of x[n, c, i · stride + k - pad, j · stride + l - pad] · w[f, c, k, l],
    where x is zero outside the image.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
        N images with C channels, float32 or float64.
    w : ndarray (F, C, HH, WW)
        F kernels.
    b : ndarray (F,)
        One bias per kernel. w and b must have the same dtype as x.
    conv_param : dict
        ``stride`` (>= 1): the step between windows, in pixels; ``pad`` (>= 0): the width of the border of zeros, in
        pixels. Both are integers and apply along H and along W.

    Returns
    -------
    out : ndarray (N, F, (H + 2 pad - HH) / stride + 1, (W + 2 pad - WW) / stride + 1)
    cache : ConvCache
        The values that `conv_backward` needs: x, w, and the windows.

    Raises
    ------
    TypeError
        If x, w, or b is not a float32 or float64 array, or their dtypes differ.
    ValueError
        If the shapes do not match, the batch is empty, a key of `conv_param` is missing, or the windows do not tile
        the padded image.

    References
    ----------
    LeCun, Bottou, Bengio, and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998, section II.A.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> w = np.array([[[[1.0, 0.0], [0.0, -1.0]]]])
    >>> out, cache = conv_forward(x, w, np.zeros(1), {"stride": 1, "pad": 0})
    >>> out
    array([[[[-4., -4.],
             [-4., -4.]]]])
    >>> dx, dw, db = conv_backward(np.ones((1, 1, 2, 2)), cache)
    >>> dx
    array([[[[ 1.,  1.,  0.],
             [ 1.,  0., -1.],
             [ 0., -1., -1.]]]])
    >>> dw
    array([[[[ 8., 12.],
             [20., 24.]]]])
    """
    down, across = _windows(x, w, b, conv_param)
    out = np.empty((len(x), len(w), down.count, across.count), x.dtype)
    kernels, offsets = w.reshape(len(w), -1), b[:, None]
    for chunk, matrix in columns(x, down, across):
        product = kernels @ matrix
        product += offsets
        _from_matrix(product, out[chunk])
    return out, ConvCache(x, w, down, across)


def conv_backward(dout: Floats, cache: ConvCache, *, needs_dx: bool = True) -> tuple[Floats | None, Floats, Floats]:
    """Return the gradients of a convolution.

    dx is itself a convolution of dout with the flipped kernels, in which the kernel and channel axes are swapped. With
    stride s, there are s · s such convolutions, one for each set of pixels that meet the same taps of the kernels.

    Parameters
    ----------
    dout : ndarray (N, F, H', W')
        Gradient of the loss with respect to the layer's output.
    cache : ConvCache
        The cache from `conv_forward`.
    needs_dx : bool
        Whether to compute dx. A network's first layer does not need dx, and omitting it saves half the work.

    Returns
    -------
    dx : ndarray (N, C, H, W) or None
    dw : ndarray (F, C, HH, WW)
    db : ndarray (F,)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.

    References
    ----------
    Dumoulin and Visin, A Guide to Convolution Arithmetic for Deep Learning, 2016, chapter 4.
    """
    _arguments.check_cache(cache, ConvCache)
    x, w, down, across = cache
    _arguments.check_dout(dout, (len(x), len(w), down.count, across.count), x.dtype)
    dx = np.zeros(x.shape, x.dtype) if needs_dx else None
    dw = np.zeros(w.shape, w.dtype)
    # This is twice as fast as PyTorch in float64: dx and dw share the columns of dout, no overlapping windows are added
    # up, and each chunk of columns is still in the CPU's cache when it is multiplied.
    for pixels_down, taps_down, seen_down in _phases(x.shape[2], down):
        for pixels_across, taps_across, seen_across in _phases(x.shape[3], across):
            pixels, taps = np.s_[:, :, pixels_down, pixels_across], np.s_[:, :, taps_down, taps_across]
            flipped = w[taps].swapaxes(0, 1)[:, :, ::-1, ::-1]
            kernels = flipped.reshape(len(flipped), -1)
            dkernels = np.zeros(kernels.shape[::-1], w.dtype)
            for chunk, matrix in columns(dout, seen_down, seen_across):
                dkernels += matrix @ _to_matrix(x[pixels][chunk]).T
                if dx is not None:
                    _from_matrix(kernels @ matrix, dx[pixels][chunk])
            dw[taps] = dkernels.T.reshape(flipped.shape)[:, :, ::-1, ::-1].swapaxes(0, 1)
    return dx, dw, dout.sum(axis=(0, 2, 3))


def _phases(length: int, windows: Windows) -> Iterator[tuple[slice, slice, Windows]]:
    """Group the pixels along one axis by phase: every stride-th pixel meets the same taps of the kernel.

    Yields
    ------
    pixels, taps : slice
        The pixels of one phase, and the taps they meet. Phases that meet no tap are skipped.
    seen : Windows
        The window of dout that each of these pixels sees, which has as many adjacent elements as there are taps.
    """
    stride = windows.stride
    for first in range(min(stride, length)):
        last_seen, tap = divmod(first - windows.start, stride)
        taps = len(range(tap, windows.size, stride))
        if taps:
            seen = Windows(last_seen - taps + 1, taps, 1, len(range(first, length, stride)))
            yield slice(first, None, stride), slice(tap, None, stride), seen


def _to_matrix(images: Floats) -> Floats:
    """Return images of shape (n, C, h, w) as a matrix of shape (C, n · h · w)."""
    return images.swapaxes(0, 1).reshape(images.shape[1], -1)


def _from_matrix(matrix: Floats, images: Floats) -> None:
    """Write a matrix of shape (C, n · h · w) into images of shape (n, C, h, w)."""
    n, channels, height, width = images.shape
    images[...] = matrix.reshape(channels, n, height, width).swapaxes(0, 1)


def _windows(x: Floats, w: Floats, b: Floats, conv_param: Config) -> tuple[Windows, Windows]:
    """Check the arguments, and return the windows along H and along W."""
    stride = _arguments.check_integer(conv_param, "conv_param", "stride", 1)
    pad = _arguments.check_integer(conv_param, "conv_param", "pad", 0)
    _arguments.check_floats(x=x, w=w, b=b)
    _arguments.check_images(x)
    if w.ndim != 4 or w.shape[1] != x.shape[1]:
        raise ValueError(
            f"w must have shape (F, {x.shape[1]}, HH, WW) for x of shape {x.shape}. "
            f"Got shape {w.shape}: a kernel must have as many channels as an image."
        )
    if b.shape != w.shape[:1]:
        raise ValueError(f"b must have shape {w.shape[:1]} for w of shape {w.shape}. Got shape {b.shape}.")
    return tile("height", x.shape[2], w.shape[2], stride, pad), tile("width", x.shape[3], w.shape[3], stride, pad)
