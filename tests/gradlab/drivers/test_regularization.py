"""The drivers of dropout, batch normalization, penalties and augmentation: what they call, and what they refuse."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case

X = np.arange(6.0).reshape(2, 3)


def problem_of(driver, functions, **inputs):
    """The sentence that a student reads."""
    return run_case(driver, functions, inputs).problem.sentence


# --- dropout ---------------------------------------------------------------------------------------------


def noted(calls):
    """A forward pass that notes what it is called with."""

    def forward(x, dropout_param):
        calls.append(dict(dropout_param))
        dropout_param["used"] = True
        return x, None

    return forward


def test_every_call_has_settings_of_its_own():
    calls = []
    outs = drivers.dropout_forward_only(noted(calls), X, {"p": 0.5, "mode": "train"}, times=3)
    assert calls == [{"p": 0.5, "mode": "train"}] * 3
    assert list(outs) == ["out 1", "out 2", "out 3"]


def test_seeds_are_given_one_a_call():
    calls = []
    drivers.dropout_forward_only(noted(calls), X, {"p": 0.5, "mode": "train"}, seeds=np.array([3, 3, 7]))
    assert [call["seed"] for call in calls] == [3, 3, 7]
    assert all(type(call["seed"]) is int for call in calls)


def test_the_way_back_has_the_cache_of_its_own_pass():
    """A mask that is kept anywhere but in the cache is that of another layer by then."""

    def forward(x, dropout_param):
        forward.last = x.sum()
        return x, x.sum()

    def back(dout, cache):
        return dout * cache

    def back_by_the_last(dout, cache):
        return dout * forward.last

    for backward, factor in ((back, 15), (back_by_the_last, 6)):
        came = drivers.dropout_forward_backward(
            backward, forward, X, np.ones((2, 3)), {"p": 0.5, "mode": "train"}, between=1
        )
        np.testing.assert_array_equal(came["out"], X)
        np.testing.assert_array_equal(came["dx"], np.full((2, 3), factor))


# --- batch normalization ---------------------------------------------------------------------------------


def counting(x, gamma, beta, bn_param):
    """Counts in place how often it was called in training."""
    for name in ("running_mean", "running_var"):
        bn_param.setdefault(name, np.zeros(x.shape[1]))
        bn_param[name] += bn_param["mode"] == "train"
    return x * gamma + beta, None


def test_averages_are_carried_from_batch_to_batch_and_shown_after_each():
    x, modes = np.ones((4, 2, 3)), np.array(["train", "test", "train", "train"])
    came = drivers.batchnorm_sequence(counting, x, np.full(3, 2.0), np.ones(3), {}, modes)
    np.testing.assert_array_equal(came["out"], np.full((4, 2, 3), 3.0))
    np.testing.assert_array_equal(came["running_mean"][:, 0], [1, 1, 2, 3])
    np.testing.assert_array_equal(came["running_mean"], came["running_var"])


def test_gradients_are_named():
    came = drivers.batchnorm_forward_backward(
        lambda dout, cache: (dout, dout.sum(0), cache), lambda *given: (X, given[3]["mode"]), X, X, X[0], X[0], {}
    )
    assert list(came) == ["dx", "dgamma", "dbeta"]
    assert came["dbeta"] == "train"


# --- penalties and augmentation --------------------------------------------------------------------------


def test_each_gradient_has_a_name():
    came = drivers.penalty_and_gradients(lambda params, reg: (reg, params), {"W1": X, "b1": X[0]}, reg=2.0)
    assert came["penalty"] == 2.0
    assert list(came) == ["penalty", "gradient of W1", "gradient of b1"]


def test_equal_seeds_make_generators_in_one_state():
    came = drivers.augment_images(
        lambda images, rng, scale: images + scale * rng.random(), X, np.array([5, 5, 6]), scale=2.0
    )
    np.testing.assert_array_equal(came["images 1"], came["images 2"])
    assert (came["images 1"] != came["images 3"]).all()


def test_masks_come_beside_the_scores():
    came = drivers.scores_and_masks(lambda X, params, p, rng: (X * p, [X, rng.random(3)]), X, {}, 0.5, 0)
    endings = (" again", " of another rng")
    names = ["scores", "mask 1", "mask 2", *(f"mask {i}{ending}" for ending in endings for i in (1, 2))]
    assert list(came) == names
    np.testing.assert_array_equal(came["mask 2"], came["mask 2 again"])
    assert not np.isin(came["mask 2 of another rng"], came["mask 2"]).any()


# --- what does not fit -----------------------------------------------------------------------------------

PARAM = {"p": 0.5, "mode": "train"}
BN = {"gamma": np.ones(3), "beta": np.zeros(3), "bn_param": {}}


@pytest.mark.parametrize(
    ("driver", "functions", "inputs", "sentence"),
    [
        (
            drivers.dropout_forward_only,
            [lambda x, dropout_param: x],
            {"x": X, "dropout_param": PARAM},
            "expected two things, (out, cache), got an array of shape (2, 3), float64",
        ),
        (
            drivers.dropout_forward_backward,
            [lambda dout, cache: dout, lambda x, dropout_param: None],
            {"x": X, "dout": X, "dropout_param": PARAM},
            "expected two things, (out, cache), got None",
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
            [lambda dout, cache: dout, lambda *given: (X, None)],
            {"x": X, "dout": X, **BN},
            "expected three arrays, (dx, dgamma, dbeta), got an array of shape (2, 3), float64",
        ),
        (
            drivers.penalty_and_gradients,
            [lambda params, reg: 0.0],
            {"params": {"W1": X}, "reg": 1.0},
            "expected two things, (penalty, grads), the second a dict, got a float",
        ),
        (
            drivers.scores_and_masks,
            [lambda X, params, p, rng: (X, X)],
            {"X": X, "params": {}, "p": 0.5, "seed": 0},
            "expected two things, (scores, masks), the second a list, got a tuple",
        ),
    ],
)
def test_what_is_missing_is_said(driver, functions, inputs, sentence):
    ran = run_case(driver, functions, inputs)
    assert (ran.problem.sentence if ran.problem else "") == sentence
