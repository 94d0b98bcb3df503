"""The losses agree with SciPy's log_softmax, plain loops, finite differences, and closed forms.

layers/test_torch_values.py compares the losses with PyTorch.
"""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import log_softmax

from gradlab.losses import softmax_loss, svm_loss

RNG = np.random.default_rng(0)
each_loss = pytest.mark.parametrize("loss_function", [softmax_loss, svm_loss])
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@pytest.mark.parametrize(("n", "classes"), [(1, 2), (5, 10), (50, 3)])
def test_softmax_loss_is_the_mean_cross_entropy(n, classes):
    scores, y = RNG.normal(size=(n, classes)), RNG.integers(classes, size=n)
    loss, _ = softmax_loss(scores, y)
    assert loss == pytest.approx(-log_softmax(scores, axis=1)[np.arange(n), y].mean(), rel=1e-14)


@pytest.mark.parametrize(("n", "classes"), [(1, 2), (5, 10), (50, 3)])
def test_svm_loss_is_the_mean_sum_of_margin_violations(n, classes):
    scores, y = 2 * RNG.normal(size=(n, classes)), RNG.integers(classes, size=n)
    violations = [max(0, scores[i, j] - scores[i, y[i]] + 1) for i in range(n) for j in range(classes) if j != y[i]]
    assert svm_loss(scores, y)[0] == pytest.approx(sum(violations) / n, rel=1e-14)


@each_loss
@pytest.mark.parametrize(("n", "classes"), [(1, 2), (5, 10)])
def test_gradient_agrees_with_finite_differences(loss_function, n, classes):
    scores, y = RNG.normal(size=(n, classes)), RNG.integers(classes, size=n)
    numerical = approx_fprime(scores.ravel(), lambda s: loss_function(s.reshape(scores.shape), y)[0], 1e-7)
    np.testing.assert_allclose(loss_function(scores, y)[1].ravel(), numerical, atol=1e-6)


@pytest.mark.parametrize(
    ("loss_function", "chance_loss"), [(softmax_loss, np.log), (svm_loss, lambda classes: classes - 1)]
)
@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_equal_scores_give_the_chance_loss(loss_function, chance_loss, classes):
    loss, dscores = loss_function(np.zeros((4, classes)), np.arange(4) % classes)
    assert loss == pytest.approx(chance_loss(classes), rel=1e-14)
    np.testing.assert_allclose(dscores.sum(axis=1), 0, atol=1e-15)


@each_dtype
@each_loss
@pytest.mark.parametrize("label", [0, 1])
def test_large_scores_do_not_overflow(loss_function, dtype, label):
    loss, dscores = loss_function(np.array([[1e4, -1e4]], dtype), np.array([label]))
    assert loss == label * (2e4 + (loss_function is svm_loss))
    np.testing.assert_array_equal(dscores, [[label, -label]])


def test_class_exactly_at_the_margin_gets_no_gradient():
    loss, dscores = svm_loss(np.array([[2.0, 1.0]]), np.array([0]))
    assert loss == 0
    np.testing.assert_array_equal(dscores, 0)


@each_dtype
@each_loss
def test_results_have_the_dtype_of_the_scores_and_arguments_are_not_modified(loss_function, dtype):
    scores, y = RNG.normal(size=(3, 4)).astype(dtype), np.array([0, 3, 1])
    scores.flags.writeable = y.flags.writeable = False
    loss, dscores = loss_function(scores, y)
    assert loss.dtype == dscores.dtype == dtype


@each_loss
@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint64])
def test_labels_may_have_any_integer_dtype(loss_function, dtype):
    scores, y = RNG.normal(size=(5, 4)), np.array([3, 0, 1, 1, 2])
    np.testing.assert_equal(loss_function(scores, y.astype(dtype)), loss_function(scores, y))


@each_loss
@each_dtype
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nonfinite_scores_raise(loss_function, dtype, value):
    scores = np.ones((4, 3), dtype)
    scores[1, 2] = scores[3, 0] = value
    with pytest.raises(
        FloatingPointError, match=r"scores must be finite\. Got NaN or infinity in 2 of 12: either training"
    ):
        loss_function(scores, np.array([0, 1, 2, 0]))


@each_loss
@pytest.mark.parametrize(
    ("scores", "y", "error", "message"),
    [
        (np.ones(3), np.array([0]), ValueError, r"scores must have shape \(N, C\).* Got shape \(3,\)"),
        (np.ones((0, 3)), np.array([], int), ValueError, r"scores must have .* Got shape \(0, 3\): is the batch empty"),
        (
            np.ones((2, 3), int),
            np.array([0, 1]),
            TypeError,
            r"scores must be a float32 or float64 array\. Got an array of int64",
        ),
        (np.ones((2, 3)), np.array([[0], [1]]), ValueError, r"y must have shape \(2,\), .* Got shape \(2, 1\)"),
        (np.ones((2, 3)), np.array([0, 1, 2]), ValueError, r"y must have shape \(2,\), .* Got shape \(3,\)"),
        (np.ones((2, 3)), np.array([0.0, 1.0]), TypeError, r"y must be an array of integers.* Got an array of float64"),
        (np.ones((2, 3)), [0, 1], TypeError, r"y must be an array of integers.* Got list"),
        (np.ones((2, 3)), np.array([1, 3]), ValueError, r"y must lie in 0\.\.2, .* Got values in 1\.\.3"),
        (np.ones((2, 3)), np.array([-1, 2]), ValueError, r"y must lie in 0\.\.2, .* Got values in -1\.\.2"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(loss_function, scores, y, error, message):
    with pytest.raises(error, match=message):
        loss_function(scores, y)
