"""Races of learning rates: rates in, shares of digits out."""

import numpy as np
import pytest

from gradlab import data, races
from gradlab.models import FullyConnectedNet

DIGITS = data.load_digits()
HELD = DIGITS["X_val"], DIGITS["y_val"]


def test_learns_from_poor_labels_and_the_same_for_the_same_seed():
    rates = np.linspace(0.2, 0, 200)
    shares = races.accuracies(rates, *HELD, seed=0, moments=4, networks=8)
    assert shares.shape == (4,)
    assert (np.diff(shares) > 0).all()
    assert shares[-1] > 0.6
    np.testing.assert_array_equal(races.accuracies(rates, *HELD, seed=0, moments=4, networks=8), shares)
    assert races.accuracies(rates, *HELD, seed=1, networks=8)[0] != shares[-1]


def test_one_step_is_that_of_the_models():
    """The same weights, images and labels in `FullyConnectedNet` give the same new weights, network by network."""
    rng = np.random.default_rng(3)
    params = races._start(rng, 3)
    x, y = rng.normal(size=(3, 2, 64)), rng.integers(10, size=(3, 2))
    before = [part.copy() for part in params]
    races._descend(params, x, y, 0.1)
    for network in range(3):
        model = FullyConnectedNet([races.HIDDEN], 64, 10, dtype=np.float64)
        for name, part in zip(model.params, before, strict=True):
            model.params[name] = part[network].reshape(model.params[name].shape)
        _, grads = model.loss(x[network], y[network])
        for name, part in zip(model.params, params, strict=True):
            expected = model.params[name] - 0.1 * grads[name]
            np.testing.assert_allclose(part[network].reshape(expected.shape), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rate", [0.0, 1e6], ids=["none", "overflow"])
def test_rates_that_teach_nothing_leave_chance(rate):
    share = races.accuracies(np.full(30, rate), *HELD, seed=0, networks=8)[0]
    assert 0.02 < share < 0.25


@pytest.mark.parametrize(
    ("rates", "moments"), [(np.ones((2, 2)), 1), (np.ones(0), 1), (np.ones(3), 4), (np.ones(3), 0)]
)
def test_what_is_no_course_is_refused(rates, moments):
    with pytest.raises(ValueError, match="rates must have shape"):
        races.accuracies(rates, *HELD, seed=0, moments=moments)
