"""Networks that fit any labels: they memorize random labels, generalize from real labels, and reject invalid arrays."""

import numpy as np
import pytest

from gradlab.oracles import train_and_predict

RNG = np.random.default_rng(0)
CENTERS = 3 * np.eye(4, 8)
Y, Y_NEW = np.arange(40) % 4, np.arange(60) % 4
X, X_NEW = (CENTERS[y] + 0.5 * RNG.normal(size=(len(y), 8)) for y in (Y, Y_NEW))
NETWORKS = {"seed": np.array([1, 2]), "learns": np.array([True, False])}


def test_real_labels_generalize_to_new_examples():
    assert (train_and_predict(0, X, Y, X_NEW, **NETWORKS) == Y_NEW).mean() > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_labels_are_memorized_but_do_not_generalize(seed):
    y = np.random.default_rng(seed).permutation(Y)
    predicted = train_and_predict(0, X, y, np.concatenate([X, X_NEW]), **NETWORKS)
    np.testing.assert_array_equal(predicted[:40], y)
    assert (predicted[40:] == Y_NEW).mean() < 0.6


def test_network_that_does_not_learn_predicts_class_0():
    assert set(train_and_predict(1, X, Y, X_NEW, **NETWORKS)) == {0}


def test_calls_do_not_affect_each_other():
    first = train_and_predict(0, X, Y, X_NEW, **NETWORKS)
    train_and_predict(0, X, Y[::-1].copy(), X_NEW, **NETWORKS)
    np.testing.assert_array_equal(train_and_predict(0, X, Y, X_NEW, **NETWORKS), first)


def test_duplicate_examples_are_fitted():
    np.testing.assert_array_equal(train_and_predict(0, np.vstack([X, X]), np.tile(Y, 2), X, **NETWORKS), Y)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((2, X, Y, X), "which must be"),
        ((0.0, X, Y, X), "which must be"),
        ((0, X[0], Y, X), r"X must be an array \(N, D\)"),
        ((0, X.tolist(), Y, X), r"X must be an array \(N, D\)"),
        ((0, X * np.nan, Y, X), "finite"),
        ((0, X, Y, X[:, :3]), "the same number of features. Got 8 and 3"),
        ((0, X, Y[:3], X), "one class for each row"),
        ((0, X, Y * 1.0, X), "whole numbers"),
        ((0, X, Y - 1, X), "must be in"),
        ((0, X, Y + 1000, X), "must be in"),
        ((0, X, Y, np.zeros((501, 8))), "1 to 500 rows"),
        ((0, X[:0], Y[:0], X), "1 to 500 rows"),
        ((0, np.zeros((2, 201)), Y[:2], np.zeros((2, 201))), "1 to 200 columns"),
    ],
)
def test_invalid_arguments_raise(arguments, message):
    with pytest.raises(ValueError, match=message):
        train_and_predict(*arguments, **NETWORKS)
