"""Small networks with correct and wrong gradients, compared with SciPy and the library's own models."""

import functools

import numpy as np
import pytest
import scipy

from gradlab import layers, models, oracles

RNG = np.random.default_rng(0)
INPUTS = {"X": RNG.normal(size=(4, 2)), "y": np.array([1.0, -1.0, -1.0, 1.0])}
SETTINGS = {"smooth": np.array([True, False]), "scale": np.array([1.0, 0.1]), "keep": np.ones(2)}
RIGHT = {"data_factors": np.ones((2, 4)), "reg_factors": np.array([[1.0, 0, 1, 0]] * 2)}
loss = functools.partial(oracles.network_loss, **INPUTS, **SETTINGS)
gradient = functools.partial(oracles.network_gradient, **INPUTS, **SETTINGS, **RIGHT)


def network(which, dtype=np.float64, reg=0.0):
    """Return the library's model of the oracle's network; the tests use its parameters."""
    names = ("tanh", "relu")
    pair = tuple(getattr(layers, f"{names[which]}_{way}") for way in ("forward", "backward"))
    return models.FullyConnectedNet([3], 2, 2, activation=pair, weight_scale=1.0, dtype=dtype, reg=reg, seed=1)


@pytest.mark.parametrize("reg", [0.0, 0.7])
@pytest.mark.parametrize("which", [0, 1])
def test_network_matches_the_librarys_model_with_a_scaled_data_loss(which, reg):
    model, classes, scale = network(which, reg=reg), (INPUTS["y"] > 0).astype(int), SETTINGS["scale"][which]
    whole, grads = model.loss(INPUTS["X"], classes)
    weights = {name: value for name, value in model.params.items() if name.startswith("W")}
    penalty = sum(reg / 2 * (w**2).sum() for w in weights.values())
    assert loss(which, model.params, reg) == pytest.approx(scale * (whole - penalty) + penalty, rel=1e-12)
    for name, grad in gradient(which, model.params, reg).items():
        penalty_grad = reg * weights.get(name, 0.0)
        np.testing.assert_allclose(grad, scale * (grads[name] - penalty_grad) + penalty_grad, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("which", [0, 1])
def test_gradient_matches_scipys_finite_differences(which):
    params = network(which).params
    for name, value in params.items():
        error = scipy.optimize.check_grad(
            lambda v, name=name, value=value: loss(which, {**params, name: v.reshape(value.shape)}, 0.3),
            lambda v, name=name, value=value: gradient(which, {**params, name: v.reshape(value.shape)}, 0.3)[
                name
            ].ravel(),
            value.ravel(),
        )
        assert error < 1e-6


def test_fault_factors_scale_the_gradients():
    params = network(0).params
    faults = {"data_factors": np.array([[2.0, 1, 1, 0]]), "reg_factors": np.array([[1.0, 1, 0, 0]])}
    wrong = functools.partial(oracles.network_gradient, **INPUTS, **SETTINGS, **faults)
    data, both = gradient(0, params, 0.0), wrong(0, params, 0.5)
    expected = {
        "W1": 2 * data["W1"] + 0.5 * params["W1"],
        "b1": data["b1"] + 0.5 * params["b1"],
        "W2": data["W2"],
        "b2": 0 * data["b2"],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(both[name], value, rtol=1e-12)


def test_every_call_samples_a_new_dropout_mask():
    noisy = functools.partial(oracles.network_loss, **INPUTS, **(SETTINGS | {"keep": np.array([0.5, 1.0])}))
    rng = np.random.default_rng(2)
    params = {"W1": rng.normal(size=(2, 30)), "b1": np.zeros(30), "W2": rng.normal(size=(30, 2)), "b2": np.zeros(2)}
    assert len({noisy(0, params, 0.0) for _ in range(5)}) == 5
    assert len({noisy(1, params, 0.0) for _ in range(5)}) == 1


def test_network_computes_in_the_precision_of_its_parameters():
    single = network(0, dtype=np.float32).params
    assert all(grad.dtype == np.float32 for grad in gradient(0, single, 0.5).values())
    value = loss(0, single, 0.0)
    assert value == np.float32(value)
    assert value == pytest.approx(loss(0, {name: v.astype(float) for name, v in single.items()}, 0.0), rel=1e-5)


def test_wrong_parameters_raise():
    with pytest.raises(ValueError, match="params must be a dict with exactly the keys W1, b1, W2, b2"):
        loss(0, {"W1": np.ones((2, 3))}, 0.0)
