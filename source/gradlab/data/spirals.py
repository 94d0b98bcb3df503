"""Generated data: classes that wind around each other in the plane, for networks with two inputs."""

import numpy as np

from ..typing import Array

_TURN = 4.0  # radians, from the inner end of an arm to its outer end


def make_spirals(
    num_per_class: int = 100, num_classes: int = 3, noise: float = 0.2, *, rng: int | np.random.Generator | None
) -> dict[str, Array]:
    """Generate points on spiral arms, one arm per class, which no straight line can separate.

    Arm j of K has the points r (sin t, cos t) with t = 2 pi j / K + 4 r + noise z, where r is uniform in 0..1
    and z is standard normal.

    Parameters
    ----------
    num_per_class : int
        The number of points per class in each of the three sets.
    num_classes : int
    noise : float
        The standard deviation of a point's angle, in radians. With three arms and noise 0.2, hardly any point is nearer
        to another arm than to its own. With noise 0.5, one point in 28 is nearer to another arm.
    rng : int, numpy.random.Generator or None
        The seed or generator for the positions. The same seed gives the same points.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 2), X_val, X_test, float64 in -1..1, with N = num_per_class * num_classes points each, in
        random order; y_train (N,), y_val, y_test, int64. You can pass the dict to `gradlab.solver.Solver` as is.

    Raises
    ------
    ValueError
        If `num_per_class` or `num_classes` is less than 1, or `noise` is negative.

    References
    ----------
    Adapted from A. Karpathy, Putting it together: Minimal Neural Network Case Study, in the notes of CS231n,
    https://cs231n.github.io/neural-networks-case-study/. There, the radii are evenly spaced, and the arms are 4 radians
    apart.

    Examples
    --------
    >>> spirals = make_spirals(50, rng=0)
    >>> spirals["X_train"].shape, np.bincount(spirals["y_val"]).tolist()
    ((150, 2), [50, 50, 50])
    """
    if num_per_class < 1 or num_classes < 1 or noise < 0:
        raise ValueError(
            "num_per_class and num_classes must be at least 1, and noise at least 0. "
            f"Got {num_per_class}, {num_classes}, and {noise}."
        )
    rng = np.random.default_rng(rng)
    spirals = {}
    for split in ("train", "val", "test"):
        y = rng.permutation(np.repeat(np.arange(num_classes), num_per_class))
        r = rng.uniform(size=len(y))
        t = 2 * np.pi * y / num_classes + _TURN * r + noise * rng.standard_normal(len(y))
        spirals[f"X_{split}"] = np.stack([r * np.sin(t), r * np.cos(t)], axis=1)
        spirals[f"y_{split}"] = y
    return spirals
