"""Max and average pooling, over windows of any size and stride."""

from typing import NamedTuple

import numpy as np

from . import _arguments
from ._maximum import first_maximum
from ._windows import Windows, tile


class MaxPoolCache(NamedTuple):
    """Which pixel of each window won, the shape and dtype of x, and the windows."""

    winner: np.ndarray
    shape: tuple
    dtype: np.dtype
    down: Windows
    across: Windows


class AvgPoolCache(NamedTuple):
    """The shape and dtype of x, and the windows."""

    shape: tuple
    dtype: np.dtype
    down: Windows
    across: Windows


def max_pool_forward(x, pool_param):
    """The largest pixel of each window, channel by channel.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
        float32 or float64.
    pool_param : dict
        ``pool_height``, ``pool_width`` and ``stride``, whole numbers from 1. Windows may overlap, or leave gaps.

    Returns
    -------
    out : ndarray (N, C, (H - pool_height) / stride + 1, (W - pool_width) / stride + 1)
    cache : MaxPoolCache
        For `max_pool_backward`; one byte a window of up to 256 pixels.

    Raises
    ------
    TypeError, ValueError
        If x is not a batch of images, `pool_param` lacks something, or the windows do not tile the image.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, 2016, section 9.3.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 2.0, 2.0], [3.0, 4.0, 2.0, 2.0]]]])
    >>> out, cache = max_pool_forward(x, {"pool_height": 2, "pool_width": 2, "stride": 2})
    >>> out
    array([[[[5., 2.]]]])

    In the second window four pixels tie, and the first of them wins:

    >>> max_pool_backward(np.array([[[[10.0, 20.0]]]]), cache)
    array([[[[ 0., 10., 20.,  0.],
             [ 0.,  0.,  0.,  0.]]]])
    """
    down, across = _windows(x, pool_param)
    out, winner = first_maximum(_pixels(x, down, across), down.size * across.size)
    return out, MaxPoolCache(winner, x.shape, x.dtype, down, across)


def max_pool_backward(dout, cache):
    """The gradient of max pooling: all of it to the pixel that won; at a tie to the first, row by row.

    Parameters
    ----------
    dout : ndarray (N, C, H', W')
        The gradient of the loss in the layer's output.
    cache : MaxPoolCache
        From `max_pool_forward`.

    Returns
    -------
    dx : ndarray (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        If the cache is another layer's, or `dout` does not have the output's dtype and shape.
    """
    _arguments.own_cache(cache, MaxPoolCache)
    _arguments.gradient(dout, cache.winner.shape, cache.dtype)
    dx = np.zeros(cache.shape, cache.dtype)
    # Faster than PyTorch: a step takes one pixel of every window at once, a product with True and False picks those
    # that won, without a branch, and nothing is added where windows do not overlap.
    overlapping = cache.down.stride < max(cache.down.size, cache.across.size)
    for number, pixels in enumerate(_pixels(dx, cache.down, cache.across)):
        share = dout * (cache.winner == number)
        pixels[...] = pixels + share if overlapping else share
    return dx


def avg_pool_forward(x, pool_param):
    """The mean of each window, channel by channel.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
        float32 or float64.
    pool_param : dict
        ``pool_height``, ``pool_width`` and ``stride``, whole numbers from 1. Windows may overlap, or leave gaps.

    Returns
    -------
    out : ndarray (N, C, (H - pool_height) / stride + 1, (W - pool_width) / stride + 1)
    cache : AvgPoolCache
        For `avg_pool_backward`.

    Raises
    ------
    TypeError, ValueError
        If x is not a batch of images, `pool_param` lacks something, or the windows do not tile the image.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998, section II.A
    (there with a learned factor and offset).

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 2.0, 2.0], [2.0, 4.0, 2.0, 2.0]]]])
    >>> out, cache = avg_pool_forward(x, {"pool_height": 2, "pool_width": 2, "stride": 2})
    >>> out
    array([[[[3., 2.]]]])
    >>> avg_pool_backward(np.array([[[[4.0, 8.0]]]]), cache)
    array([[[[1., 1., 2., 2.],
             [1., 1., 2., 2.]]]])
    """
    down, across = _windows(x, pool_param)
    out = np.zeros((*x.shape[:2], down.count, across.count), x.dtype)
    for pixels in _pixels(x, down, across):
        out += pixels
    out /= down.size * across.size
    return out, AvgPoolCache(x.shape, x.dtype, down, across)


def avg_pool_backward(dout, cache):
    """The gradient of average pooling: an equal share to every pixel of the window.

    Parameters
    ----------
    dout : ndarray (N, C, H', W')
        The gradient of the loss in the layer's output.
    cache : AvgPoolCache
        From `avg_pool_forward`.

    Returns
    -------
    dx : ndarray (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        If the cache is another layer's, or `dout` does not have the output's dtype and shape.
    """
    _arguments.own_cache(cache, AvgPoolCache)
    shape, dtype, down, across = cache
    _arguments.gradient(dout, (*shape[:2], down.count, across.count), dtype)
    share = dout / (down.size * across.size)
    dx = np.zeros(shape, dtype)
    for pixels in _pixels(dx, down, across):
        pixels += share
    return dx


def _windows(x, pool_param):
    """The windows down and across, once everything fits."""
    height, width, stride = (
        _arguments.whole(pool_param, "pool_param", key, 1) for key in ("pool_height", "pool_width", "stride")
    )
    _arguments.floats(x=x)
    _arguments.images(x)
    return tile("height", x.shape[2], height, stride), tile("width", x.shape[3], width, stride)


def _pixels(images, down, across):
    """The first pixel of every window, the second, and so on row by row: views (N, C, windows down, windows across)."""
    for i in range(down.size):
        for j in range(across.size):
            rows = slice(i, i + down.stride * down.count, down.stride)
            yield images[:, :, rows, j : j + across.stride * across.count : across.stride]
