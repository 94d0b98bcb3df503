"""Drivers for dropout, batch normalization, penalties, and augmentation: their calls, and the results they reject."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case

X = np.arange(6.0).reshape(2, 3)


# --- dropout ---------------------------------------------------------------------------------------------


def recording(calls):
    """Return a forward pass that appends its settings to `calls`."""

    def forward(x, dropout_param):
        calls.append(dict(dropout_param))
        dropout_param["used"] = True
        return x, None

    return forward


def test_every_forward_call_gets_a_new_settings_dict():
    calls = []
    outs = drivers.dropout_forward_only(recording(calls), X, {"p": 0.5, "mode": "train"}, times=3)
    assert calls == [{"p": 0.5, "mode": "train"}] * 3
    assert list(outs) == ["out 1", "out 2", "out 3"]


def test_each_seed_is_passed_to_one_call():
    calls = []
    drivers.dropout_forward_only(recording(calls), X, {"p": 0.5, "mode": "train"}, seeds=np.array([3, 3, 7]))
    assert [call["seed"] for call in calls] == [3, 3, 7]
    assert all(type(call["seed"]) is int for call in calls)


def test_backward_gets_the_cache_of_its_own_forward_pass():
    """If a mask is kept outside the cache, another layer's forward pass has overwritten it by then."""

    def forward(x, dropout_param):
        forward.last = x.sum()
        return x, x.sum()

    def from_cache(dout, cache):
        return dout * cache

    def from_last_call(dout, cache):
        return dout * forward.last

    for backward, factor in ((from_cache, 15), (from_last_call, 6)):
        outputs = drivers.dropout_forward_backward(
            backward, forward, X, np.ones((2, 3)), {"p": 0.5, "mode": "train"}, between=1
        )
        np.testing.assert_array_equal(outputs["out"], X)
        np.testing.assert_array_equal(outputs["dx"], np.full((2, 3), factor))


# --- batch normalization ---------------------------------------------------------------------------------


def counting(x, gamma, beta, bn_param):
    """Count the calls in training mode, by changing the running averages in place."""
    for name in ("running_mean", "running_var"):
        bn_param.setdefault(name, np.zeros(x.shape[1]))
        bn_param[name] += bn_param["mode"] == "train"
    return x * gamma + beta, None


def test_running_averages_are_kept_between_batches_and_recorded_after_each():
    x, modes = np.ones((4, 2, 3)), np.array(["train", "test", "train", "train"])
    outputs = drivers.batchnorm_sequence(counting, x, np.full(3, 2.0), np.ones(3), {}, modes)
    np.testing.assert_array_equal(outputs["out"], np.full((4, 2, 3), 3.0))
    np.testing.assert_array_equal(outputs["running_mean"][:, 0], [1, 1, 2, 3])
    np.testing.assert_array_equal(outputs["running_mean"], outputs["running_var"])


def test_batchnorm_gradients_are_keyed_by_name():
    outputs = drivers.batchnorm_forward_backward(
        lambda dout, cache: (dout, dout.sum(0), cache), lambda *inputs: (X, inputs[3]["mode"]), X, X, X[0], X[0], {}
    )
    assert list(outputs) == ["dx", "dgamma", "dbeta"]
    assert outputs["dbeta"] == "train"


def test_layernorm_sequence_sets_a_mode_only_if_asked():
    def forward(x, gamma, beta, ln_param):
        return x + (ln_param.get("mode") == "test"), None

    modes = np.array(["train", "test"])
    x, given = np.zeros((2, 1, 3)), {"gamma": np.ones(3), "beta": np.zeros(3)}
    assert drivers.layernorm_sequence(forward, x, **given, ln_param={}, modes=modes)["out"][:, 0, 0].tolist() == [0, 1]
    assert not drivers.layernorm_sequence(forward, x, **given, ln_param={})["out"].any()


def test_layernorm_gradients_are_keyed_by_name():
    outputs = drivers.layernorm_forward_backward(
        lambda dout, cache: (dout, dout.sum(0), cache), lambda *inputs: (X, inputs[3]), X, X, X[0], X[0], {"eps": 1.0}
    )
    assert (list(outputs), outputs["dbeta"]) == (["dx", "dgamma", "dbeta"], {"eps": 1.0})


# --- penalties and augmentation --------------------------------------------------------------------------


def test_penalty_gradients_are_keyed_by_parameter_name():
    outputs = drivers.penalty_and_gradients(lambda params, reg: (reg, params), {"W1": X, "b1": X[0]}, reg=2.0)
    assert outputs["penalty"] == 2.0
    assert list(outputs) == ["penalty", "gradient of W1", "gradient of b1"]


def test_equal_seeds_make_generators_in_the_same_state():
    outputs = drivers.augment_images(
        lambda images, rng, scale: images + scale * rng.random(), X, np.array([5, 5, 6]), scale=2.0
    )
    np.testing.assert_array_equal(outputs["images 1"], outputs["images 2"])
    assert (outputs["images 1"] != outputs["images 3"]).all()


def test_mixed_batches_are_stacked_and_start_from_the_same_images():
    def function(images, targets, alpha, rng):
        images += alpha * rng.random()
        return images, targets

    outputs = drivers.mix_batches(function, X, X, alpha=2.0, seeds=np.array([5, 5, 6]))
    np.testing.assert_array_equal(outputs["targets"], [X, X, X])
    np.testing.assert_array_equal(outputs["images"][0], outputs["images"][1])
    assert (outputs["images"][0] != outputs["images"][2]).all()


def test_masks_of_three_passes_are_keyed_by_layer_and_pass():
    outputs = drivers.scores_and_masks(lambda X, params, p, rng: (X * p, [X, rng.random(3)]), X, {}, 0.5, 0)
    endings = (" again", " of another rng")
    names = ["scores", "mask 1", "mask 2", *(f"mask {i}{ending}" for ending in endings for i in (1, 2))]
    assert list(outputs) == names
    np.testing.assert_array_equal(outputs["mask 2"], outputs["mask 2 again"])
    assert not np.isin(outputs["mask 2 of another rng"], outputs["mask 2"]).any()


# --- wrong results -----------------------------------------------------------------------------------

PARAM = {"p": 0.5, "mode": "train"}
BN = {"gamma": np.ones(3), "beta": np.zeros(3), "bn_param": {}}


@pytest.mark.parametrize(
    ("driver", "functions", "inputs", "sentence"),
    [
        (
            drivers.dropout_forward_only,
            [lambda x, dropout_param: x],
            {"x": X, "dropout_param": PARAM},
            "expected two values, (out, cache), got an array of shape (2, 3), float64",
        ),
        (
            drivers.dropout_forward_only,
            [lambda x, dropout_param: (None, x)],
            {"x": X, "dropout_param": PARAM},
            "expected two values, (out, cache), with the first not None, got None as the first",
        ),
        (
            drivers.dropout_forward_backward,
            [lambda dout, cache: dout, lambda x, dropout_param: None],
            {"x": X, "dout": X, "dropout_param": PARAM},
            "expected two values, (out, cache), got None",
        ),
        (
            drivers.batchnorm_sequence,
            [lambda x, gamma, beta, bn_param: (x, None)],
            {"x": X[None], **BN, "modes": np.array(["train"])},
            'expected an array in bn_param["running_mean"] after every batch, got None',
        ),
        (
            drivers.batchnorm_sequence,
            [lambda x, gamma, beta, bn_param: (x[0], bn_param.update(running_mean=x[0], running_var=x[0]))],
            {"x": np.ones((2, 2, 3)) * np.array([[[1.0]], [[2.0]]]), **BN, "modes": np.array(["train", "train"])},
            "",
        ),
        (
            drivers.batchnorm_forward_backward,
            [lambda dout, cache: dout, lambda *inputs: (X, None)],
            {"x": X, "dout": X, **BN},
            "expected three arrays, (dx, dgamma, dbeta), got an array of shape (2, 3), float64",
        ),
        (
            drivers.penalty_and_gradients,
            [lambda params, reg: 0.0],
            {"params": {"W1": X}, "reg": 1.0},
            "expected two values, (penalty, grads), the second a dict, got a float",
        ),
        (
            drivers.scores_and_masks,
            [lambda X, params, p, rng: (X, X)],
            {"X": X, "params": {}, "p": 0.5, "seed": 0},
            "expected two values, (scores, masks), with a list as the second, got a tuple of 2 values, each an array",
        ),
    ],
    ids=[
        "dropout: cache missing",
        "dropout: None for the output",
        "dropout: None",
        "batchnorm: running averages missing",
        "batchnorm: complete",
        "batchnorm: one gradient",
        "penalty: gradients missing",
        "vanilla dropout: masks not in a list",
    ],
)
def test_only_wrong_results_are_reported(driver, functions, inputs, sentence):
    result = run_case(driver, functions, inputs)
    assert (result.problem.sentence if result.problem else "") == sentence
