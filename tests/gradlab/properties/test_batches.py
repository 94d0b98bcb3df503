"""The property for minibatches: correct batches pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import drivers, properties

N, SIZE = 60, 8
INPUTS = {"num_examples": N, "batch_size": SIZE, "count": 2, "seed": 5}


def split(order, size=SIZE):
    return [order[i : i + size] for i in range(0, len(order), size)]


def outcome_of(function, **changed):
    case = SimpleNamespace(inputs=INPUTS | changed)
    return properties.visits_every_example_once(case, drivers.minibatch_epochs(function, **case.inputs))


def shuffled(n, size, rng):
    return split(rng.permutation(n), size)


FAULTS = {
    "stored order": (
        lambda n, size, rng: split(np.arange(n)),
        "the examples come in the order they are stored in",
    ),
    "stored order, shuffled within batches": (
        lambda n, size, rng: [rng.permutation(rows) for rows in split(np.arange(n))],
        "the examples come in the order they are stored in",
    ),
    "same every time": (
        lambda n, size, rng: split(np.random.default_rng(1).permutation(n)),
        "two epochs in a row have the same batches in the same order",
    ),
    "same batches in a different order": (
        lambda n, size, rng: [split(np.arange(n))[i] for i in [*rng.permutation(7), 7]],
        "the batches never change, only their order does",
    ),
    "same batches in a different order, the smaller one anywhere": (
        lambda n, size, rng: [split(np.arange(n))[i] for i in rng.permutation(8)],
        "the batches never change, only their order does",
    ),
    "rotated": (
        lambda n, size, rng: split((np.arange(n) + 3 + rng.integers(4)) % n),
        "most examples stay in a batch with their neighbors",
    ),
    "one example left out": (
        lambda n, size, rng: split(rng.permutation(n - 1)),
        "one example is left out of an epoch",
    ),
    "several examples left out": (
        lambda n, size, rng: split(rng.permutation(n - 4)),
        "some examples are left out of an epoch",
    ),
    "no batches": (lambda n, size, rng: [], "an epoch has no batches at all"),
    "one example twice": (
        lambda n, size, rng: split(np.append(rng.permutation(n), 3)),
        "some examples come up twice in an epoch",
    ),
    "sampled with replacement": (
        lambda n, size, rng: split(rng.integers(n, size=n)),
        "some examples come up twice in an epoch, others not at all",
    ),
    "counted from one": (
        lambda n, size, rng: split(1 + rng.permutation(n)),
        "an index is out of range: there is no such example",
    ),
    "negative index": (
        lambda n, size, rng: split(rng.permutation(n) - 1),
        "an index is out of range: there is no such example",
    ),
    "batch too large": (lambda n, size, rng: split(rng.permutation(n), 9), "a batch is larger than `batch_size`"),
    "batch too small": (
        lambda n, size, rng: np.array_split(rng.permutation(n), 8),
        "a batch other than the last is smaller than `batch_size`",
    ),
    "empty batch": (lambda n, size, rng: [*split(rng.permutation(n)), np.arange(0)], "a batch is empty"),
    "not from the generator": (
        lambda n, size, rng: split(np.random.default_rng().permutation(n)),
        "the same seed gives a different order: some of the randomness does not come from `rng`",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_gets_the_right_finding(fault):
    function, finding = FAULTS[fault]
    outcome = outcome_of(function)
    assert (outcome.passed, outcome.finding) == (False, finding)


@pytest.mark.parametrize(("n", "size"), [(60, 8), (60, 6), (57, 8), (40, 1), (8, 8), (5, 8), (1, 1), (1, 3)], ids=str)
def test_shuffled_batches_of_any_size_pass(n, size):
    for seed in range(30):
        assert outcome_of(shuffled, num_examples=n, batch_size=size, seed=seed).passed


def test_order_within_a_batch_does_not_matter():
    def ascending(n, size, rng):
        return [np.sort(rows) for rows in shuffled(n, size, rng)]

    assert outcome_of(ascending).passed
    assert outcome_of(ascending, batch_size=N).passed


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
    ids=["None", "real numbers", "matrix", "one too few", "negative", "extra output"],
)
def test_malformed_outputs_are_reported_as_a_problem(changed, kind):
    returned = drivers.minibatch_epochs(shuffled, **INPUTS) | changed
    assert properties.visits_every_example_once(SimpleNamespace(inputs=INPUTS), returned).problem.kind == kind
