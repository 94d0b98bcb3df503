"""The solver: what each update rule is given, what is kept, and how it stops."""

import numpy as np
import pytest

from gradlab.models import FullyConnectedNet
from gradlab.solver import Solver

RNG = np.random.default_rng(0)


class Mean:
    """Fits a single number to the mean of its examples; remembers every batch it saw."""

    def __init__(self):
        self.params = {"w": np.zeros(1), "b": np.zeros(2)}
        self.batches = []

    def loss(self, X, y=None):
        if y is None:
            return np.stack([np.zeros(len(X)), np.full(len(X), self.params["w"][0])], axis=1)
        self.batches.append(X[:, 0])
        error = self.params["w"] - X[:, :1].mean()
        return 0.5 * error.item() ** 2, {"w": error, "b": np.ones(2)}


def data(n=10, labels=1):
    X = np.arange(n, dtype=float)[:, None]
    return {"X_train": X, "y_train": np.full(n, labels), "X_val": X, "y_val": np.full(n, labels)}


def solver(model=None, dataset=None, **settings):
    defaults = {"num_epochs": 2, "batch_size": 4, "verbose": False, "rng": 0}
    return Solver(model or Mean(), dataset or data(), **{**defaults, **settings})


def blobs(n=200):
    """Two classes that a line separates."""
    y = RNG.integers(2, size=n)
    X = RNG.normal(size=(n, 3)) + 4.0 * y[:, None]
    return {"X_train": X[50:], "y_train": y[50:], "X_val": X[:50], "y_val": y[:50]}


def test_every_epoch_sees_every_example_once_in_a_new_order():
    model = Mean()
    solver(model).train()
    assert [len(batch) for batch in model.batches] == [4, 4, 2, 4, 4, 2]
    first, second = np.concatenate(model.batches[:3]), np.concatenate(model.batches[3:])
    np.testing.assert_array_equal(np.sort(first), np.arange(10))
    np.testing.assert_array_equal(np.sort(second), np.arange(10))
    assert (first != second).any()


def test_without_a_rule_each_parameter_moves_against_its_gradient():
    model = Mean()
    run = solver(model, batch_size=10, num_epochs=3, optim_config={"learning_rate": 0.5})
    run.train()
    # The error of w, 4.5 at first, halves at every step.
    assert run.loss_history == pytest.approx([0.5 * 4.5**2 / 4**k for k in range(3)])


def test_a_rule_gets_the_config_it_returned_one_of_its_own_for_each_parameter():
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


def test_the_learning_rate_decays_after_each_epoch():
    rates = []

    def rule(w, dw, config):
        rates.append(config["learning_rate"])
        return w - 0.0 * dw, config

    config = {"learning_rate": 1.0}
    solver(batch_size=10, num_epochs=3, update_rule=rule, optim_config=config, lr_decay=0.5).train()
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


def test_decay_without_a_learning_rate_is_an_error():
    run = solver(update_rule=lambda w, dw, config: (w, config), lr_decay=0.5)
    with pytest.raises(ValueError, match=r"lr_decay=0\.5 found no learning rate .* of w\."):
        run.train()


def test_it_learns_and_leaves_the_best_parameters_in_the_model():
    model = FullyConnectedNet([8], 3, 2, weight_scale=0.1, dtype=np.float64, seed=0)
    dataset = blobs()
    run = solver(model, dataset, num_epochs=5, batch_size=20, optim_config={"learning_rate": 0.1})
    run.train()
    assert len(run.loss_history) == 5 * 8
    assert len(run.train_acc_history) == len(run.val_acc_history) == 6
    assert run.best_val_acc == max(run.val_acc_history) > 0.95
    assert run.check_accuracy(dataset["X_val"], dataset["y_val"]) == run.best_val_acc


def test_a_rule_that_works_in_place_does_not_spoil_the_best_parameters():
    def away(w, dw, config):
        w += 1.0
        return w, config

    model = Mean()
    model.params["w"] += 0.5  # every label is 1 and so is every prediction, before training
    run = solver(model, update_rule=away)
    run.train()
    assert run.best_params["w"] == model.params["w"] == 0.5


DATASET = blobs()


@pytest.mark.parametrize("rng", [7, np.random.default_rng(7)], ids=["seed", "generator"])
def test_the_same_rng_gives_the_same_training(rng):
    histories = []
    for generator in (rng, 7):
        model = FullyConnectedNet([4], 3, 2, weight_scale=0.1, seed=0)
        run = solver(model, DATASET, rng=generator)
        run.train()
        histories.append(run.loss_history)
    assert histories[0] == histories[1]


def test_accuracy_of_a_sample_and_of_all():
    run = solver()
    X, y = np.zeros((30, 1)), np.arange(30) % 3
    assert run.check_accuracy(X, y, batch_size=7) == pytest.approx(1 / 3)
    # Half of the labels are right: without repetition, 59 of 60 examples hold 29 or 30 of those.
    sample = run.check_accuracy(np.zeros((60, 1)), np.arange(60) % 2, num_samples=59)
    assert min(abs(sample - 29 / 59), abs(sample - 30 / 59)) < 1e-12


@pytest.mark.parametrize(("value", "word"), [(np.nan, "nan"), (np.inf, "inf")])
def test_a_loss_that_is_no_number_stops_the_training(value, word):
    model = Mean()
    model.loss = lambda X, y=None: np.zeros((len(X), 2)) if y is None else (value, {})
    with pytest.raises(FloatingPointError, match=f"loss became {word} in iteration 1: the learning rate"):
        solver(model).train()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"update_rule": "sgd"}, TypeError, r"must be a function .* Got 'sgd': pass the function itself"),
        ({"batch_size": 0}, ValueError, r"batch_size must be at least 1 .* Got 0 and 2"),
        ({"dataset": {"X_train": 0, "y_val": 0}}, ValueError, r"Missing: y_train, X_val"),
        ({"dataset": {**data(), "y_val": np.ones(3)}}, ValueError, r"X_val and y_val .* Got 10 and 3"),
    ],
)
def test_wrong_settings_are_refused_at_once(settings, error, message):
    with pytest.raises(error, match=message):
        solver(**settings)


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (lambda w, config: w, TypeError, r"a tuple \(next_w, config\).* Got ndarray for w"),
        (lambda w, config: (w, None), TypeError, r"config a dict"),
        (lambda w, config: (w[None], config), ValueError, r"shape \(1,\) for w\. Got \(1, 1\)"),
    ],
)
def test_a_rule_that_returns_something_else_is_told(returned, error, message):
    run = solver(update_rule=lambda w, dw, config: returned(w, config))
    with pytest.raises(error, match=message):
        run.train()


def test_progress_is_printed_when_wanted(capsys):
    solver(print_every=3, verbose=True).train()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "epoch 0 of 2: accuracy 0.000 training, 0.000 validation"
    assert [line.split(":")[0] for line in lines[1:]] == [
        "iteration 1 of 6", "epoch 1 of 2", "iteration 4 of 6", "epoch 2 of 2",
    ]  # fmt: skip
