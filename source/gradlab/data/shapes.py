"""Made data: small color images of four shapes, to be flipped, cropped and tinted."""

import numpy as np

SHAPES = ("disc", "square", "triangle", "cross")
SIDE = 16


def make_shapes(num_per_class=100, *, rng):
    """Bright shapes on a dark ground, in all colors, near the middle; each is its own mirror image.

    Parameters
    ----------
    num_per_class : int
        Images of each of the four shapes, in each of the three sets.
    rng : int, numpy.random.Generator or None
        Where size, place and colors are drawn from; the same number gives the same images.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 3, 16, 16), X_val, X_test, float64 in 0..1, with N = 4 · num_per_class images each, in random
        order; y_train (N,), y_val, y_test, int64 in 0..3, the places of the names in `SHAPES`.

    Raises
    ------
    ValueError
        If there is not at least one image of each shape.

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
    for part in ("train", "val", "test"):
        y = rng.permutation(np.repeat(np.arange(len(SHAPES)), num_per_class))
        shapes[f"X_{part}"] = np.stack([_image(SHAPES[kind], rng) for kind in y])
        shapes[f"y_{part}"] = y
    return shapes


def _image(kind, rng):
    """One shape, at most 2 pixels off the middle each way, with a little noise in every pixel."""
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
