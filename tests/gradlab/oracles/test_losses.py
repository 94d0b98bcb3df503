"""Losses for gradient checks, compared with closed forms and the library's own layers."""

import functools

import numpy as np
import pytest
import scipy

from gradlab import layers, oracles

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
def test_loss_equals_the_closed_form_for_weights_of_any_shape(name):
    loss, expected = LOSSES[name]
    for shape in ((6,), (2, 3), (1, 6, 1)):
        assert loss(W.reshape(shape)) == pytest.approx(expected, rel=1e-12)


@each_loss
def test_loss_has_the_precision_of_the_weights(name):
    loss, expected = LOSSES[name]
    single = loss(W.astype(np.float32))
    assert type(single) is float
    assert single == np.float32(single) != expected
    assert single == pytest.approx(expected, rel=1e-5)
    assert loss(np.ones(6, dtype=int)) == loss(np.ones(6))


@each_loss
def test_wrong_number_of_weights_raises(name):
    with pytest.raises(ValueError, match=r"w must have 6 entries\. Got 7 in an array of shape \(7,\)"):
        LOSSES[name][0](np.ones(7))


@pytest.mark.parametrize("squash", [False, True])
def test_layer_output_matches_the_librarys_layers(squash):
    x, w, b = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=4)
    out, _ = layers.affine_forward(x, w, b)
    expected = layers.tanh_forward(out)[0] if squash else out
    np.testing.assert_allclose(oracles.layer_output(x, w, b, squash), expected, rtol=1e-12)
    with pytest.raises(ValueError, match=r"x must have shape \(N, 3\)"):
        oracles.layer_output(np.ones((2, 4)), w, b, squash)
