"""What is called too rare is so rare: bounds against exact tails, and against SciPy's statistic."""

import numpy as np
import pytest
import scipy.stats

from gradlab.properties._chance import (
    RARE,
    agrees,
    each_by_itself,
    is_too_even,
    is_uniform,
    pairs_apart,
    surprise,
)


@pytest.mark.parametrize("total", [5, 60, 4800])
@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.9])
def test_counts_are_never_more_surprising_than_they_are_rare(total, share):
    """Chernoff's bound, against the exact tails of the binomial distribution."""
    counts = np.arange(total + 1)
    exact = np.where(
        counts > total * share,
        scipy.stats.binom.sf(counts - 1, total, share),
        scipy.stats.binom.cdf(counts, total, share),
    )
    assert (exact <= np.exp(-surprise(counts, total, share)) * (1 + 1e-9)).all()


def test_the_expected_count_is_no_surprise_and_an_impossible_one_is():
    assert surprise(25, 100, 0.25) == pytest.approx(0)
    assert surprise(1, 100, 0.0) == np.inf
    assert surprise(99, 100, 1.0) == np.inf
    assert surprise(0, 100, 0.0) == surprise(100, 100, 1.0) == 0


def test_a_right_answer_fails_less_than_once_in_a_billion():
    """Of ten thousand questions, each wrong with a probability of at most 2 exp(-RARE)."""
    assert 10_000 * 2 * np.exp(-RARE) < 1e-9


@pytest.mark.parametrize(
    ("count", "share", "expected"), [(480, 0.5, True), (500, 0.5, True), (300, 0.5, False), (700, 0.5, False)]
)
def test_counts_agree_with_shares_that_may_well_give_them(count, share, expected):
    assert agrees(count, 1000, share) is expected


def test_of_many_counts_all_must_agree():
    assert agrees(np.array([480, 510]), 1000, 0.5)
    assert not agrees(np.array([480, 700]), 1000, 0.5)


SPREADS = {
    "uniform": (lambda rng: rng.uniform(0.5, 1.5, 500), True),
    "half as wide": (lambda rng: rng.uniform(0.75, 1.25, 500), False),
    "its upper half": (lambda rng: rng.uniform(1.0, 1.5, 500), False),
    "normal": (lambda rng: rng.normal(1, 0.1, 500), False),
    "one number": (lambda rng: np.ones(500), False),
    "beyond": (lambda rng: rng.uniform(0, 2, 500), False),
}


@pytest.mark.parametrize(("draw", "expected"), SPREADS.values(), ids=SPREADS)
@pytest.mark.parametrize("seed", range(3))
def test_uniform_numbers_are_told_from_others(seed, draw, expected):
    values = draw(np.random.default_rng(seed))
    assert is_uniform(values, 0.5, 1.5) is expected
    stray = scipy.stats.kstest(values, scipy.stats.uniform(0.5, 1.0).cdf).statistic
    assert expected == (2 * len(values) * stray**2 <= RARE)


@pytest.mark.parametrize("distance", [1, 2, 3, 6])
def test_every_pair_of_that_distance_is_in_one_of_two_sets_of_disjoint_ones(distance):
    found = [np.stack(pairs_apart(np.arange(7), distance, odd=odd), axis=1) for odd in (False, True)]
    assert all(len(np.unique(pairs)) == pairs.size for pairs in found)
    assert sorted(map(tuple, np.concatenate(found).tolist())) == [(i, i + distance) for i in range(7 - distance)]


def halves_alike(rng):
    half = rng.random(300) < 0.3
    return np.concatenate([half, half])


def in_pairs(rng):
    return np.concatenate([[True], np.repeat(rng.random(300) < 0.3, 2)])


ROWS = {
    "independent": (lambda rng: rng.random(600) < 0.3, True),
    "halves alike": (halves_alike, False),
    "in pairs, from the second on": (in_pairs, False),
    "by turns": (lambda rng: np.arange(600) % 10 < 3, False),
}


@pytest.mark.parametrize(("draw", "expected"), ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("seed", range(3))
def test_entries_that_go_together_are_found_at_any_distance(seed, draw, expected):
    assert each_by_itself(draw(np.random.default_rng(seed)), 0.3**2 + 0.7**2) is expected


@pytest.mark.parametrize("seed", range(20))
def test_a_shuffled_grid_is_too_even_and_random_numbers_are_not(seed):
    rng = np.random.default_rng(seed)
    assert is_too_even(rng.permutation(np.linspace(0.5, 1.5, 300)), 0.5, 1.5)
    assert not is_too_even(rng.uniform(0.5, 1.5, 300), 0.5, 1.5)
