"""Functions that a student plugs in: when they are called, with what arguments, and how their results are checked."""

import numpy as np
import pytest

from gradlab.models import ConvNet, FullyConnectedNet

from .cases import CASES, CENTER, TANH

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 6)), np.array([0, 2, 1, 2, 0])


class RecordingDropout:
    """A dropout pair that drops nothing and records the arguments of its calls."""

    def __init__(self):
        self.calls = []

    def forward(self, x, dropout_param):
        self.calls.append(dict(dropout_param))
        return x + 0.0, "cache"

    def backward(self, dout, cache):
        self.calls.append(cache)
        return dout + 0.0

    @property
    def pair(self):
        return self.forward, self.backward

    @property
    def seeds(self):
        return [call["seed"] for call in self.calls if call != "cache" and call["mode"] == "train"]


def network(hidden=(4, 3), **settings):
    return FullyConnectedNet(hidden, 6, 3, **{"dtype": np.float64, "weight_scale": 0.5, "seed": 1, **settings})


def test_dropout_receives_the_mode():
    dropout = RecordingDropout()
    model = network(dropout=dropout.pair, dropout_param={"p": 0.8})
    model.loss(X)
    assert dropout.calls == [{"p": 0.8, "mode": "test"}] * 2
    dropout.calls.clear()
    model.loss(X, Y)
    (first, second), backward = dropout.calls[:2], dropout.calls[2:]
    assert first["mode"] == second["mode"] == "train"
    assert first["p"] == second["p"] == 0.8
    assert backward == ["cache", "cache"]
    dropout.calls.clear()
    model.activations(X)
    assert [call["mode"] for call in dropout.calls] == ["test", "test"]


def test_seeds_differ_between_layers_and_steps_and_are_reproducible():
    runs = []
    for _ in range(2):
        dropout = RecordingDropout()
        model = network(dropout=dropout.pair)
        for _ in range(3):
            model.loss(X, Y)
            model.loss(X)  # evaluation does not change later seeds
        runs.append(dropout.seeds)
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 6
    assert all(type(seed) is int for seed in runs[0])


def test_given_seed_is_kept():
    dropout = RecordingDropout()
    model = network(dropout=dropout.pair, dropout_param={"p": 0.5, "seed": 12})
    model.loss(X, Y)
    model.loss(X, Y)
    assert dropout.seeds == [12] * 4
    assert model.state() == {}


def test_keep_probability_defaults_to_one_half():
    dropout = RecordingDropout()
    network(dropout=dropout.pair).loss(X)
    assert dropout.calls[0]["p"] == 0.5


def test_initial_weights_are_the_same_with_and_without_dropout():
    plain, dropped = network(), network(dropout=RecordingDropout().pair)
    for name, w in plain.params.items():
        np.testing.assert_array_equal(w, dropped.params[name])


def test_restored_state_continues_the_sequence_of_seeds():
    dropout = RecordingDropout()
    model = network(dropout=dropout.pair)
    model.loss(X, Y)
    state = model.state()
    model.loss(X, Y)
    model.restore(state)
    model.loss(X, Y)
    assert dropout.seeds[2:4] == dropout.seeds[4:6]


def test_running_averages_persist_between_batches():
    model = network(hidden=(4,), normalization=CENTER)
    inner = X @ model.params["W1"]  # biases are zero
    # The running average starts at zero. Each update gives half of the old average plus half of the new mean.
    model.loss(X, Y)
    model.loss(X)
    np.testing.assert_allclose(model.state()["normalization1.running_mean"], 0.5 * inner.mean(axis=0))
    model.loss(X, Y)
    np.testing.assert_allclose(model.activations(X)["normalization1"], inner - 0.75 * inner.mean(axis=0))


def test_restored_state_resets_the_running_averages():
    model = network(normalization=CENTER)
    model.loss(X, Y)
    state, scores = model.state(), model.loss(X)
    model.loss(10 * X, Y)
    assert abs(model.loss(X) - scores).max() > 0.01
    model.restore(state)
    np.testing.assert_array_equal(model.loss(X), scores)


def test_gamma_and_beta_start_at_one_and_zero_and_are_not_regularized():
    plain, strong = network(normalization=CENTER), network(normalization=CENTER, reg=0.5)
    assert (plain.params["gamma1"] == 1).all()
    assert not plain.params["beta2"].any()
    _, grads = plain.loss(X, Y)
    _, stronger = strong.loss(X, Y)
    for name in ("gamma1", "beta1", "b1"):
        np.testing.assert_array_equal(grads[name], stronger[name])
    assert (grads["W1"] != stronger["W1"]).any()


def test_normalization_comes_before_the_activation_and_dropout_after_it():
    model = network(normalization=CENTER, activation=TANH, dropout=RecordingDropout().pair)
    assert list(model.activations(X)) == [
        "affine1", "normalization1", "activation1", "dropout1",
        "affine2", "normalization2", "activation2", "dropout2", "affine3",
    ]  # fmt: skip


def test_convolutional_network_has_dropout_after_its_hidden_layer():
    dropout = RecordingDropout()
    model = ConvNet((1, 4, 4), 2, 3, 5, 3, dropout=dropout.pair, seed=0)
    outputs = model.activations(RNG.normal(size=(2, 1, 4, 4)))
    assert list(outputs)[-3:] == ["activation2", "dropout2", "affine3"]
    assert outputs["dropout2"].shape == (2, 5)


def test_float64_pair_does_not_promote_a_float32_network():
    double = (lambda x: (x.astype(np.float64), None)), (lambda dout, cache: dout.astype(np.float64))
    _, grads = network(activation=double, dtype=np.float32).loss(X, Y)
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}


def test_pair_that_works_in_place_gives_the_same_results():
    def forward(x):
        positive = x > 0
        x *= positive
        return x, positive

    def backward(dout, cache):
        dout *= cache
        return dout

    given = X.copy()
    in_place, plain = network(activation=(forward, backward)), network()
    (loss, grads), (expected, expected_grads) = in_place.loss(given, Y), plain.loss(X, Y)
    assert loss == expected
    for name, grad in expected_grads.items():
        np.testing.assert_array_equal(grads[name], grad)
    np.testing.assert_array_equal(given, X)
    np.testing.assert_array_equal(in_place.activations(X)["affine1"], plain.activations(X)["affine1"])


def identity(x, *_):
    return x, None


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"activation": (lambda x: x, identity)}, TypeError, r"activation1: the forward function must return \(out, "),
        ({"activation": (lambda x: (x[:1], 0), identity)}, ValueError, r"out of shape \(5, 4\)\. Got shape \(1, 4\)"),
        ({"activation": (identity, lambda dout, cache: None)}, ValueError, r"activation2: the backward.* dx of shape"),
        (
            {"activation": (identity, lambda dout, cache: dout[0])},
            ValueError,
            r"dx of shape \(5, 3\)\. Got shape \(3,\)",
        ),
        ({"normalization": (identity, lambda dout, cache: dout)}, TypeError, r"return dx, dgamma, dbeta\. Got ndarray"),
        (
            {"normalization": (identity, lambda dout, cache: (dout, dout, dout[0]))},
            ValueError,
            r"normalization2: the backward function must return dgamma of shape \(3,\)\. Got shape \(5, 3\)",
        ),
        (
            {"dropout": (lambda x, p: (x.T, 0), identity)},
            ValueError,
            r"dropout1: .* out of shape \(5, 4\)\. Got shape \(4, 5\)",
        ),
        ({"activation": np.tanh}, TypeError, r"activation must be a pair of functions, .* Got <ufunc 'tanh'>"),
        ({"normalization": ("a", "b")}, TypeError, r"normalization must be a pair .* Got \('a', 'b'\)"),
        ({"dropout": (identity,)}, TypeError, r"dropout must be a pair"),
        ({"dropout_param": {"p": 0.5}}, ValueError, r"must come with dropout="),
    ],
)
def test_invalid_pairs_raise(settings, error, message):
    with pytest.raises(error, match=message):
        network(**settings).loss(X, Y)


def test_normalization_of_images_treats_channels_as_features():
    model = CASES["convolution, centered"].build()
    images, labels = CASES["convolution, centered"].data()
    shapes = []

    def forward(x, gamma, beta, bn_param):
        shapes.append((x.shape, gamma.shape, bn_param["running_mean"].shape))
        return CENTER[0](x, gamma, beta, bn_param)

    for layer in model.layers:
        if layer.name.startswith("normalization"):
            layer.forward = forward
    model.loss(images, labels)
    assert shapes == [((3 * 4 * 4, 2), (2,), (2,)), ((3, 5), (5,), (5,))]
