"""Max and average pooling over windows of any size and stride."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..typing import Config, Floats, Integers
from . import _arguments
from ._maximum import first_maximum
from ._windows import Windows, tile


class MaxPoolCache(NamedTuple):
    """The index of the largest pixel in each window, the shape and dtype of x, and the windows."""

    winner: Integers
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    down: Windows
    across: Windows


class AvgPoolCache(NamedTuple):
    """The shape and dtype of x, and the windows."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    down: Windows
    across: Windows


def max_pool_forward(x: Floats, pool_param: Config) -> tuple[Floats, MaxPoolCache]:
    """Return the largest pixel of each window, channel by channel.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
        float32 or float64.
    pool_param : dict
        ``pool_height``, ``pool_width``, and ``stride``, integers >= 1. Windows may overlap or leave gaps.

    Returns
    -------
    out : ndarray (N, C, (H - pool_height) / stride + 1, (W - pool_width) / stride + 1)
    cache : MaxPoolCache
        The values that `max_pool_backward` needs. The cache takes one byte per window if windows have at most 256
        pixels.

    Raises
    ------
    TypeError, ValueError
        If x is not a batch of images, a key of `pool_param` is missing, or the windows do not tile the image.

    References
    ----------
    Goodfellow, Bengio, and Courville, Deep Learning, 2016, section 9.3.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 2.0, 2.0], [3.0, 4.0, 2.0, 2.0]]]])
    >>> out, cache = max_pool_forward(x, {"pool_height": 2, "pool_width": 2, "stride": 2})
    >>> out
    array([[[[5., 2.]]]])

    In the second window, all four pixels tie, and the first one gets the gradient:

    >>> max_pool_backward(np.array([[[[10.0, 20.0]]]]), cache)
    array([[[[ 0., 10., 20.,  0.],
             [ 0.,  0.,  0.,  0.]]]])
    """
    down, across = _windows(x, pool_param)
    out, winner = first_maximum(_pixels(x, down, across), down.size * across.size)
    return out, MaxPoolCache(winner, x.shape, x.dtype, down, across)


def max_pool_backward(dout: Floats, cache: MaxPoolCache) -> Floats:
    """Return the gradient of max pooling.

    Each number in `dout` goes entirely to the largest pixel of its window, or to the first one in row order if several
    tie.

    Parameters
    ----------
    dout : ndarray (N, C, H', W')
        Gradient of the loss with respect to the layer's output.
    cache : MaxPoolCache
        The cache from `max_pool_forward`.

    Returns
    -------
    dx : ndarray (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, MaxPoolCache)
    _arguments.check_dout(dout, cache.winner.shape, cache.dtype)
    dx = np.zeros(cache.shape, cache.dtype)
    # This is faster than PyTorch: each step handles one pixel of every window at once, multiplying by booleans selects
    # the largest pixels without branches, and if windows do not overlap, nothing needs to be added.
    overlapping = cache.down.stride < max(cache.down.size, cache.across.size)
    for index, pixels in enumerate(_pixels(dx, cache.down, cache.across)):
        gradient = dout * (cache.winner == index)
        pixels[...] = pixels + gradient if overlapping else gradient
    return dx


def avg_pool_forward(x: Floats, pool_param: Config) -> tuple[Floats, AvgPoolCache]:
    """Return the mean of each window, channel by channel.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
        float32 or float64.
    pool_param : dict
        ``pool_height``, ``pool_width``, and ``stride``, integers >= 1. Windows may overlap or leave gaps.

    Returns
    -------
    out : ndarray (N, C, (H - pool_height) / stride + 1, (W - pool_width) / stride + 1)
    cache : AvgPoolCache
        The values that `avg_pool_backward` needs.

    Raises
    ------
    TypeError, ValueError
        If x is not a batch of images, a key of `pool_param` is missing, or the windows do not tile the image.

    References
    ----------
    LeCun, Bottou, Bengio, and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998, section II.A
    (where the mean also gets a learned scale and offset).

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


def avg_pool_backward(dout: Floats, cache: AvgPoolCache) -> Floats:
    """Return the gradient of average pooling: `dout`, spread evenly over the pixels of each window.

    Parameters
    ----------
    dout : ndarray (N, C, H', W')
        Gradient of the loss with respect to the layer's output.
    cache : AvgPoolCache
        The cache from `avg_pool_forward`.

    Returns
    -------
    dx : ndarray (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, AvgPoolCache)
    shape, dtype, down, across = cache
    _arguments.check_dout(dout, (*shape[:2], down.count, across.count), dtype)
    gradient = dout / (down.size * across.size)
    dx = np.zeros(shape, dtype)
    for pixels in _pixels(dx, down, across):
        pixels += gradient
    return dx


def _windows(x: Floats, pool_param: Config) -> tuple[Windows, Windows]:
    """Check the arguments, and return the windows along H and along W."""
    height, width, stride = (
        _arguments.check_integer(pool_param, "pool_param", key, 1) for key in ("pool_height", "pool_width", "stride")
    )
    _arguments.check_floats(x=x)
    _arguments.check_images(x)
    return tile("height", x.shape[2], height, stride), tile("width", x.shape[3], width, stride)


def _pixels(images: Floats, down: Windows, across: Windows) -> Iterator[Floats]:
    """Yield the first pixel of every window, then the second pixel of every window, and so on in row order.

    Each item is a view of shape (N, C, down.count, across.count).
    """
    for i in range(down.size):
        for j in range(across.size):
            rows = slice(i, i + down.stride * down.count, down.stride)
            yield images[:, :, rows, j : j + across.stride * across.count : across.stride]
