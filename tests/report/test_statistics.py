"""The statistics in reports agree with SciPy, and with counts made by hand."""

import numpy as np
import pytest
import scipy

from autograder.report.statistics import (
    discrimination,
    fraction_full,
    fraction_zero,
    histogram,
    mean,
    outliers,
    quartiles,
)


@pytest.mark.parametrize("seed", range(5))
def test_discrimination_is_pearsons_correlation(seed):
    rng = np.random.default_rng(seed)
    scores, others = rng.integers(0, 4, 50), rng.normal(size=50)
    assert discrimination(scores, others) == pytest.approx(scipy.stats.pearsonr(scores, others).statistic)


@pytest.mark.parametrize(
    ("scores", "others"),
    [([], []), ([0, 1], [0, 1]), ([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [1, 1, 1]), ([0.3, 0.1 + 0.2, 0.3], [1, 2, 3])],
    ids=["nobody", "two students", "equal scores", "equal others", "equal but for rounding"],
)
def test_discrimination_is_undefined_without_differences(scores, others):
    assert discrimination(scores, others) is None


def test_full_points_are_recognized_with_a_bonus_and_despite_rounding():
    assert fraction_full([0.3, 0.1 + 0.2, 0.5, 0.29], 0.3) == 0.75
    assert fraction_full([0.1 + 0.2 - 1e-12, 0], 0.3) == 0.5


def test_statistics_of_empty_lists_are_zero():
    assert (mean([]), fraction_full([], 1), fraction_zero([]), quartiles([])) == (0, 0, 0, [0, 0, 0])


@pytest.mark.parametrize(
    ("scores", "points", "edges", "counts"),
    [
        ([], 2, np.arange(0, 2.1, 0.25), [0] * 8),
        ([0, 0.1 + 0.2, 1], 1, [0, 0.25, 0.5, 0.75, 1], [1, 1, 0, 1]),
        ([40, 41], 40, np.arange(0, 45, 5), None),
        ([12], 10, np.arange(0, 13), None),
        ([5], 0, np.arange(0, 5.1, 0.25), None),
    ],
    ids=["no scores", "rounding", "a bonus", "more than the maximum", "no points"],
)
def test_histogram_reaches_from_zero_to_the_highest_score(scores, points, edges, counts):
    found = histogram(scores, points)
    assert found["edges"][0] == 0
    assert found["edges"][-1] >= max([points, *scores])
    assert sum(found["counts"]) == len(scores)
    assert len(found["counts"]) <= 21
    if counts is not None:
        np.testing.assert_allclose(found["edges"], edges)
        assert found["counts"] == counts


def test_outlier_is_far_from_the_middle_half_and_from_the_median():
    alike = {f"s{n}": 1 + n / 1000 for n in range(100)}
    assert outliers(alike | {"slow": 3.5, "slower than most": 2.0})[0] == {"slow": 3.5}
    spread = {f"s{n}": float(n) for n in range(100)}
    assert outliers(spread)[0] == {}
    assert outliers({})[0] == {}
