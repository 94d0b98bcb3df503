"""Drivers for gradient checks: the calls that they make and the outputs that they return."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import Unexpected

SEEDS = np.array([3, 3, 5])
PARAMS = {"W": np.ones((4, 5)), "b": np.ones(2)}


def check(f, x, analytic_grad, rng=None, num_checks=2):
    index = rng.integers(x.size, size=num_checks)
    return {"index": index, "numeric": x[index], "analytic": analytic_grad[index], "error": np.full(num_checks, f(x))}


def test_sparse_checks_return_one_row_per_generator():
    outputs = drivers.sparse_gradient_checks(check, np.sum, np.arange(9.0), np.arange(9.0) + 1, SEEDS, num_checks=4)
    assert {name: value.shape for name, value in outputs.items()} == dict.fromkeys(drivers.gradients.COLUMNS, (3, 4))
    np.testing.assert_array_equal(outputs["index"][0], outputs["index"][1])
    np.testing.assert_array_equal(outputs["index"][2], np.random.default_rng(5).integers(9, size=4))
    assert (outputs["error"] == 36).all()


def test_sampled_entries_are_keyed_by_parameter_name():
    def sample(params, rng=None, count=1):
        return {name: rng.integers(value.size, size=count) for name, value in params.items()}

    outputs = drivers.sample_entries(sample, PARAMS, SEEDS, count=3)
    assert {name: value.shape for name, value in outputs.items()} == {"W": (3, 3), "b": (3, 3)}
    assert (outputs["W"][0] == outputs["W"][1]).all()


def test_function_is_called_once_per_point_with_the_values_on_both_sides():
    plus, minus = {"relu": np.arange(12.0).reshape(2, 3, 2)}, {"relu": np.zeros((2, 3, 2))}
    outputs = drivers.compare_max_winners(
        lambda plus, minus: bool(plus["relu"].max() > 6 and minus["relu"].shape == (3, 2)), plus, minus
    )
    assert outputs == {"result 1": False, "result 2": True}


def checker(loss, gradient, params, reg):
    answers = loss(params, reg=reg), gradient(params, 0.0)
    params["W1"] += 1
    return {name: f"{answers} {value.sum()}" for name, value in params.items()}


def test_each_network_is_checked_with_its_own_parameters_and_regularization():
    params = {"0 W1": np.ones(2), "0 b1": np.zeros(1), "1 W1": np.zeros(2), "1 b1": np.ones(3)}
    outputs = drivers.gradient_checks(
        checker, lambda i, params, reg: (i, reg), lambda i, params, reg: len(params), params, np.array([0.5, 7.0])
    )
    assert outputs == {
        "network 1, W1": "((0, 0.5), 2) 4.0",
        "network 1, b1": "((0, 0.5), 2) 0.0",
        "network 2, W1": "((1, 7.0), 2) 2.0",
        "network 2, b1": "((1, 7.0), 2) 3.0",
    }
    assert params["0 W1"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("returned", "text"),
    [
        ([2, 0], "0, 2"),
        ((7,), "7"),
        ([], "none"),
        (np.array([3, 3, 1]), "1, 3"),
        ({1.0}, "1"),
        ([True, False], "0, 1"),
    ],
)
def test_indices_in_any_collection_become_text(returned, text):
    arrays = {"0 0 w": np.ones(2), "0 1 x": np.zeros(1)}
    assert drivers.list_broken_layers(lambda a, n: returned, arrays, arrays) == {"network 1": text}


def test_layers_are_passed_as_lists_of_dicts_in_order():
    def broken(analytic, numeric):
        assert [sorted(layer) for layer in analytic] == [sorted(layer) for layer in numeric]
        return [i for i, layer in enumerate(analytic) if (layer["x"] != numeric[i]["x"]).any()]

    analytic = {f"{n} {layer} x": np.full(2, layer) for n in range(2) for layer in range(12)}
    numeric = {**analytic, "0 10 x": np.ones(2), "1 2 x": np.ones(2)}
    assert drivers.list_broken_layers(broken, analytic, numeric) == {"network 1": "10", "network 2": "2"}


WRONG = {
    "sparse checks: None": lambda: drivers.sparse_gradient_checks(
        lambda *a, **k: None, sum, np.ones(2), np.ones(2), SEEDS
    ),
    "sparse checks: missing names": lambda: drivers.sparse_gradient_checks(
        lambda *a, **k: {"index": np.ones(1)}, sum, np.ones(2), np.ones(2), SEEDS
    ),
    "sparse checks: lengths differ between calls": lambda: drivers.sparse_gradient_checks(
        lambda *a, rng, **k: dict.fromkeys(drivers.gradients.COLUMNS, np.ones(rng.integers(1000))),
        sum,
        np.ones(2),
        np.ones(2),
        SEEDS,
    ),
    "sampled entries: list": lambda: drivers.sample_entries(lambda params, rng: [1], PARAMS, SEEDS),
    "sampled entries: names differ between calls": lambda: drivers.sample_entries(
        lambda params, rng: {str(rng.integers(1000)): np.ones(1)}, PARAMS, SEEDS
    ),
    "gradient checks: one word for all parameters": lambda: drivers.gradient_checks(
        lambda *a: "right", None, None, {"0 W1": np.ones(1)}, np.ones(1)
    ),
    "gradient checks: missing names": lambda: drivers.gradient_checks(
        lambda *a: {}, None, None, {"0 W1": np.ones(1)}, np.ones(1)
    ),
    "broken layers: number": lambda: drivers.list_broken_layers(
        lambda a, n: 3, {"0 0 w": np.ones(1)}, {"0 0 w": np.ones(1)}
    ),
    "broken layers: words": lambda: drivers.list_broken_layers(
        lambda a, n: ["w"], {"0 0 w": np.ones(1)}, {"0 0 w": np.ones(1)}
    ),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_wrong_result_raises_unexpected(call):
    with pytest.raises(Unexpected, match=r"expected .*, got "):
        call()


def test_missing_parameters_are_named():
    params = {f"0 {name}": np.ones(2) for name in ("W1", "b1", "W2", "b2")}
    with pytest.raises(Unexpected, match="a word for each of W1, b1, W2, b2, got a dict without b1 and b2"):
        drivers.gradient_checks(lambda *_: {"W1": "right", "W2": "right"}, None, None, params, np.ones(1))


def test_error_says_that_a_list_of_indices_contains_tuples():
    def by_tuples(f, x, analytic_grad, rng=None, num_checks=2):
        return check(f, x, analytic_grad, rng, num_checks) | {"index": [(0, 1), (2, 1)]}

    with pytest.raises(Unexpected, match="got a list of 2 values, each a tuple"):
        drivers.sparse_gradient_checks(by_tuples, np.sum, np.arange(9.0), np.arange(9.0), SEEDS)
