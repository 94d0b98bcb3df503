"""Initial losses of networks: correct losses are compared with explicit sums, and each planted fault is tested."""

import numpy as np
import pytest
from scipy.special import log_softmax

from gradlab.oracles import initial_loss
from gradlab.oracles.initial_losses import EXAMPLES, FEATURES

RIGHT = {
    "seed": 5,
    "classes": 7,
    "outputs": 7,
    "scale": 0.5,
    "factor": 1.0,
    "hinge": False,
    "gain": 1.0,
    "cap": np.inf,
    "rounding": 0.0,
    "always": 0.0,
    "fresh": False,
}


def loss(reg=0.0, **faults):
    """Return the loss of the second network, which differs from the first."""
    numbers = {
        name: np.array([3 if name == "seed" else RIGHT[name], value]) for name, value in (RIGHT | faults).items()
    }
    return initial_loss(1, reg, **numbers)


def sampled():
    """Return the examples, labels, and weights of the correct network."""
    rng = np.random.default_rng([5, 0])
    X = rng.normal(size=(EXAMPLES, FEATURES))
    y = rng.integers(7, size=EXAMPLES)
    W = 0.5 * np.random.default_rng(5).normal(size=(FEATURES, 7))
    return X / np.sqrt((X**2).sum(axis=1, keepdims=True)), y, W


def test_data_loss_is_the_mean_cross_entropy():
    X, y, W = sampled()
    expected = -np.mean([log_softmax(x @ W)[label] for x, label in zip(X, y, strict=True)])
    assert loss() == pytest.approx(expected, rel=1e-12)


def test_hinge_loss_sums_over_wrong_classes():
    X, y, W = sampled()
    sums = [
        sum(max(0.0, s - scores[label] + 1) for j, s in enumerate(scores) if j != label)
        for scores, label in zip(X @ W, y, strict=True)
    ]
    assert loss(hinge=True) == pytest.approx(np.mean(sums), rel=1e-12)


PENALTY = 0.5 * (sampled()[2] ** 2).sum()


@pytest.mark.parametrize(
    ("reg", "faults", "strength"),
    [
        (2.0, {}, 2.0),
        (2.0, {"gain": 0.0}, 0.0),
        (2.0, {"gain": -1.0}, -2.0),
        (2.0, {"cap": 0.3}, 0.3),
        (0.2, {"cap": 0.3}, 0.2),
        (1.7, {"rounding": 1.0}, 1.0),
        (0.7, {"rounding": 1.0}, 0.0),
        (0.0, {"always": 1.5}, 1.5),
    ],
    ids=["right", "not added", "subtracted", "capped", "below the cap", "rounded", "rounded to zero", "always on"],
)
def test_faults_change_the_effective_regularization_strength(reg, faults, strength):
    assert loss(reg, **faults) - loss() == pytest.approx(strength * PENALTY, rel=1e-12)


@pytest.mark.parametrize(
    ("classes", "hinge", "chance"), [(10, False, np.log(10)), (10, True, 9), (2, False, np.log(2))]
)
def test_loss_with_small_weights_is_the_chance_loss(classes, hinge, chance):
    assert loss(classes=classes, outputs=classes, hinge=hinge, scale=1e-9) == pytest.approx(chance, rel=1e-8)


def test_wrong_factor_outputs_and_scale_change_the_loss():
    assert loss(factor=30.0) == pytest.approx(30 * loss())
    assert loss(outputs=12, scale=1e-9) == pytest.approx(np.log(12))
    assert np.isnan(loss(scale=1e200))


def test_fresh_examples_change_with_the_regularization_strength_but_not_between_equal_calls():
    assert loss() == loss()
    assert loss(0.1, fresh=True, gain=0.0) != loss(0.2, fresh=True, gain=0.0)
    assert loss(0.1, fresh=True) == loss(0.1, fresh=True)


@pytest.mark.parametrize(("which", "reg"), [(1, np.zeros(2)), (1, "0"), (1, None), (2, 0.0), (-1, 0.0), (0.5, 0.0)])
def test_invalid_network_index_or_regularization_strength_raises(which, reg):
    numbers = {name: np.array([value, value]) for name, value in RIGHT.items()}
    with pytest.raises(ValueError, match="must be"):
        initial_loss(which, reg, **numbers)


@pytest.mark.parametrize("reg", [1, np.float64(1), np.float32(1), np.array(1.0)])
def test_regularization_strength_may_be_an_int_or_a_numpy_number(reg):
    assert loss(reg) == loss(1.0)
