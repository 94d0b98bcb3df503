"""Learning rate races: the accuracies of networks trained with given learning rates."""

import numpy as np
import pytest

from gradlab import data, races
from gradlab.models import FullyConnectedNet

DIGITS = data.load_digits()
HELD_OUT = DIGITS["X_val"], DIGITS["y_val"]


def test_networks_learn_from_noisy_labels_and_results_are_reproducible():
    rates = np.linspace(0.2, 0, 200)
    measured = races.accuracies(rates, *HELD_OUT, seed=0, moments=4, networks=8)
    assert measured.shape == (4,)
    assert (np.diff(measured) > 0).all()
    assert measured[-1] > 0.6
    np.testing.assert_array_equal(races.accuracies(rates, *HELD_OUT, seed=0, moments=4, networks=8), measured)
    assert races.accuracies(rates, *HELD_OUT, seed=1, networks=8)[0] != measured[-1]


def test_gradient_step_matches_fully_connected_net():
    """From the same start and batch, a step along `FullyConnectedNet`'s gradients gives the same weights."""
    rng = np.random.default_rng(3)
    params = races._initial_params(rng, 3)
    x, y = rng.normal(size=(3, 2, 64)), rng.integers(10, size=(3, 2))
    before = [array.copy() for array in params]
    races._gradient_step(params, x, y, 0.1)
    for network in range(3):
        model = FullyConnectedNet([races.HIDDEN], 64, 10, dtype=np.float64)
        for name, array in zip(model.params, before, strict=True):
            model.params[name] = array[network].reshape(model.params[name].shape)
        _, grads = model.loss(x[network], y[network])
        for name, array in zip(model.params, params, strict=True):
            expected = model.params[name] - 0.1 * grads[name]
            np.testing.assert_allclose(array[network].reshape(expected.shape), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rate", [0.0, 1e6], ids=["zero", "overflow"])
def test_useless_learning_rates_give_chance_accuracy(rate):
    accuracy = races.accuracies(np.full(30, rate), *HELD_OUT, seed=0, networks=8)[0]
    assert 0.02 < accuracy < 0.25


@pytest.mark.parametrize(
    ("rates", "moments"), [(np.ones((2, 2)), 1), (np.ones(0), 1), (np.ones(3), 4), (np.ones(3), 0)]
)
def test_invalid_rates_raise(rates, moments):
    with pytest.raises(ValueError, match=r"rates must have shape \(T,\), with T >= moments >= 1\. Got shape"):
        races.accuracies(rates, *HELD_OUT, seed=0, moments=moments)
