"""The softmax loss against SciPy's log_softmax, finite differences, and closed forms."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import log_softmax

from gradlab.losses import softmax_loss

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("n", "classes"), [(1, 2), (5, 10), (50, 3)])
def test_loss_is_the_mean_cross_entropy(n, classes):
    scores, y = RNG.normal(size=(n, classes)), RNG.integers(classes, size=n)
    loss, _ = softmax_loss(scores, y)
    assert loss == pytest.approx(-log_softmax(scores, axis=1)[np.arange(n), y].mean(), rel=1e-14)


@pytest.mark.parametrize(("n", "classes"), [(1, 2), (5, 10)])
def test_gradient_agrees_with_finite_differences(n, classes):
    scores, y = RNG.normal(size=(n, classes)), RNG.integers(classes, size=n)
    numerical = approx_fprime(scores.ravel(), lambda s: softmax_loss(s.reshape(scores.shape), y)[0], 1e-7)
    np.testing.assert_allclose(softmax_loss(scores, y)[1].ravel(), numerical, atol=1e-6)


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_equal_scores_cost_the_logarithm_of_the_number_of_classes(classes):
    loss, dscores = softmax_loss(np.zeros((4, classes)), np.arange(4) % classes)
    assert loss == pytest.approx(np.log(classes), rel=1e-14)
    np.testing.assert_allclose(dscores.sum(axis=1), 0, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("right", "expected"), [(0, 0.0), (1, 2e4)])
def test_scores_of_ten_thousand_do_not_overflow(dtype, right, expected):
    loss, dscores = softmax_loss(np.array([[1e4, -1e4]], dtype), np.array([right]))
    assert loss == expected
    assert np.isfinite(dscores).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_scores_is_kept_and_nothing_is_changed(dtype):
    scores, y = RNG.normal(size=(3, 4)).astype(dtype), np.array([0, 3, 1])
    before = scores.copy()
    loss, dscores = softmax_loss(scores, y)
    assert loss.dtype == dscores.dtype == dtype
    np.testing.assert_array_equal(scores, before)
    np.testing.assert_array_equal(y, [0, 3, 1])


@pytest.mark.parametrize(
    ("scores", "y", "message"),
    [
        (np.ones(3), np.array([0]), r"scores must have shape \(N, C\).* Got \(3,\)"),
        (np.ones((0, 3)), np.array([], int), r"scores must have shape .* N at least 1\. Got \(0, 3\)"),
        (np.ones((2, 3)), np.array([[0], [1]]), r"y must have shape \(2,\), .* Got \(2, 1\)"),
        (np.ones((2, 3)), np.array([0.0, 1.0]), r"y must hold whole numbers.* Got float64"),
        (np.ones((2, 3)), np.array([1, 3]), r"y must lie in 0\.\.2, .* Got 1\.\.3"),
        (np.ones((2, 3)), np.array([-1, 2]), r"y must lie in 0\.\.2, .* Got -1\.\.2"),
    ],
)
def test_errors_say_what_was_expected_and_what_came(scores, y, message):
    with pytest.raises(ValueError, match=message):
        softmax_loss(scores, y)
