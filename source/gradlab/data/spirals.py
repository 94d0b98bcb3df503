"""Made data: a plane in which classes wind around each other, for networks of two inputs."""

import numpy as np

_TURN = 4.0  # radians, from the middle of an arm to its end


def make_spirals(num_per_class=100, num_classes=3, noise=0.2, *, rng):
    """Points on spiral arms, one arm a class, which no straight line can part.

    Arm j of K has the points r (sin t, cos t) with t = 2 pi j / K + 4 r + noise z, where r is uniform in 0..1
    and z standard normal.

    Parameters
    ----------
    num_per_class : int
        Points of each class, in each of the three sets.
    num_classes : int
    noise : float
        The standard deviation of a point's angle, in radians. Of three arms hardly a point comes nearer to
        another arm at 0.2, one point in 28 at 0.5.
    rng : int, numpy.random.Generator or None
        Where the points are drawn from; the same number gives the same points.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 2), X_val, X_test, float64 in -1..1, with N = num_per_class * num_classes points each, in
        random order; y_train (N,), y_val, y_test, int64. A `gradlab.solver.Solver` takes it as it is.

    Raises
    ------
    ValueError
        If there is not at least one point and one class, or the noise is negative.

    References
    ----------
    After A. Karpathy, Putting it together: Minimal Neural Network Case Study, in the notes of CS231n,
    https://cs231n.github.io/neural-networks-case-study/; there radii are evenly spaced and the arms 4 apart.

    Examples
    --------
    >>> spirals = make_spirals(50, rng=0)
    >>> spirals["X_train"].shape, np.bincount(spirals["y_val"]).tolist()
    ((150, 2), [50, 50, 50])
    """
    if num_per_class < 1 or num_classes < 1 or noise < 0:
        raise ValueError(
            "num_per_class and num_classes must be at least 1, and noise at least 0. "
            f"Got {num_per_class}, {num_classes} and {noise}."
        )
    rng = np.random.default_rng(rng)
    spirals = {}
    for part in ("train", "val", "test"):
        y = rng.permutation(np.repeat(np.arange(num_classes), num_per_class))
        r = rng.uniform(size=len(y))
        t = 2 * np.pi * y / num_classes + _TURN * r + noise * rng.standard_normal(len(y))
        spirals[f"X_{part}"] = np.stack([r * np.sin(t), r * np.cos(t)], axis=1)
        spirals[f"y_{part}"] = y
    return spirals
