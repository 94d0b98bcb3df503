"""Generated data: small color images of four shapes, for augmentation by flipping, cropping, and tinting."""

import numpy as np

from ..typing import Array, Floats

SHAPES = ("disc", "square", "triangle", "cross")
SIDE = 16


def make_shapes(num_per_class: int = 100, *, rng: int | np.random.Generator | None) -> dict[str, Array]:
    """Generate images of bright shapes in random colors, each near the center of a dark background.

    Each shape is symmetric about its vertical axis.

    Parameters
    ----------
    num_per_class : int
        The number of images of each of the four shapes in each of the three sets.
    rng : int, numpy.random.Generator or None
        The seed or generator for the sizes, positions, and colors. The same seed gives the same images.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 3, 16, 16), X_val, X_test, float64 in 0..1, with N = 4 · num_per_class images each, in random
        order; y_train (N,), y_val, y_test, int64 in 0..3, indices into `SHAPES`.

    Raises
    ------
    ValueError
        If `num_per_class` is less than 1.

    Examples
    --------
    >>> shapes = make_shapes(25, rng=0)
    >>> shapes["X_train"].shape, [SHAPES[y] for y in shapes["y_train"][:3]]
    ((100, 3, 16, 16), ['cross', 'square', 'disc'])
    """
    if num_per_class < 1:
        raise ValueError(f"num_per_class must be at least 1. Got {num_per_class}.")
    rng = np.random.default_rng(rng)
    shapes = {}
    for split in ("train", "val", "test"):
        y = rng.permutation(np.repeat(np.arange(len(SHAPES)), num_per_class))
        shapes[f"X_{split}"] = np.stack([_image(SHAPES[kind], rng) for kind in y])
        shapes[f"y_{split}"] = y
    return shapes


def _image(kind: str, rng: np.random.Generator) -> Floats:
    """Return an image of one shape, at most 2 pixels off center in each direction, with noise in every pixel."""
    radius, offset = rng.uniform(2.5, 4.5), rng.uniform(-2, 2, 2)
    down, right = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2 - offset[:, None, None]
    inside = {
        "disc": down**2 + right**2 <= radius**2,
        "square": np.maximum(abs(down), abs(right)) <= 0.85 * radius,
        "triangle": (abs(right) <= (down + radius) / 2) & (down <= radius),
        "cross": (np.minimum(abs(down), abs(right)) <= radius / 3) & (np.maximum(abs(down), abs(right)) <= radius),
    }[kind]
    bright, dark = rng.uniform(0.5, 1, (3, 1, 1)), rng.uniform(0.1, 0.4, (3, 1, 1))
    return np.clip(np.where(inside, bright, dark) + 0.05 * rng.standard_normal((3, SIDE, SIDE)), 0, 1)
