"""Training: what the solver passes to models, rules, schedules, and minibatch functions, and which results it keeps."""

import numpy as np
import pytest

from gradlab.models import FullyConnectedNet

from ..models.cases import CENTER
from .toy_models import Mean, blobs, solver


def test_every_epoch_uses_every_example_once_in_a_new_order():
    model = Mean()
    solver(model).train()
    assert [len(batch) for batch in model.batches] == [4, 4, 2, 4, 4, 2]
    first, second = np.concatenate(model.batches[:3]), np.concatenate(model.batches[3:])
    np.testing.assert_array_equal(np.sort(first), np.arange(10))
    np.testing.assert_array_equal(np.sort(second), np.arange(10))
    assert (first != second).any()


def test_default_rule_moves_parameters_against_their_gradients():
    model = Mean()
    run = solver(model, batch_size=10, num_epochs=3, optim_config={"learning_rate": 0.5})
    run.train()
    # The error in w, initially 4.5, halves with every step.
    assert run.loss_history == pytest.approx([0.5 * 4.5**2 / 4**k for k in range(3)])


def test_rule_gets_the_config_it_returned_for_the_same_parameter():
    seen = {1: [], 2: []}

    def rule(w, dw, config):
        seen[len(w)].append(dict(config))
        config["steps"] = config.get("steps", 0) + 1
        return w - config["learning_rate"] * dw, config

    given = {"learning_rate": 0.1}
    run = solver(batch_size=5, num_epochs=1, update_rule=rule, optim_config=given)
    run.train()
    first, second = {"learning_rate": 0.1}, {"learning_rate": 0.1, "steps": 1}
    assert seen == {1: [first, second], 2: [first, second]}
    assert given == first
    assert run.optim_configs["w"] == {"learning_rate": 0.1, "steps": 2}


def test_learning_rate_decays_after_each_epoch():
    rates = []

    def rule(w, dw, config):
        rates.append(config["learning_rate"])
        return w - 0.0 * dw, config

    config = {"learning_rate": 1.0}
    solver(batch_size=10, num_epochs=3, update_rule=rule, optim_config=config, lr_decay=0.5).train()
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


def test_decay_without_a_learning_rate_raises():
    run = solver(update_rule=lambda w, dw, config: (w, config), lr_decay=0.5)
    with pytest.raises(ValueError, match=r"lr_decay=0\.5 needs a learning rate .* of w: pass"):
        run.train()


def test_model_learns_and_has_its_best_parameters_after_training():
    model = FullyConnectedNet([8], 3, 2, weight_scale=0.1, dtype=np.float64, seed=0)
    dataset = blobs()
    run = solver(model, dataset, num_epochs=5, batch_size=20, optim_config={"learning_rate": 0.1})
    run.train()
    assert len(run.loss_history) == 5 * 8
    assert len(run.train_acc_history) == len(run.val_acc_history) == 6
    assert run.best_val_acc == max(run.val_acc_history) > 0.95
    assert run.check_accuracy(dataset["X_val"], dataset["y_val"]) == run.best_val_acc


def test_in_place_rule_does_not_change_the_best_parameters():
    def away(w, dw, config):
        w += 1.0
        return w, config

    model = Mean()
    model.params["w"] += 0.5  # before training, every label and every prediction is 1
    run = solver(model, update_rule=away)
    run.train()
    assert run.best_params["w"] == model.params["w"] == 0.5


DATASET = blobs()


@pytest.mark.parametrize("rng", [7, np.random.default_rng(7)], ids=["seed", "generator"])
def test_same_rng_gives_the_same_run(rng):
    histories = []
    for generator in (rng, 7):
        model = FullyConnectedNet([4], 3, 2, weight_scale=0.1, seed=0)
        run = solver(model, DATASET, rng=generator)
        run.train()
        histories.append(run.loss_history)
    assert histories[0] == histories[1]


def test_accuracy_is_correct_on_a_sample_and_on_all_examples():
    run = solver()
    X, y = np.zeros((30, 1)), np.arange(30) % 3
    assert run.check_accuracy(X, y, batch_size=7) == pytest.approx(1 / 3)
    # Of 60 predictions, 30 are correct, so 59 predictions sampled without replacement include 29 or 30 correct ones.
    sample = run.check_accuracy(np.zeros((60, 1)), np.arange(60) % 2, num_samples=59)
    assert min(abs(sample - 29 / 59), abs(sample - 30 / 59)) < 1e-12


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", [None, lambda w, dw, config: (w - config["learning_rate"] * dw, config)])
def test_parameters_keep_their_dtype_with_a_float64_learning_rate(dtype, rule):
    model = FullyConnectedNet([4], 3, 2, dtype=dtype, seed=0)
    run = solver(model, DATASET, update_rule=rule, optim_config={"learning_rate": np.float64(0.1)})
    run.train()
    assert {w.dtype for w in [*model.params.values(), *run.best_params.values()]} == {np.dtype(dtype)}


def test_data_and_initial_config_are_not_changed():
    dataset, config = blobs(), {"learning_rate": 0.1, "list": [1]}

    def rule(w, dw, config):
        config["list"].append(2)
        return w - config["learning_rate"] * dw, config

    solver(FullyConnectedNet([4], 3, 2, seed=0), dataset, update_rule=rule, optim_config=config).train()
    assert config == {"learning_rate": 0.1, "list": [1]}
    for key, array in blobs().items():
        np.testing.assert_array_equal(dataset[key], array)


def test_schedule_is_called_before_every_step_with_a_fractional_epoch():
    epochs, rates = [], []

    def schedule(epoch):
        epochs.append(epoch)
        return 1 / (1 + epoch)

    def rule(w, dw, config):
        rates.append(config["learning_rate"])
        return w, config

    run = solver(update_rule=rule, schedule=schedule, optim_config={"learning_rate": 7.0})
    run.train()
    assert epochs == [0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3]
    assert rates == [1 / (1 + epoch) for epoch in epochs for _ in ("w", "b")]
    assert {config["learning_rate"] for config in run.optim_configs.values()} == {1 / (1 + 5 / 3)}


def test_schedule_works_with_the_default_rule():
    model = Mean()
    run = solver(model, batch_size=10, num_epochs=3, schedule=lambda epoch: 0.5 if epoch < 2 else 0)
    run.train()
    assert run.loss_history == pytest.approx([0.5 * 4.5**2 / 4**k for k in range(3)])


def test_custom_minibatches_are_used():
    given = []

    def minibatches(num_examples, batch_size, rng):
        given.append((num_examples, batch_size, rng))
        yield [0, 1]
        yield np.array([9])

    model = Mean()
    run = solver(model, minibatches=minibatches)
    run.train()
    assert given == [(10, 4, run.rng)] * 2
    assert [batch.tolist() for batch in model.batches] == [[0, 1], [9], [0, 1], [9]]
    assert len(run.val_acc_history) == 3


def test_running_averages_are_restored_with_the_best_parameters():
    """The accuracy after training equals the accuracy measured when the best parameters were found."""
    model = FullyConnectedNet([4], 3, 2, normalization=CENTER, seed=0)
    dataset = blobs()

    def worse(run):
        if run.epoch == 2:
            run.model.restore({"normalization1.running_mean": np.full(4, 1e3), "normalization1.mode": "test"})

    run = solver(model, dataset, num_epochs=3, epoch_callbacks=[worse], optim_config={"learning_rate": 0.1})
    run.train()
    assert run.check_accuracy(dataset["X_val"], dataset["y_val"]) == run.best_val_acc > 0.9
    assert abs(model.state()["normalization1.running_mean"]).max() < 100


def test_calling_train_again_completes_the_remaining_epochs():
    model = Mean()
    run = solver(model, num_epochs=1)
    run.train()
    run.train()
    assert len(run.loss_history) == 3
    run.num_epochs = 3
    run.train()
    assert len(run.loss_history) == 9
    assert len(run.val_acc_history) == 4


def test_progress_is_printed_if_verbose(capsys):
    solver(print_every=3, verbose=True).train()
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "epoch 0 of 2: accuracy 0.000 training, 0.000 validation"
    assert [line.split(":")[0] for line in lines[1:]] == [
        "iteration 1 of 6", "epoch 1 of 2", "iteration 4 of 6", "epoch 2 of 2",
    ]  # fmt: skip


def test_nothing_is_printed_unless_verbose(capsys):
    solver(verbose=False).train()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [True, False])
def test_progress_bar_counts_steps(verbose, capsys):
    solver(progress=True, verbose=verbose).train()
    out, err = capsys.readouterr()
    assert "6/6" in err
    assert "loss" in err
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "epoch 0 of 2",
        "epoch 1 of 2",
        "epoch 2 of 2",
    ] * verbose
