"""Properties of gradient checks of a few entries: correct results pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

NUMERIC, ANALYTIC = np.arange(1.0, 7.0), np.arange(1.0, 7.0) + np.array([0, 0, 0, 1, 1, -1])
NUMERIC[0] = ANALYTIC[0] = 0.0
SEEDS = np.array([4, 4, 5, 6])
INDEX = np.array([[5, 1], [5, 1], [0, 3], [2, 4]])


def right(index=INDEX, **changed):
    """Return the correct outputs for the entries at `index`, except for the outputs in `changed`."""
    numeric, analytic = NUMERIC[index], ANALYTIC[index]
    error = abs(numeric - analytic) / np.maximum(1e-8, numeric + analytic)
    return {"index": index, "numeric": numeric, "analytic": analytic, "error": error, "calls": {"f": 16}} | changed


def errors(denominator):
    """Return the correct outputs, but with errors relative to `denominator(numeric, analytic)`."""
    numeric, analytic = NUMERIC[INDEX], ANALYTIC[INDEX]
    return right(error=abs(numeric - analytic) / np.maximum(1e-8, denominator(numeric, analytic)))


CHECKED = {
    "right": (right(), ""),
    "one more call each": (right(calls={"f": 20}), ""),
    "too many calls": (right(calls={"f": 21}), "more than two evaluations of `f` per entry"),
    "index too high": (right() | {"index": INDEX + 1}, "an index is out of range: there is no such entry"),
    "negative index": (right() | {"index": INDEX - 1}, "an index is out of range: there is no such entry"),
    "same entry twice": (right(np.array([[1, 1], [1, 1], [0, 3], [2, 4]])), "an entry is sampled twice"),
    "always the first": (
        right(np.array([[0, 1], [0, 1], [1, 0], [0, 1]])),
        "only the first entries are sampled",
    ),
    "always the same": (
        right(np.array([[2, 1], [2, 1], [1, 2], [2, 1]])),
        "the same entries are sampled whatever `rng` is",
    ),
    "generator ignored": (
        right(np.array([[5, 1], [1, 5], [0, 3], [2, 4]])),
        "`rng` in the same state samples different entries",
    ),
    "analytic gradient of another entry": (
        right(analytic=ANALYTIC[INDEX - 1]),
        "the analytic gradient is wrong for its entry",
    ),
    "slope of another entry": (right(numeric=NUMERIC[INDEX - 1]), "the numerical gradient is wrong for its entry"),
    "twice the slope": (
        right(numeric=2 * NUMERIC[INDEX]),
        "the numerical gradient is twice as large as it should be",
    ),
    "minus the slope": (right(numeric=-NUMERIC[INDEX]), "the numerical gradient has the wrong sign"),
    "nearly the slope": (right(numeric=NUMERIC[INDEX] + 1e-4), "the numerical gradient is only roughly right"),
    "one error for all": (right(error=np.zeros(4)), "`error` is a single number, not one for each entry"),
    "rows and columns": (
        right() | {"index": np.stack(np.divmod(INDEX, 3), axis=-1)},
        "`index` holds several numbers for each entry",
    ),
    "relative to the mean": (
        errors(lambda n, a: (n + a) / 2),
        "the error is relative to the mean of the two numbers, not to their sum",
    ),
    "absolute error": (errors(lambda n, a: 1), "the error is absolute, not relative to the sum of the two numbers"),
    "relative to one number": (
        errors(lambda n, a: a),
        "the error is relative to one of the two numbers, not to their sum",
    ),
    "relative to the maximum": (
        errors(np.maximum),
        "the error is relative to the larger of the two numbers, not to their sum",
    ),
    "errors of zero": (right(error=np.zeros((4, 2))), "the error is not relative to the sum of the two numbers"),
    "integers as gradients": (right(numeric=np.ones((4, 2), dtype=int)), "wrong_type"),
    "floats as indices": (right() | {"index": INDEX * 1.0}, "wrong_type"),
    "text": (right(error="small"), "wrong_type"),
    "one entry only": (right(INDEX[:, :1]), "wrong_shape"),
    "extra name": (right(seed=np.ones(1)), "wrong_names"),
}


@pytest.mark.parametrize(("returned", "found"), CHECKED.values(), ids=CHECKED)
def test_sparse_check_gets_the_right_finding(returned, found):
    case = SimpleNamespace(inputs={"seeds": SEEDS}, truth={"numeric": NUMERIC, "analytic": ANALYTIC, "count": 2})
    outcome = properties.checks_sampled_entries(case, returned)
    assert outcome.passed == (found == "")
    assert (outcome.problem.kind if outcome.problem else outcome.finding) == found


def test_entries_may_be_in_any_order_if_all_are_checked():
    index = np.array([[0, 1, 2], [2, 1, 0]])
    truth = {"numeric": np.zeros(3), "analytic": np.zeros(3), "count": 3}
    zeros = np.zeros((2, 3))
    returned = {"index": index, "numeric": zeros, "analytic": zeros, "error": zeros, "calls": {"f": 12}}
    case = SimpleNamespace(inputs={"seeds": np.array([1, 1])}, truth=truth)
    assert properties.checks_sampled_entries(case, returned).passed


PARAMS = {"W": np.ones((2, 2)), "b": np.ones(1)}
SAMPLED = {"W": np.array([[0, 3], [0, 3], [1, 2], [2, 3]]), "b": np.zeros((4, 1), dtype=int)}

COVERED = {
    "right": (SAMPLED, ""),
    "different order": ({"b": SAMPLED["b"], "W": SAMPLED["W"][:, ::-1].copy()}, ""),
    "missing bias": ({"W": SAMPLED["W"]}, "wrong_names"),
    "extra parameter": (SAMPLED | {"c": SAMPLED["b"]}, "wrong_names"),
    "one too few": (SAMPLED | {"W": SAMPLED["W"][:, :1]}, "fewer entries of a parameter are sampled than asked for"),
    "one too many": (
        SAMPLED | {"b": np.zeros((4, 2), dtype=int)},
        "more entries of a parameter are sampled than asked for",
    ),
    "same entry twice": (SAMPLED | {"W": SAMPLED["W"] // 2 * 2 % 3}, "an entry is sampled twice"),
    "counted from one": (SAMPLED | {"b": SAMPLED["b"] + 1}, "an index is out of range: there is no such entry"),
    "always the first": (SAMPLED | {"W": np.array([[0, 1]] * 4)}, "only the first entries are sampled"),
    "always the same": (SAMPLED | {"W": np.array([[1, 2]] * 4)}, "the same entries are sampled whatever `rng` is"),
    "generator ignored": (
        SAMPLED | {"W": np.array([[0, 3], [0, 1], [1, 2], [2, 3]])},
        "`rng` in the same state samples different entries",
    ),
    "floats": (SAMPLED | {"W": np.ones((4, 2))}, "wrong_type"),
    "None": (SAMPLED | {"W": None}, "wrong_type"),
    "three dimensions": (SAMPLED | {"W": np.zeros((4, 2, 2), dtype=int)}, "wrong_shape"),
    "missing call": (SAMPLED | {"W": SAMPLED["W"][:3]}, "wrong_shape"),
}


@pytest.mark.parametrize(("returned", "found"), COVERED.values(), ids=COVERED)
def test_entries_of_every_parameter_get_the_right_finding(returned, found):
    case = SimpleNamespace(inputs={"params": PARAMS, "seeds": SEEDS}, truth={"count": 2})
    outcome = properties.covers_parameters(case, returned)
    assert outcome.passed == (found == "")
    assert (outcome.problem.kind if outcome.problem else outcome.finding) == found


def random_sets(rng, samples):
    return np.argsort(rng.random((samples, 8)), axis=1)[:, :3]


def neighbors(rng, samples):
    return (rng.integers(8, size=(samples, 1)) + np.arange(3)) % 8


def never_the_last(rng, samples):
    return np.argsort(rng.random((samples, 7)), axis=1)[:, :3]


def the_first_more_often(rng, samples):
    return np.argsort(rng.random((samples, 8)) * np.where(np.arange(8) == 0, 0.2, 1), axis=1)[:, :3]


@pytest.mark.parametrize("generators", [True, False], ids=["with generators", "without generators"])
@pytest.mark.parametrize(
    ("sample", "finding"),
    [
        (random_sets, ""),
        (neighbors, "the sampled entries are always neighbors"),
        (never_the_last, "some entries are never sampled"),
        (the_first_more_often, "some entries are sampled more often than others"),
    ],
)
def test_entries_must_be_sampled_uniformly_and_independently(sample, finding, generators):
    rows = sample(np.random.default_rng(0), 200)
    case = SimpleNamespace(
        inputs={"params": {"w": np.ones(8)}, "seeds": np.arange(200) if generators else np.full(200, -1)},
        truth={"count": 3},
    )
    assert properties.covers_parameters(case, {"w": rows}).finding == finding
