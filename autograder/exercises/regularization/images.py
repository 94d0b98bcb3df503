"""Images for the exercises on data augmentation."""

import numpy as np
import numpy.typing as npt

from gradlab.typing import Array


def distinct_pixels(rng: np.random.Generator, *shape: int, dtype: npt.DTypeLike = np.float64) -> Array:
    """Images (N, C, H, W) in which no two pixels of an image are equal, so that each pixel shows where it came from."""
    count, *rest = shape
    pixels = np.prod(rest)
    return rng.permuted(np.tile(np.arange(1, pixels + 1), (count, 1)), axis=1).reshape(shape).astype(dtype)
