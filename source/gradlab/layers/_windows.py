"""Windows that slide over images, for convolution and pooling."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..typing import Floats

# The maximum size of one chunk of columns, which is small enough to stay in the CPU's cache.
BUFFER = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Windows:
    """`count` windows along one axis, each `size` long, which begin at `start`, `start + stride`, and so on.

    Windows may extend beyond the ends of the axis, where all values are zero.
    """

    start: int
    size: int
    stride: int
    count: int

    @property
    def reach(self) -> int:
        """The distance from the start of the first window to the end of the last one."""
        return (self.count - 1) * self.stride + self.size

    def subset(self, first: int, count: int) -> "Windows":
        """Return up to `count` of the windows, beginning with the one at index `first`."""
        return replace(self, start=self.start + first * self.stride, count=min(count, self.count - first))

    def overlap(self, length: int) -> tuple[slice, slice]:
        """Return two slices: the part of an axis that the windows cover, and the same part relative to `start`.

        The axis has `length` elements.
        """
        low = max(self.start, 0)
        high = max(min(self.start + self.reach, length), low)
        return slice(low, high), slice(low - self.start, high - self.start)


def tile(axis: str, length: int, size: int, stride: int, pad: int = 0) -> Windows:
    """Return the windows that cover an axis of `length` pixels with `pad` zeros at each end.

    Raises
    ------
    ValueError
        If the windows do not fit: size + k · stride must equal length + 2 · pad for some integer k >= 0.
    """
    steps, remainder = divmod(length + 2 * pad - size, stride)
    if steps < 0 or remainder:
        raise ValueError(
            f"Windows must tile the image's {axis}: {axis} + 2 pad - window must be 0 or a multiple of the stride. "
            f"Got {length} + 2 · {pad} - {size} = {length + 2 * pad - size} and stride {stride}: "
            "change the window, the stride, or the padding."
        )
    return Windows(-pad, size, stride, steps + 1)


def columns(images: Floats, down: Windows, across: Windows) -> Iterator[tuple[tuple[slice, slice, slice], Floats]]:
    """Yield windows as the columns of matrices, which turn a convolution into matrix products (im2col).

    Each matrix holds one chunk of the windows.

    Parameters
    ----------
    images : ndarray (N, C, H, W)
    down, across : Windows
        The windows along H and along W.

    Yields
    ------
    chunk : tuple of slice
        Three slices: the images, the channels (all of them), and the rows of windows in this chunk. The result for
        the chunk belongs in ``out[chunk]``.
    matrix : ndarray (C · down.size · across.size, windows in the chunk)
        The windows in this chunk, one per column. The matrix takes at most BUFFER bytes, unless a single row of
        windows takes more.

    References
    ----------
    Chellapilla, Puri, and Simard, High Performance Convolutional Neural Networks for Document Processing, 2006,
    section 2.
    """
    row_bytes = images.itemsize * images.shape[1] * down.size * across.size * across.count
    number = max(1, BUFFER // (row_bytes * down.count))
    rows = max(1, min(down.count, BUFFER // row_bytes))
    for n in range(0, len(images), number):
        for row in range(0, down.count, rows):
            chunk = slice(n, n + number), slice(None), slice(row, row + rows)
            yield chunk, _unroll(images[n : n + number], down.subset(row, rows), across)


def _unroll(images: Floats, down: Windows, across: Windows) -> Floats:
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
