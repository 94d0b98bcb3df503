"""The driver for minibatches: the calls that it makes, and the batches that it accepts and rejects."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case

N = 60
INPUTS = {"num_examples": N, "batch_size": 8, "count": 2, "seed": 5}


def run(function, **changed):
    return run_case(drivers.minibatch_epochs, [function], INPUTS | changed)


def shuffled(n, size, rng):
    order = rng.permutation(n)
    return [order[i : i + size] for i in range(0, n, size)]


def test_all_epochs_use_one_generator_then_another_with_the_same_seed():
    outputs = run(shuffled).outputs
    rng = np.random.default_rng(5)
    for epoch in (1, 2):
        order = rng.permutation(N)
        np.testing.assert_array_equal(outputs[f"epoch {epoch}"], order)
        np.testing.assert_array_equal(outputs[f"epoch {epoch} again"], order)
        assert outputs[f"sizes {epoch}"].tolist() == [8] * 7 + [4]
    assert len(outputs) == 6


@pytest.mark.parametrize(
    "batches",
    [
        [np.array([0, 1], dtype=np.uint8), np.array([2])],
        (np.array([0, 1]), np.array([2])),
        [[0, 1], [2]],
        [range(2), range(2, 3)],
        np.arange(3)[:, None],
        iter([np.array([0, 1]), np.array([2])]),
    ],
    ids=["list", "tuple", "lists", "ranges", "matrix", "iterator"],
)
def test_batches_may_come_in_any_iterable(batches):
    result = run(lambda n, size, rng: batches, num_examples=3, batch_size=2, count=1)
    assert result.outputs["epoch 1"].tolist() == [0, 1, 2]


def test_indices_are_copied_before_the_array_is_shuffled_again():
    order = np.arange(N)

    def in_place(n, size, rng):
        order.sort()
        for _ in range(3):
            rng.shuffle(order)
            yield order[:20]

    first, second, third = run(in_place, count=1).outputs["epoch 1"].reshape(3, 20).tolist()
    assert first != second != third


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        (None, "expected arrays of indices, in a list or one by one with yield, got None"),
        (3, "expected arrays of indices, in a list or one by one with yield, got an int"),
        (np.arange(N), "expected an array (B,) of whole numbers for every batch, got an int64"),
        ([np.zeros(3)], "expected an array (B,) of whole numbers for every batch, got an array of shape (3,), float64"),
        (
            [np.zeros(3, dtype=bool)],
            "expected an array (B,) of whole numbers for every batch, got an array of shape (3,)",
        ),
        ([(0, 8)], "expected an array (B,) of whole numbers for every batch, got a tuple"),
        ([np.zeros((2, 2), dtype=int)], "expected an array (B,) of whole numbers for every batch"),
    ],
    ids=["None", "number", "not split into batches", "real numbers", "bool mask", "slice bounds", "matrix"],
)
def test_invalid_batches_are_reported_as_a_wrong_return_value(returned, sentence):
    problem = run(lambda n, size, rng: returned).problem
    assert problem.kind == "wrong_return"
    assert problem.detail.startswith(sentence)


def test_error_in_a_generator_function_is_attributed_to_the_student():
    def broken(n, size, rng):
        yield np.arange(size)
        raise TypeError("my own")

    problem = run(broken).problem
    assert (problem.kind, problem.exception) == ("error", "TypeError")


def test_endless_epoch_is_cut_off_after_num_examples_plus_one_batches():
    def endless(n, size, rng):
        while True:
            yield np.arange(1)

    assert len(run(endless, count=1).outputs["sizes 1"]) == N + 1
