"""Losses and networks that are handed to gradient checks, against closed forms, SciPy and the library's own models."""

import functools

import numpy as np
import pytest
import scipy.optimize
import scipy.special

from gradlab import layers, models, oracles

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 6)), np.array([1.0, -1.0, 1.0, 1.0, -1.0])
W = RNG.normal(size=(2, 3))
A = np.diag([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])

LOSSES = {
    "quadratic": (
        functools.partial(oracles.quadratic_loss, A=A, b=np.ones(6)),
        (np.arange(1, 7) * W.ravel() ** 2).sum() / 2 - W.sum(),
    ),
    "logistic": (
        functools.partial(oracles.logistic_loss, X=X, y=Y),
        -np.log(scipy.special.expit(Y * (X @ W.ravel()))).mean(),
    ),
    "hinge": (
        functools.partial(oracles.hinge_loss, X=X, y=Y),
        sum(max(0.0, 1 - y * (x @ W.ravel())) for x, y in zip(X, Y, strict=True)) / 5,
    ),
}
each_loss = pytest.mark.parametrize("name", LOSSES)


@each_loss
def test_weights_of_any_shape_give_the_closed_form(name):
    loss, expected = LOSSES[name]
    for shape in ((6,), (2, 3), (1, 6, 1)):
        assert loss(W.reshape(shape)) == pytest.approx(expected, rel=1e-12)


@each_loss
def test_the_precision_is_that_of_the_weights(name):
    loss, expected = LOSSES[name]
    single = loss(W.astype(np.float32))
    assert type(single) is float
    assert single == np.float32(single) != expected
    assert single == pytest.approx(expected, rel=1e-5)
    assert loss(np.ones(6, dtype=int)) == loss(np.ones(6))


@each_loss
def test_another_number_of_weights_is_refused(name):
    with pytest.raises(ValueError, match=r"the weights must be 6\. Got an array of shape \(7,\)"):
        LOSSES[name][0](np.ones(7))


@pytest.mark.parametrize("squash", [False, True])
def test_a_layers_output(squash):
    x, w, b = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=4)
    out, _ = layers.affine_forward(x, w, b)
    expected = layers.tanh_forward(out)[0] if squash else out
    np.testing.assert_allclose(oracles.layer_output(x, w, b, squash), expected, rtol=1e-12)
    with pytest.raises(ValueError, match=r"x must have shape \(N, 3\)"):
        oracles.layer_output(np.ones((2, 4)), w, b, squash)


INPUTS = {"X": RNG.normal(size=(4, 2)), "y": np.array([1.0, -1.0, -1.0, 1.0])}
SETTINGS = {"smooth": np.array([True, False]), "scale": np.array([1.0, 0.1]), "keep": np.ones(2)}
RIGHT = {"data_factors": np.ones((2, 4)), "reg_factors": np.array([[1.0, 0, 1, 0]] * 2)}
loss = functools.partial(oracles.network_loss, **INPUTS, **SETTINGS)
gradient = functools.partial(oracles.network_gradient, **INPUTS, **SETTINGS, **RIGHT)


def network(which, dtype=np.float64, reg=0.0):
    """The library's model of the same network, whose parameters are those to test with."""
    names = ("tanh", "relu")
    pair = tuple(getattr(layers, f"{names[which]}_{way}") for way in ("forward", "backward"))
    return models.FullyConnectedNet([3], 2, 2, activation=pair, weight_scale=1.0, dtype=dtype, reg=reg, seed=1)


@pytest.mark.parametrize("reg", [0.0, 0.7])
@pytest.mark.parametrize("which", [0, 1])
def test_a_network_is_the_librarys(which, reg):
    """Whose loss is not scaled: the data part is."""
    model, classes, scale = network(which, reg=reg), (INPUTS["y"] > 0).astype(int), SETTINGS["scale"][which]
    whole, grads = model.loss(INPUTS["X"], classes)
    weights = {name: value for name, value in model.params.items() if name.startswith("W")}
    penalty = sum(reg / 2 * (w**2).sum() for w in weights.values())
    assert loss(which, model.params, reg) == pytest.approx(scale * (whole - penalty) + penalty, rel=1e-12)
    for name, grad in gradient(which, model.params, reg).items():
        of_penalty = reg * weights.get(name, 0.0)
        np.testing.assert_allclose(grad, scale * (grads[name] - of_penalty) + of_penalty, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("which", [0, 1])
def test_the_gradient_is_scipys(which):
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


def test_faults_are_factors():
    params, faults = (
        network(0).params,
        {"data_factors": np.array([[2.0, 1, 1, 0]]), "reg_factors": np.array([[1.0, 1, 0, 0]])},
    )
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


def test_dropout_is_another_one_at_every_call():
    noisy = functools.partial(oracles.network_loss, **INPUTS, **(SETTINGS | {"keep": np.array([0.5, 1.0])}))
    rng = np.random.default_rng(2)
    params = {"W1": rng.normal(size=(2, 30)), "b1": np.zeros(30), "W2": rng.normal(size=(30, 2)), "b2": np.zeros(2)}
    assert len({noisy(0, params, 0.0) for _ in range(5)}) == 5
    assert len({noisy(1, params, 0.0) for _ in range(5)}) == 1


def test_a_network_computes_in_the_precision_of_its_parameters():
    single = network(0, dtype=np.float32).params
    assert all(grad.dtype == np.float32 for grad in gradient(0, single, 0.5).values())
    value = loss(0, single, 0.0)
    assert value == np.float32(value)
    assert value == pytest.approx(loss(0, {name: v.astype(float) for name, v in single.items()}, 0.0), rel=1e-5)


def test_other_parameters_are_refused():
    with pytest.raises(ValueError, match="params must be a dict with W1, b1, W2 and b2"):
        loss(0, {"W1": np.ones((2, 3))}, 0.0)
