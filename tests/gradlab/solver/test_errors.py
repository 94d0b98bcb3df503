"""Invalid settings raise an error at once, and invalid return values raise an error as soon as they are returned."""

import doctest

import numpy as np
import pytest

from gradlab.solver import training

from .toy_models import Mean, data, solver


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"update_rule": "sgd"}, TypeError, r"must be a function .* Got 'sgd': pass the function itself"),
        ({"schedule": 0.1}, TypeError, r"schedule must be a function \(epoch\) -> learning_rate\. Got 0\.1"),
        ({"minibatches": [1]}, TypeError, r"minibatches must be a function .* Got \[1\]"),
        ({"callbacks": print}, TypeError, r"callbacks must be a list of functions\. Got <built-in"),
        ({"epoch_callbacks": [1]}, TypeError, r"epoch_callbacks must be a list of functions\. Got \[1\]"),
        ({"schedule": abs, "lr_decay": 0.5}, ValueError, r"either a schedule or lr_decay.* Got lr_decay=0\.5"),
        ({"batch_size": 0}, ValueError, r"batch_size must be at least 1 .* Got 0 and 2"),
        ({"num_epochs": -1}, ValueError, r"num_epochs at least 0\. Got 4 and -1"),
        ({"dataset": {"X_train": 0, "y_val": 0}}, ValueError, r"Missing: y_train, X_val"),
        ({"dataset": {**data(), "y_val": np.ones(3)}}, ValueError, r"X_val and y_val .* Got 10 and 3"),
        ({"dataset": {**data(), "X_train": np.ones((0, 1))}}, ValueError, r"the same nonzero length\. Got 0 and 10"),
        ({"dataset": {**data(), "y_train": [1] * 10}}, TypeError, r"data\['y_train'\] must be an array\. Got list"),
    ],
)
def test_invalid_settings_raise_at_once(settings, error, message):
    with pytest.raises(error, match=message):
        solver(**settings)


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (lambda w, config: w, TypeError, r"a tuple \(next_w, config\).* Got ndarray for w"),
        (lambda w, config: None, TypeError, r"a tuple \(next_w, config\).* Got NoneType for w"),
        (lambda w, config: (w, None), TypeError, r"in which config is a dict"),
        (lambda w, config: (w[None], config), ValueError, r"shape \(1,\) for w\. Got shape \(1, 1\)"),
        (lambda w, config: (None, config), ValueError, r"shape \(1,\) for w\. Got shape \(\)"),
    ],
)
def test_invalid_return_value_of_a_rule_raises(returned, error, message):
    run = solver(update_rule=lambda w, dw, config: returned(w, config))
    with pytest.raises(error, match=message):
        run.train()


@pytest.mark.parametrize("rate", [None, np.nan, np.inf, "0.1", [0.1], 1j])
def test_schedule_that_does_not_return_a_number_raises(rate):
    run = solver(schedule=lambda epoch: rate)
    with pytest.raises(ValueError, match=r"schedule must return the learning rate, a finite number\. Got .* epoch 0"):
        run.train()


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], r"at least one array of indices\. Got none"),
        ([[]], r"B >= 1\. Got float64 of shape \(0,\)"),
        ([[0.0, 1.0]], r"integer arrays of shape \(B,\), .* Got float64 of shape \(2,\)"),
        ([[True, False]], r"Got bool of shape \(2,\)"),
        ([[[0, 1]]], r"Got int64 of shape \(1, 2\)"),
        ([[0, 1], [9, 10]], r"indices from 0 to 9\. Got indices from 9 to 10"),
        ([[-1, 2]], r"Got indices from -1 to 2"),
    ],
)
def test_minibatches_with_invalid_indices_raise(batches, message):
    run = solver(minibatches=lambda num_examples, batch_size, rng: batches)
    with pytest.raises(ValueError, match=message):
        run.train()


@pytest.mark.parametrize(("grads", "got"), [({}, "none"), ({"w": 1}, "w"), ({"w": 1, "b": 1, "c": 1}, "w, b, c")])
def test_missing_or_extra_gradients_raise(grads, got):
    model = Mean()
    model.loss = lambda X, y=None: np.zeros((len(X), 2)) if y is None else (1.0, grads)
    with pytest.raises(ValueError, match=f"a gradient for each of w, b. Got gradients for {got}."):
        solver(model).train()


def test_examples_in_the_solvers_docstrings_produce_the_output_shown():
    results = doctest.testmod(training)
    assert results.attempted > 5
    assert results.failed == 0
