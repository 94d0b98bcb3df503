"""A run that resumes from a checkpoint has the same numbers, bit for bit, as an uninterrupted run."""

import json
import os

import numpy as np
import pytest

from gradlab.models import FullyConnectedNet, load_parameters, save_parameters

from ..models.cases import CENTER
from .toy_models import NOISE, Mean, blobs, data, solver

DATASET = blobs()


def rule(w, dw, config):
    """A rule whose state has every type that a checkpoint can hold."""
    steps = config.get("steps", 0) + 1
    total = config.get("total", np.zeros_like(w)) + dw
    kept = {
        "learning_rate": config["learning_rate"],
        "steps": steps,
        "total": total,
        "recent": [*config.get("recent", []), dw][-2:],
        "pair": (np.float32(0.1) * steps, {"nothing": None, "flag": True}),
        "name": "gradient",
        "a/b": total + 1,
        "a": {"b": total - 1},
    }
    return w - config["learning_rate"] * (dw + 0.01 * total + config.get("pair", (0,))[0] * 1e-3), kept


def run_of(folder=None, seed=0, num_epochs=4, **settings):
    """Create a run with everything that must be restored: a rule's state, running averages, and random generators."""
    model = FullyConnectedNet([5], 3, 2, normalization=CENTER, dropout=NOISE, seed=seed)
    defaults = {
        "update_rule": rule,
        "optim_config": {"learning_rate": 0.05},
        "lr_decay": 0.9,
        "batch_size": 40,
        "num_epochs": num_epochs,
        "num_train_samples": 60,
        "checkpoint_dir": folder,
        "rng": 3 + seed,
    }
    return solver(model, DATASET, **{**defaults, **settings})


def trained(run):
    run.train()
    return run


def same(one, other):
    """Assert that nested lists, tuples, and dicts are equal bit for bit, including types and order."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        one, other = list(one.values()), list(other.values())
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            same(a, b)
    elif isinstance(one, (np.ndarray, np.generic)):
        np.testing.assert_array_equal(one, other, strict=True)
    else:
        assert one == other


def everything(run):
    return {
        "params": run.model.params,
        "state": run.model.state(),
        "generator": run.rng.bit_generator.state,
        **{
            name: getattr(run, name)
            for name in (
                "loss_history", "train_acc_history", "val_acc_history", "best_val_acc", "best_params", "best_state",
                "optim_configs", "epoch",
            )
        },
    }  # fmt: skip


def test_file_names_contain_the_epoch_and_the_validation_accuracy(tmp_path):
    run = trained(run_of(tmp_path / "new" / "folder"))
    expected = [f"epoch_00{i}_val_{run.val_acc_history[i]:.4f}.npz" for i in range(1, 5)]
    assert sorted(os.listdir(tmp_path / "new" / "folder")) == expected


@pytest.mark.parametrize("epoch", [1, 2, 3, 4])
def test_resumed_run_equals_an_uninterrupted_run(epoch, tmp_path):
    whole = trained(run_of(tmp_path))
    (path,) = tmp_path.glob(f"epoch_00{epoch}_*")
    # Use a different seed, so that the test fails if any of the new run's initial state remains.
    resumed = run_of(seed=1)
    resumed.resume(path)
    assert resumed.epoch == epoch
    resumed.train()
    same(everything(resumed), everything(whole))


def test_interrupted_run_resumes_exactly(tmp_path):
    whole = trained(run_of())

    def interrupt(step):
        if step.iteration == 11:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_of(tmp_path, callbacks=[interrupt]).train()
    resumed = run_of(tmp_path, seed=1)
    resumed.resume(max(tmp_path.iterdir()))
    resumed.train()
    same(everything(resumed), everything(whole))


def test_resumed_run_can_have_more_epochs(tmp_path):
    longer = trained(run_of(num_epochs=6))
    trained(run_of(tmp_path, num_epochs=4))
    resumed = run_of(num_epochs=6)
    resumed.resume(max(tmp_path.iterdir()))
    resumed.train()
    same(everything(resumed), everything(longer))


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64])
def test_other_numpy_generators_are_restored(kind, tmp_path):
    whole = trained(run_of(tmp_path, rng=np.random.Generator(kind(1))))
    resumed = run_of(rng=np.random.Generator(kind(2)))
    resumed.resume(min(tmp_path.iterdir()))
    resumed.train()
    assert resumed.loss_history == whole.loss_history


def test_run_with_a_stateless_model_can_be_resumed(tmp_path):
    whole = trained(solver(Mean(), checkpoint_dir=tmp_path))
    resumed = solver(Mean())
    resumed.resume(min(tmp_path.iterdir()))
    resumed.train()
    assert resumed.loss_history == whole.loss_history
    same(resumed.model.params, whole.model.params)


def test_no_checkpoint_is_written_without_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trained(run_of())
    assert os.listdir() == []


def test_checkpoint_contains_plain_arrays_and_a_json_index(tmp_path):
    trained(run_of(tmp_path, num_epochs=1))
    arrays = load_parameters(next(tmp_path.iterdir()))
    index = json.loads(arrays["checkpoint"].tobytes())
    assert index["batch_size"] == 40
    np.testing.assert_array_equal(arrays["optim_configs/W1/recent/1"].shape, (3, 5))
    assert not any(array.dtype.hasobject for array in arrays.values())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.random.default_rng(0), r"optim_configs/W1/thing must be a real number, .* Got Generator"),
        ({1: "a"}, r"thing must be a real number, .*with text as keys.* Got dict"),
        ([lambda: 0], r"thing/0 must be .* Got function"),
        (1j, r"Got complex"),
        (np.array([None]), r"any dtype but object.* Got ndarray"),
    ],
)
def test_values_that_cannot_be_saved_raise_and_leave_no_file(value, message, tmp_path):
    with pytest.raises(TypeError, match=message):
        run_of(tmp_path, update_rule=lambda w, dw, config: (w, {**config, "thing": value})).train()
    assert list(tmp_path.iterdir()) == []


def other_model(hidden, **settings):
    return solver(FullyConnectedNet([hidden], 3, 2, **settings), DATASET, batch_size=40)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda: other_model(5), r"epoch_001_val_.* must contain W1, W2, b1, b2\. Got W1, W2, b1, b2, beta1, gamma1"),
        (lambda: other_model(6, normalization=CENTER), r"W1 must be float32 of shape \(3, 6\)\. Got .* \(3, 5\)"),
        (lambda: other_model(5, normalization=CENTER, dtype=float), r"W1 must be float64 .* Got float32"),
        (lambda: other_model(5, normalization=CENTER), r"Got a state for \['dropout1', 'normalization1'\]: the state"),
        (lambda: run_of(batch_size=50), r"with batch_size = 40, but the solver has 50: create the solver"),
        (lambda: run_of(rng=np.random.Generator(np.random.MT19937(0))), r"random generator = PCG64, but .* MT19937"),
    ],
)
def test_mismatched_checkpoint_raises_and_leaves_the_run_unchanged(other, message, tmp_path):
    trained(run_of(tmp_path, num_epochs=1))
    run = other()
    before = {name: w.copy() for name, w in run.model.params.items()}
    with pytest.raises(ValueError, match=message):
        run.resume(next(tmp_path.iterdir()))
    same(run.model.params, before)
    assert run.epoch == 0
    assert run.loss_history == []


def test_checkpoint_for_a_different_number_of_examples_raises(tmp_path):
    trained(solver(checkpoint_dir=tmp_path))
    with pytest.raises(ValueError, match=r"with number of training examples = 10, but the solver has 12"):
        solver(dataset=data(n=12)).resume(min(tmp_path.iterdir()))


@pytest.mark.parametrize("length", [0, 100, -100, -1])
def test_truncated_checkpoint_is_refused(length, tmp_path):
    trained(run_of(tmp_path, num_epochs=1))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match=r"epoch_001_.* must be a complete \.npz file"):
        run_of().resume(path)


def test_parameter_file_is_refused_as_a_checkpoint(tmp_path):
    run = run_of()
    save_parameters(tmp_path / "weights.npz", run.model.params)
    with pytest.raises(ValueError, match=r"weights\.npz must be a checkpoint written by a Solver\. Got the arrays W1"):
        run.resume(tmp_path / "weights.npz")


def test_checkpoint_from_another_version_is_refused(tmp_path):
    trained(run_of(tmp_path, num_epochs=1))
    (path,) = tmp_path.iterdir()
    arrays = load_parameters(path)
    index = json.loads(arrays["checkpoint"].tobytes()) | {"version": 99}
    save_parameters(path, arrays | {"checkpoint": np.frombuffer(json.dumps(index).encode(), np.uint8)})
    with pytest.raises(ValueError, match=r"must have version 1\. Got 99"):
        run_of().resume(path)
