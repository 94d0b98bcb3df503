"""The fully connected network: finite differences, shapes, regularization, and reproducibility."""

import inspect

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import log_softmax

from gradlab.models import FullyConnectedNet

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 2, 3)), np.array([0, 2, 1, 2, 0])


def network(hidden_dims=(4,), **settings):
    defaults = {"weight_scale": 0.5, "dtype": np.float64, "seed": 1}
    return FullyConnectedNet(hidden_dims, 6, 3, **{**defaults, **settings})


@pytest.mark.parametrize("reg", [0.0, 0.7])
@pytest.mark.parametrize("hidden_dims", [(), (4,), (5, 4), (4, 4, 4)], ids=str)
def test_gradients_agree_with_finite_differences(hidden_dims, reg):
    model = network(hidden_dims, reg=reg)
    model.params = {name: w + 0.1 for name, w in model.params.items()}
    _, grads = model.loss(X, Y)
    assert set(grads) == set(model.params)
    for name, w in model.params.items():

        def loss(flat, name=name, w=w):
            model.params[name] = flat.reshape(w.shape)
            return model.loss(X, Y)[0]

        numerical = approx_fprime(w.ravel(), loss, 1e-7)
        model.params[name] = w
        np.testing.assert_allclose(grads[name].ravel(), numerical, rtol=1e-5, atol=2e-6, err_msg=name)


def test_two_layers_match_plain_numpy_and_scipy():
    model = network()
    p = model.params
    hidden = np.maximum(X.reshape(5, 6) @ p["W1"] + p["b1"], 0)
    scores = hidden @ p["W2"] + p["b2"]
    np.testing.assert_allclose(model.loss(X), scores)
    assert model.loss(X, Y)[0] == pytest.approx(-log_softmax(scores, axis=1)[np.arange(5), Y].mean())


def test_regularization_adds_half_the_squared_weights_but_not_the_biases():
    plain, strong = network(), network(reg=0.3)
    for model in (plain, strong):
        model.params["b1"] += 5.0
    squares = sum(np.sum(w**2) for name, w in strong.params.items() if name.startswith("W"))
    (loss, grads), (more, stronger) = plain.loss(X, Y), strong.loss(X, Y)
    assert more - loss == pytest.approx(0.5 * 0.3 * squares)
    for name, w in strong.params.items():
        penalty = 0.3 * w if name.startswith("W") else 0 * w
        np.testing.assert_allclose(stronger[name] - grads[name], penalty, atol=1e-12)


def test_initial_weights_have_the_right_shapes_and_scale():
    model = FullyConnectedNet([200, 300], 100, 10, weight_scale=0.03, seed=0)
    shapes = {name: w.shape for name, w in model.params.items()}
    assert shapes == {
        "W1": (100, 200), "b1": (200,), "W2": (200, 300), "b2": (300,), "W3": (300, 10), "b3": (10,),
    }  # fmt: skip
    assert model.params["W2"].std() == pytest.approx(0.03, rel=0.02)
    assert not model.params["b2"].any()


def test_same_seed_gives_the_same_weights_and_a_generator_advances():
    first, again, other = network(seed=3), network(seed=3), network(seed=4)
    np.testing.assert_array_equal(first.params["W1"], again.params["W1"])
    assert (first.params["W1"] != other.params["W1"]).any()
    rng = np.random.default_rng(3)
    np.testing.assert_array_equal(network(seed=rng).params["W1"], first.params["W1"])
    assert (network(seed=rng).params["W1"] != first.params["W1"]).any()


def test_default_arguments_match_cs231n():
    defaults = {n: p.default for n, p in inspect.signature(FullyConnectedNet).parameters.items()}
    assert defaults.pop("hidden_dims") is inspect.Parameter.empty
    assert defaults.items() >= {
        "input_dim": 3072, "num_classes": 10, "reg": 0.0, "weight_scale": 1e-2,
        "dtype": np.float32, "seed": None,
    }.items()  # fmt: skip
