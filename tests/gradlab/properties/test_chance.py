"""Statistical tests of random results, compared with exact tail probabilities and SciPy's statistics."""

import numpy as np
import pytest
import scipy

from gradlab.properties._chance import (
    RARE,
    are_independent,
    autocorrelations,
    is_plausible,
    is_too_even,
    is_uniform,
    ks_distance,
    pairs_at_distance,
    surprise,
)


@pytest.mark.parametrize("total", [5, 60, 4800])
@pytest.mark.parametrize("probability", [0.1, 0.25, 0.5, 0.9])
def test_surprise_bounds_the_exact_tail_probability(total, probability):
    """The Chernoff bound, exp(-surprise), is compared with the exact tails of the binomial distribution."""
    counts = np.arange(total + 1)
    exact = np.where(
        counts > total * probability,
        scipy.stats.binom.sf(counts - 1, total, probability),
        scipy.stats.binom.cdf(counts, total, probability),
    )
    assert (exact <= np.exp(-surprise(counts, total, probability)) * (1 + 1e-9)).all()


def test_surprise_is_zero_for_the_expected_count_and_infinite_for_an_impossible_one():
    assert surprise(25, 100, 0.25) == pytest.approx(0)
    assert surprise(1, 100, 0.0) == np.inf
    assert surprise(99, 100, 1.0) == np.inf
    assert surprise(0, 100, 0.0) == surprise(100, 100, 1.0) == 0


def test_correct_answer_fails_less_than_once_in_a_billion():
    """Even if 10,000 tests each err with probability 2 exp(-RARE), the probability of any error is below 1e-9."""
    assert 10_000 * 2 * np.exp(-RARE) < 1e-9


@pytest.mark.parametrize(
    ("count", "probability", "expected"), [(480, 0.5, True), (500, 0.5, True), (300, 0.5, False), (700, 0.5, False)]
)
def test_only_counts_near_the_expected_one_are_plausible(count, probability, expected):
    assert is_plausible(count, 1000, probability) is expected


def test_several_counts_are_plausible_only_if_all_are():
    assert is_plausible(np.array([480, 510]), 1000, 0.5)
    assert not is_plausible(np.array([480, 700]), 1000, 0.5)


DISTRIBUTIONS = {
    "uniform": (lambda rng: rng.uniform(0.5, 1.5, 500), True),
    "half as wide": (lambda rng: rng.uniform(0.75, 1.25, 500), False),
    "upper half": (lambda rng: rng.uniform(1.0, 1.5, 500), False),
    "normal": (lambda rng: rng.normal(1, 0.1, 500), False),
    "constant": (lambda rng: np.ones(500), False),
    "too wide": (lambda rng: rng.uniform(0, 2, 500), False),
}


@pytest.mark.parametrize(("sample", "expected"), DISTRIBUTIONS.values(), ids=DISTRIBUTIONS)
@pytest.mark.parametrize("seed", range(3))
def test_is_uniform_agrees_with_scipy(seed, sample, expected):
    values = sample(np.random.default_rng(seed))
    assert is_uniform(values, 0.5, 1.5) is expected
    distance = scipy.stats.kstest(values, scipy.stats.uniform(0.5, 1.0).cdf).statistic
    assert expected == (2 * len(values) * distance**2 <= RARE)
    assert ks_distance(np.clip(values - 0.5, 0, 1)) == pytest.approx(np.sqrt(len(values)) * distance)


@pytest.mark.parametrize("distance", [1, 2, 3, 6])
def test_even_and_odd_pairs_are_disjoint_and_cover_all_pairs(distance):
    found = [np.stack(pairs_at_distance(np.arange(7), distance, odd=odd), axis=1) for odd in (False, True)]
    assert all(len(np.unique(pairs)) == pairs.size for pairs in found)
    assert sorted(map(tuple, np.concatenate(found).tolist())) == [(i, i + distance) for i in range(7 - distance)]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_pairs_along_any_axis_match_pairs_along_the_first_axis(axis):
    values = np.random.default_rng(0).random((7, 8, 9))
    pairs = pairs_at_distance(values, 2, axis)
    slices = pairs_at_distance(np.moveaxis(values, axis, 0), 2)
    for found, expected in zip(pairs, slices, strict=True):
        np.testing.assert_array_equal(np.moveaxis(found, axis, 0), expected)


def test_autocorrelations_agree_with_numpys_correlation():
    """NumPy subtracts the mean of each part, not of all values. That makes little difference with many values."""
    values = np.cumsum(np.random.default_rng(0).normal(size=4000)) / 60 + np.random.default_rng(1).normal(size=4000)
    found = autocorrelations(values)
    assert found[0] == pytest.approx(np.sqrt(4000))
    for distance in (1, 2, 7, 40):
        expected = np.corrcoef(values[:-distance], values[distance:])[0, 1]
        assert found[distance] / np.sqrt(4000 - distance) == pytest.approx(expected, abs=0.01)


def test_autocorrelations_of_independent_numbers_have_unit_variance_at_every_distance():
    found = np.array([autocorrelations(np.random.default_rng(seed).random(200))[1:101] for seed in range(500)])
    np.testing.assert_allclose((found**2).mean(axis=0), 1, atol=0.3)


def equal_halves(rng):
    half = rng.random(300) < 0.3
    return np.concatenate([half, half])


def equal_pairs(rng):
    return np.concatenate([[True], np.repeat(rng.random(300) < 0.3, 2)])


ROWS = {
    "independent": (lambda rng: rng.random(600) < 0.3, True),
    "equal halves": (equal_halves, False),
    "equal pairs, starting with the second entry": (equal_pairs, False),
    "periodic": (lambda rng: np.arange(600) % 10 < 3, False),
}


@pytest.mark.parametrize(("sample", "expected"), ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("seed", range(3))
def test_dependence_is_detected_at_any_distance(seed, sample, expected):
    assert are_independent(sample(np.random.default_rng(seed)), 0.3**2 + 0.7**2) is expected


@pytest.mark.parametrize("seed", range(20))
def test_shuffled_grid_is_too_even_but_random_numbers_are_not(seed):
    rng = np.random.default_rng(seed)
    assert is_too_even(rng.permutation(np.linspace(0, 1, 300)))
    assert not is_too_even(rng.uniform(0, 1, 300))
