"""Minibatches: the driver that asks for them, and the property that says what is wrong with them."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import drivers, properties
from gradlab.checks.run import run_case

N, SIZE = 60, 8
GIVEN = {"num_examples": N, "batch_size": SIZE, "count": 2, "seed": 5}


def cut(order, size=SIZE):
    return [order[i : i + size] for i in range(0, len(order), size)]


def run(function, **changed):
    return run_case(drivers.minibatch_epochs, [function], GIVEN | changed)


def judged(function, **changed):
    case = SimpleNamespace(inputs=GIVEN | changed)
    return properties.visits_every_example_once(case, drivers.minibatch_epochs(function, **case.inputs))


def good(n, size, rng):
    return cut(rng.permutation(n), size)


def test_asks_for_every_epoch_with_one_generator_and_then_with_another_like_it():
    outputs = run(good).outputs
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
def test_takes_batches_in_any_sequence(batches):
    ran = run(lambda n, size, rng: batches, num_examples=3, batch_size=2, count=1)
    assert ran.outputs["epoch 1"].tolist() == [0, 1, 2]


def test_keeps_indices_as_they_were_when_the_array_is_shuffled_again():
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
    ids=["nothing", "number", "not cut", "reals", "mask", "bounds", "matrix"],
)
def test_says_what_is_no_batch(returned, sentence):
    problem = run(lambda n, size, rng: returned).problem
    assert problem.kind == "wrong_return"
    assert problem.detail.startswith(sentence)


def test_an_error_in_a_generator_is_the_students_own():
    def broken(n, size, rng):
        yield np.arange(size)
        raise TypeError("of my own")

    problem = run(broken).problem
    assert (problem.kind, problem.exception) == ("error", "TypeError")


def test_does_not_wait_for_batches_without_end():
    def endless(n, size, rng):
        while True:
            yield np.arange(1)

    assert len(run(endless, count=1).outputs["sizes 1"]) == N + 1


FAULTS = {
    "in stored order": (
        lambda n, size, rng: cut(np.arange(n)),
        "the examples come in the order in which they are stored",
    ),
    "in stored order, shuffled within batches": (
        lambda n, size, rng: [rng.permutation(rows) for rows in cut(np.arange(n))],
        "the examples come in the order in which they are stored",
    ),
    "the same every time": (
        lambda n, size, rng: cut(np.random.default_rng(1).permutation(n)),
        "two epochs in a row have the same batches in the same order",
    ),
    "batches in another order": (
        lambda n, size, rng: [cut(np.arange(n))[i] for i in [*rng.permutation(7), 7]],
        "the batches stay the same, and only their order changes",
    ),
    "rotated": (
        lambda n, size, rng: cut((np.arange(n) + 3 + rng.integers(4)) % n),
        "most examples stay together with their neighbors",
    ),
    "left out": (lambda n, size, rng: cut(rng.permutation(n - 1)), "some examples are left out of an epoch"),
    "nothing": (lambda n, size, rng: [], "some examples are left out of an epoch"),
    "twice": (lambda n, size, rng: cut(np.append(rng.permutation(n), 3)), "some examples come twice in an epoch"),
    "drawn": (
        lambda n, size, rng: cut(rng.integers(n, size=n)),
        "some examples come twice in an epoch, others not at all",
    ),
    "from one": (lambda n, size, rng: cut(1 + rng.permutation(n)), "an index is not that of an example"),
    "below zero": (lambda n, size, rng: cut(rng.permutation(n) - 1), "an index is not that of an example"),
    "too large": (lambda n, size, rng: cut(rng.permutation(n), 9), "a batch is larger than batch_size"),
    "too small": (
        lambda n, size, rng: np.array_split(rng.permutation(n), 8),
        "a batch before the last is smaller than batch_size",
    ),
    "empty": (
        lambda n, size, rng: [*cut(rng.permutation(n)), np.arange(0)],
        "a batch is empty",
    ),
    "not from the generator": (
        lambda n, size, rng: cut(np.random.default_rng().permutation(n)),
        "the same generator gives another order: the randomness is not its own",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_found(fault):
    function, finding = FAULTS[fault]
    outcome = judged(function)
    assert (outcome.passed, outcome.finding) == (False, finding)


@pytest.mark.parametrize(("n", "size"), [(60, 8), (60, 6), (57, 8), (40, 1), (8, 8), (5, 8), (1, 1), (1, 3)], ids=str)
def test_shuffled_batches_pass_whatever_the_sizes(n, size):
    for seed in range(30):
        assert judged(good, num_examples=n, batch_size=size, seed=seed).passed


def test_the_order_within_a_batch_is_free():
    def ascending(n, size, rng):
        return [np.sort(rows) for rows in good(n, size, rng)]

    assert judged(ascending).passed
    assert judged(ascending, batch_size=N).passed


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"sizes 1": None}, "wrong_type"),
        ({"epoch 2": np.zeros(N)}, "wrong_type"),
        ({"epoch 1": np.zeros((N, 1), dtype=int)}, "wrong_type"),
        ({"sizes 2": np.array([N - 1])}, "wrong_shape"),
        ({"sizes 2": np.array([N + 8, -8])}, "wrong_shape"),
        ({"more": np.arange(N)}, "wrong_names"),
    ],
    ids=["none", "reals", "matrix", "one too few", "negative", "more"],
)
def test_what_did_not_come_from_the_driver_is_a_problem(changed, kind):
    returned = drivers.minibatch_epochs(good, **GIVEN) | changed
    assert properties.visits_every_example_once(SimpleNamespace(inputs=GIVEN), returned).problem.kind == kind
