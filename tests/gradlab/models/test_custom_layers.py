"""Functions that a student plugs in: when they are called, with what, and what is said of what they return."""

import numpy as np
import pytest

from gradlab.models import ConvNet, FullyConnectedNet

from .kinds import CENTER, KINDS, TANH

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 6)), np.array([0, 2, 1, 2, 0])


class Noted:
    """A dropout pair that drops nothing, and notes what it was called with."""

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


def test_dropout_knows_whether_it_is_training():
    noted = Noted()
    model = network(dropout=noted.pair, dropout_param={"p": 0.8})
    model.loss(X)
    assert noted.calls == [{"p": 0.8, "mode": "test"}] * 2
    noted.calls.clear()
    model.loss(X, Y)
    (first, second), backward = noted.calls[:2], noted.calls[2:]
    assert first["mode"] == second["mode"] == "train"
    assert first["p"] == second["p"] == 0.8
    assert backward == ["cache", "cache"]
    noted.calls.clear()
    model.activations(X)
    assert [call["mode"] for call in noted.calls] == ["test", "test"]


def test_seeds_differ_by_layer_and_by_step_and_repeat_from_run_to_run():
    runs = []
    for _ in range(2):
        noted = Noted()
        model = network(dropout=noted.pair)
        for _ in range(3):
            model.loss(X, Y)
            model.loss(X)  # looking does not change what comes
        runs.append(noted.seeds)
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 6
    assert all(type(seed) is int for seed in runs[0])


def test_a_seed_that_was_given_stays_for_gradient_checks():
    noted = Noted()
    model = network(dropout=noted.pair, dropout_param={"p": 0.5, "seed": 12})
    model.loss(X, Y)
    model.loss(X, Y)
    assert noted.seeds == [12] * 4
    assert model.state() == {}


def test_half_is_kept_unless_said_otherwise():
    noted = Noted()
    network(dropout=noted.pair).loss(X)
    assert noted.calls[0]["p"] == 0.5


def test_the_first_weights_are_the_same_with_dropout_and_without():
    plain, dropped = network(), network(dropout=Noted().pair)
    for name, w in plain.params.items():
        np.testing.assert_array_equal(w, dropped.params[name])


def test_seeds_go_on_from_a_state():
    noted = Noted()
    model = network(dropout=noted.pair)
    model.loss(X, Y)
    state = model.state()
    model.loss(X, Y)
    model.restore(state)
    model.loss(X, Y)
    assert noted.seeds[2:4] == noted.seeds[4:6]


def test_running_averages_are_kept_from_batch_to_batch():
    model = network(hidden=(4,), normalization=CENTER)
    inner = X @ model.params["W1"]  # biases are zero
    # Half of the old average, half of the new mean, from zero.
    model.loss(X, Y)
    model.loss(X)
    np.testing.assert_allclose(model.state()["normalization1.running_mean"], 0.5 * inner.mean(axis=0))
    model.loss(X, Y)
    np.testing.assert_allclose(model.activations(X)["normalization1"], inner - 0.75 * inner.mean(axis=0))


def test_running_averages_go_back_to_a_state():
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
    model = network(normalization=CENTER, activation=TANH, dropout=Noted().pair)
    assert list(model.activations(X)) == [
        "affine1", "normalization1", "activation1", "dropout1",
        "affine2", "normalization2", "activation2", "dropout2", "affine3",
    ]  # fmt: skip


def test_a_convolutional_network_drops_after_its_hidden_layer():
    noted = Noted()
    model = ConvNet((1, 4, 4), 2, 3, 5, 3, dropout=noted.pair, seed=0)
    outputs = model.activations(RNG.normal(size=(2, 1, 4, 4)))
    assert list(outputs)[-3:] == ["activation2", "dropout2", "affine3"]
    assert outputs["dropout2"].shape == (2, 5)


def test_a_pair_in_double_precision_does_not_make_the_network_double():
    double = (lambda x: (x.astype(np.float64), None)), (lambda dout, cache: dout.astype(np.float64))
    _, grads = network(activation=double, dtype=np.float32).loss(X, Y)
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}


def test_a_pair_that_works_in_place_spoils_nothing():
    def forward(x):
        kept = x > 0
        x *= kept
        return x, kept

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


def keeps(x, *_):
    return x, None


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"activation": (lambda x: x, keeps)}, TypeError, r"activation1: the forward function must return \(out, "),
        ({"activation": (lambda x: (x[:1], 0), keeps)}, ValueError, r"out of shape \(5, 4\)\. Got \(1, 4\)"),
        ({"activation": (keeps, lambda dout, cache: None)}, ValueError, r"activation2: the backward.* dx of shape"),
        ({"activation": (keeps, lambda dout, cache: dout[0])}, ValueError, r"dx of shape \(5, 3\)\. Got \(3,\)"),
        ({"normalization": (keeps, lambda dout, cache: dout)}, TypeError, r"return dx, dgamma, dbeta\. Got ndarray"),
        (
            {"normalization": (keeps, lambda dout, cache: (dout, dout, dout[0]))},
            ValueError,
            r"normalization2: the backward function must return dgamma of shape \(3,\)\. Got \(5, 3\)",
        ),
        ({"dropout": (lambda x, p: (x.T, 0), keeps)}, ValueError, r"dropout1: .* out of shape \(5, 4\)\. Got \(4, 5\)"),
        ({"activation": np.tanh}, TypeError, r"activation must be a pair of functions, .* Got <ufunc 'tanh'>"),
        ({"normalization": ("a", "b")}, TypeError, r"normalization must be a pair .* Got \('a', 'b'\)"),
        ({"dropout": (keeps,)}, TypeError, r"dropout must be a pair"),
        ({"dropout_param": {"p": 0.5}}, ValueError, r"of no use without dropout="),
    ],
)
def test_what_does_not_fit_is_told(settings, error, message):
    with pytest.raises(error, match=message):
        network(**settings).loss(X, Y)


def test_normalization_of_images_takes_a_channel_as_a_feature():
    model = KINDS["convolution, centered"].build()
    images, labels = KINDS["convolution, centered"].data()
    shapes = []

    def forward(x, gamma, beta, bn_param):
        shapes.append((x.shape, gamma.shape, bn_param["running_mean"].shape))
        return CENTER[0](x, gamma, beta, bn_param)

    for layer in model.layers:
        if layer.name.startswith("normalization"):
            layer.forward = forward
    model.loss(images, labels)
    assert shapes == [((3 * 4 * 4, 2), (2,), (2,)), ((3, 5), (5,), (5,))]
