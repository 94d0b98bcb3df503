"""After Ctrl-C, divergence, or an error, the model has taken only complete steps and agrees with the histories."""

import signal

import numpy as np
import pytest

from gradlab.models import FullyConnectedNet

from .toy_models import Mean, blobs, data, solver


class Counting:
    """A model whose gradients are all 1; it calls `interrupt` with the name of each place that it reaches."""

    def __init__(self, interrupt):
        self.params = {"a": np.zeros(1), "b": np.zeros((2, 2)), "c": np.zeros(3)}
        self.interrupt = interrupt

    def loss(self, X, y=None):
        self.interrupt("validation" if y is None else "loss")
        if y is None:
            return np.zeros((len(X), 2))
        return 1.0, {name: np.ones_like(w) for name, w in self.params.items()}


def counting_run(interrupt, in_place):
    """Create a run in which every parameter and its config count the steps."""

    def rule(w, dw, config):
        interrupt(f"rule for {w.shape}")
        config["steps"] = config.get("steps", 0) + 1
        if in_place:
            w += dw
        else:
            w = w + dw
        interrupt(f"rule for {w.shape}, done")
        return w, config

    def schedule(epoch):
        interrupt("schedule")
        return 0.1

    def minibatches(num_examples, batch_size, rng):
        interrupt("minibatches")
        return np.split(rng.permutation(num_examples), 5)

    return solver(
        Counting(interrupt),
        batch_size=2,
        num_epochs=3,
        update_rule=rule,
        schedule=schedule,
        minibatches=minibatches,
        callbacks=[lambda step: interrupt("callback")],
        epoch_callbacks=[lambda run: interrupt("epoch callback")],
    )


PLACES = [
    "loss", "validation", "rule for (1,)", "rule for (1,), done", "rule for (2, 2)", "rule for (2, 2), done",
    "rule for (3,), done", "schedule", "minibatches", "callback", "epoch callback",
]  # fmt: skip


def stop_at(place, visit, action):
    """Return a function that calls `action` only when it is called with `place` for the `visit`-th time."""
    visits = []

    def interrupt(here):
        if here == place:
            visits.append(here)
            if len(visits) == visit:
                action()

    return interrupt


def ctrl_c():
    signal.raise_signal(signal.SIGINT)


def fail():
    raise RuntimeError("a mistake in the student's function")


@pytest.mark.parametrize(("action", "error"), [(ctrl_c, KeyboardInterrupt), (fail, RuntimeError)])
@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("visit", [1, 2, 3])
@pytest.mark.parametrize("place", PLACES)
def test_steps_are_taken_completely_or_not_at_all(place, visit, in_place, action, error):
    run = counting_run(stop_at(place, visit, action), in_place)
    with pytest.raises(error):
        run.train()
    steps = len(run.loss_history)
    for name, w in run.model.params.items():
        np.testing.assert_array_equal(w, np.full(w.shape, float(steps)), err_msg=name)
        assert run.optim_configs[name].get("steps", 0) == steps
    assert len(run.val_acc_history) == len(run.train_acc_history)
    assert len(run.val_acc_history) in ((0,) if place == "validation" and visit < 3 else (run.epoch + 1,))


@pytest.mark.parametrize("place", PLACES)
def test_training_can_continue_after_ctrl_c(place):
    run = counting_run(stop_at(place, 3, ctrl_c), in_place=False)
    with pytest.raises(KeyboardInterrupt):
        run.train()
    assert run.stopped == f"interrupted after {len(run.loss_history)} iterations"
    run.train()
    assert run.stopped is None
    assert run.epoch == 3
    assert len(run.val_acc_history) == 4


def test_ctrl_c_is_reported(capsys):
    run = solver(verbose=True, print_every=100, callbacks=[lambda step: step.iteration == 2 and ctrl_c()])
    with pytest.raises(KeyboardInterrupt):
        run.train()
    assert capsys.readouterr().out.endswith(
        "interrupted after 2 iterations: the model has the parameters of the last complete step\n"
    )


def test_progress_bar_is_closed_after_ctrl_c(capsys):
    run = solver(progress=True, callbacks=[lambda step: ctrl_c()])
    with pytest.raises(KeyboardInterrupt):
        run.train()
    assert capsys.readouterr().err.endswith("\n")


@pytest.mark.parametrize(("value", "word"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
def test_loss_that_is_not_finite_stops_training(value, word):
    model = Mean()
    model.loss = lambda X, y=None: np.zeros((len(X), 2)) if y is None else (value, {})
    run = solver(model)
    message = f"loss became {word} in iteration 1: the learning rate"
    with pytest.raises(FloatingPointError, match=message):
        run.train()
    assert message in run.stopped
    assert run.loss_history == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("learning_rate", [1e20, 1e60])
def test_diverging_network_raises_and_keeps_its_best_parameters(dtype, learning_rate):
    dataset = blobs()
    model = FullyConnectedNet([8], 3, 2, init="he", dtype=dtype, seed=0)

    def schedule(epoch):
        return 0.1 if epoch < 2 else learning_rate

    run = solver(model, dataset, num_epochs=5, schedule=schedule, batch_size=10)
    with pytest.raises(FloatingPointError, match=r"The loss became nan in iteration \d+: the learning rate") as stop:
        run.train()
    assert f"iteration {len(run.loss_history) + 1}:" in str(stop.value)
    assert len(run.loss_history) > 30
    assert np.isfinite(run.loss_history).all()
    assert run.check_accuracy(dataset["X_val"], dataset["y_val"]) == run.best_val_acc > 0.85


def test_infinite_learning_rate_diverges():
    run = solver(dataset=data(), optim_config={"learning_rate": np.inf})
    with pytest.raises(FloatingPointError, match="iteration 2"):
        run.train()
    assert run.model.params["w"] == 0
