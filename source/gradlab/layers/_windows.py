"""Windows that slide over images, as convolution and pooling use them."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

# A chunk's columns take no more than this, so that they stay in the processor's cache and memory stays small.
BUFFER = 1 << 20  # bytes


class Windows(NamedTuple):
    """Windows along one axis: `count` of them, each `size` long, beginning at start, start + stride, and so on.

    They may reach beyond the axis, where everything is zero.
    """

    start: int
    size: int
    stride: int
    count: int

    @property
    def reach(self):
        """From the first window's first place to behind the last one's last."""
        return (self.count - 1) * self.stride + self.size

    def some(self, first, count):
        """Up to `count` of the windows, from number `first` on."""
        return self._replace(start=self.start + first * self.stride, count=min(count, self.count - first))

    def overlap(self, length):
        """Which part of an axis of that length they reach, and where that lies in their reach."""
        low = max(self.start, 0)
        high = max(min(self.start + self.reach, length), low)
        return slice(low, high), slice(low - self.start, high - self.start)


def tile(axis, length, size, stride, pad=0):
    """The windows that cover an axis of `length` places with `pad` zeros at either end.

    Raises
    ------
    ValueError
        If they do not fit: size + k · stride must be length + 2 · pad for a whole k, 0 or more.
    """
    steps, left = divmod(length + 2 * pad - size, stride)
    if steps < 0 or left:
        raise ValueError(
            f"Windows must tile the image's {axis}: {axis} + 2 pad - window must be 0 or a multiple of the stride. "
            f"Got {length} + 2 · {pad} - {size} = {length + 2 * pad - size} and stride {stride}: "
            "change the window, the stride or the padding."
        )
    return Windows(-pad, size, stride, steps + 1)


def columns(images, down, across):
    """Windows as the columns of matrices, chunk by chunk: a convolution is then a product of matrices (im2col).

    Parameters
    ----------
    images : ndarray (N, C, H, W)
    down, across : Windows
        Along H and W.

    Yields
    ------
    part : tuple of slice
        Which images, channels (all), and windows down and across (all) the chunk is of: ``out[part]``.
    matrix : ndarray (C · down.size · across.size, windows of the part)
        At most BUFFER bytes, unless a single row of windows takes more.

    References
    ----------
    Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document Processing, 2006,
    section 2.
    """
    row_bytes = images.itemsize * images.shape[1] * down.size * across.size * across.count
    number = max(1, BUFFER // (row_bytes * down.count))
    rows = max(1, min(down.count, BUFFER // row_bytes))
    for n in range(0, len(images), number):
        for row in range(0, down.count, rows):
            part = slice(n, n + number), slice(None), slice(row, row + rows)
            yield part, _unroll(images[n : n + number], down.some(row, rows), across)


def _unroll(images, down, across):
    n, channels, height, width = images.shape
    (from_h, to_h), (from_w, to_w) = down.overlap(height), across.overlap(width)
    padded = np.zeros((channels, n, down.reach, across.reach), images.dtype)
    padded[:, :, to_h, to_w] = images[:, :, from_h, from_w].swapaxes(0, 1)
    c, i, h, w = padded.strides
    every_window = as_strided(
        padded,
        (channels, down.size, across.size, n, down.count, across.count),
        (c, h, w, i, h * down.stride, w * across.stride),
    )
    return every_window.reshape(channels * down.size * across.size, -1)
