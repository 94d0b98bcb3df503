"""The statistics in a report. All of them are plain functions of numbers."""

from collections.abc import Mapping, Sequence

import numpy as np

WIDTHS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)  # of a histogram's bins, in points
MOST_BINS = 20
LEAST_STUDENTS = 3  # for a correlation
FAR = 3.0  # interquartile ranges above the upper quartile: Tukey's limit for values that are "far out"
TIMES = 3.0  # an outlier is also more than this many times the median, because most of a class's runs are nearly equal
SAME = 1e-9  # points


def mean(values: Sequence[float]) -> float:
    """Return the mean, or 0 if there are no values."""
    return float(np.mean(values)) if values else 0.0


def fraction_full(scores: Sequence[float], points: float) -> float:
    """Return the fraction of scores that are full, with or without a bonus."""
    return mean([score >= points - SAME for score in scores])


def fraction_zero(scores: Sequence[float]) -> float:
    """Return the fraction of scores that are zero."""
    return mean([score <= SAME for score in scores])


def quartiles(values: Sequence[float]) -> list[float]:
    """Return the lower quartile, the median, and the upper quartile, or zeros if there are no values."""
    return [float(value) for value in np.percentile(values, [25, 50, 75])] if values else [0.0] * 3


def discrimination(scores: Sequence[float], others: Sequence[float]) -> float | None:
    r"""Return how well an exercise separates strong students from weak ones.

    This is the corrected item-total correlation, Pearson's

    .. math:: r = \frac{\sum (x_i - \bar x)(y_i - \bar y)}{\sqrt{\sum (x_i - \bar x)^2 \sum (y_i - \bar y)^2}}

    Parameters
    ----------
    scores : sequence of float, length N
        The students' points for the exercise, x.
    others : sequence of float, length N
        The same students' points for all other exercises, y.

    Returns
    -------
    float or None
        Between -1 and 1. None if there are fewer than three students, or if all of them have the same x or the same y.
    """
    if len(scores) < LEAST_STUDENTS or np.ptp(scores) <= SAME or np.ptp(others) <= SAME:
        return None
    return float(np.corrcoef(scores, others)[0, 1])


def histogram(scores: Sequence[float], points: float) -> dict[str, list[float]]:
    """Return the bins of the scores' histogram, from 0 to the maximum or, with a bonus, beyond it.

    Returns
    -------
    dict of str to list of float
        ``edges`` (N + 1 bounds, in points) and ``counts`` (N counts of students). Each bin contains its lower edge;
        only the last one contains its upper edge, too.
    """
    top = max([points, *scores], default=0.0) or 1.0
    width = next((width for width in WIDTHS if top / width <= MOST_BINS), top / MOST_BINS)
    edges = width * np.arange(np.ceil(top / width - SAME) + 1)
    counts, _ = np.histogram(np.round(scores, 9), bins=edges)  # 0.1 + 0.2 belongs to the bin that begins at 0.3
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def outliers(values: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Return the values that are far above the rest, keyed as given, and the limit that they exceed."""
    lower, median, upper = quartiles(list(values.values()))
    limit = max(upper + FAR * (upper - lower), TIMES * median)
    return {name: value for name, value in values.items() if value > limit}, limit
