"""Callbacks: what they receive, when they are called, and how they end training."""

import math

import numpy as np
import pytest

from gradlab.models import FullyConnectedNet

from .toy_models import Mean, blobs, data, solver


def test_callback_receives_the_values_of_the_completed_step():
    model, seen = Mean(), []

    def rule(w, dw, config):
        return w - config["learning_rate"] * dw, config | {"steps": config.get("steps", 0) + 1}

    def see(step):
        seen.append((step, {name: w.copy() for name, w in model.params.items()}))

    run = solver(model, num_epochs=2, update_rule=rule, schedule=lambda epoch: 0.5 / (1 + epoch), callbacks=[see])
    run.train()
    before = {"w": np.zeros(1), "b": np.zeros(2)}
    assert len(seen) == 6
    for i, (step, params) in enumerate(seen):
        assert step.solver is run
        assert step.model is model
        assert step.iteration == i + 1
        assert step.epoch == (i + 1) / 3
        assert step.loss == run.loss_history[i]
        assert step.learning_rate == 0.5 / (1 + i / 3)
        np.testing.assert_array_equal(step.X[:, 0], model.batches[i])
        assert step.y.tolist() == [1] * len(step.X)
        error = before["w"] - step.X.mean()
        np.testing.assert_array_equal(step.grads["w"], error)
        assert step.loss == 0.5 * error.item() ** 2
        np.testing.assert_allclose(step.updates["w"], -step.learning_rate * error, rtol=1e-12)
        np.testing.assert_allclose(step.updates["b"], params["b"] - before["b"], rtol=1e-12)
        before = params


def in_place(w, dw, config):
    w -= 0.5 * dw
    return w, config


def in_place_returning_a_copy(w, dw, config):
    w -= 0.5 * dw
    return w.copy(), config


@pytest.mark.parametrize(
    "rule", [None, in_place, in_place_returning_a_copy, lambda w, dw, config: (w - 0.5 * dw, config)]
)
def test_updates_are_correct_whether_or_not_the_rule_works_in_place(rule):
    updates = []
    run = solver(
        update_rule=rule,
        optim_config={"learning_rate": 0.5},
        callbacks=[lambda step: updates.append((step.updates["b"], -0.5 * step.grads["b"]))],
    )
    run.train()
    assert len(updates) == 6
    for update, expected in updates:
        np.testing.assert_array_equal(update, expected)


def test_updates_are_computed_on_demand():
    steps = []
    solver(callbacks=[steps.append]).train()
    assert "updates" not in vars(steps[0])
    assert set(steps[0].updates) == {"w", "b"}
    assert steps[0].updates is steps[0].updates


def test_learning_rate_is_none_if_it_is_missing_from_the_config():
    steps = []
    solver(update_rule=lambda w, dw, config: (w, config), callbacks=[steps.append]).train()
    assert steps[0].learning_rate is None


def test_callback_can_change_the_model():
    """A callback may limit the weights, for example, or replace them with an average."""

    def limit(step):
        step.model.params["w"] = np.minimum(step.model.params["w"], 2.0)

    model = Mean()
    run = solver(model, callbacks=[limit], optim_config={"learning_rate": 1.0}, num_epochs=1)
    run.train()
    assert run.loss_history[1] == 0.5 * (2.0 - model.batches[1].mean()) ** 2


def test_callbacks_are_called_in_order():
    calls = []
    run = solver(
        num_epochs=1,
        batch_size=10,
        callbacks=[lambda step: calls.append("first"), lambda step: calls.append("second")],
        epoch_callbacks=[lambda run: calls.append(("epoch", run.epoch, len(run.val_acc_history)))],
    )
    run.train()
    assert calls == ["first", "second", ("epoch", 1, 2)]


def test_callback_that_returns_true_ends_training():
    model = FullyConnectedNet([4], 3, 2, seed=0)
    run = solver(model, blobs(), batch_size=50, num_epochs=5, callbacks=[lambda step: step.iteration == 5])
    run.train()
    assert len(run.loss_history) == 5
    assert run.stopped == "ended by a callback after 5 iterations"
    # The second epoch ends with that step, and its accuracies are measured.
    assert run.epoch == 2
    assert len(run.val_acc_history) == 3
    assert run.best_val_acc == max(run.val_acc_history)


def test_early_stopping_after_an_epoch_leaves_the_best_parameters_in_the_model():
    model = Mean()
    run = solver(model, num_epochs=9, epoch_callbacks=[lambda run: run.epoch == 2])
    run.train()
    assert run.epoch == 2
    assert run.stopped == "ended by a callback after 6 iterations"
    assert run.best_params["w"] == model.params["w"]


@pytest.mark.parametrize("returned", [None, 1, "yes", False, np.True_])
def test_return_values_other_than_true_are_ignored(returned):
    """A lambda returns the value of its expression, which may not be meant to end training."""
    run = solver(callbacks=[lambda step: returned], epoch_callbacks=[lambda run: returned])
    run.train()
    assert run.stopped is None
    assert len(run.loss_history) == 6


def test_stopped_is_none_after_a_complete_run():
    run = solver()
    run.train()
    assert run.stopped is None


def test_epoch_callback_can_change_the_learning_rate():
    """Unlike a schedule, an epoch callback can use the validation accuracy."""
    rates = []

    def halve(run):
        for config in run.optim_configs.values():
            config["learning_rate"] /= 2

    run = solver(
        batch_size=10,
        num_epochs=3,
        optim_config={"learning_rate": 1.0},
        callbacks=[lambda step: rates.append(step.learning_rate)],
        epoch_callbacks=[halve],
    )
    run.train()
    assert rates == [1.0, 0.5, 0.25]


def test_smaller_last_batch_counts_as_a_full_step_of_the_epoch():
    steps = []
    solver(dataset=data(n=7), batch_size=3, num_epochs=2, callbacks=[steps.append]).train()
    assert [step.epoch for step in steps] == [1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2]
    assert math.ceil(7 / 3) == 3
