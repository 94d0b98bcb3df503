"""Minibatches: every example occurs once per epoch, and the batches differ from epoch to epoch."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Integers
from ._chance import are_correlated
from ._returned import Case, Returned, first, verdict, wrong_names

Batch = tuple[int, ...]

# In random batches of size B, only a fraction of about B / N of the examples share a batch with the next example.
NEIGHBORS = 0.5


def visits_every_example_once(case: Case, returned: Returned) -> Outcome:
    """Check that batches hold every example once per epoch, are full except for the last one, and change every epoch.

    The order of examples within a batch does not matter. If the batch size is at most a fifth of the
    number of examples, the property also checks that examples do not stay with their neighbors, near their stored
    places, or together from epoch to epoch.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are the inputs of the driver `gradlab.drivers.minibatch_epochs`.
    returned : dict
        The outputs of that driver.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    count, n, size = (case.inputs[name] for name in ("count", "num_examples", "batch_size"))
    numbers = range(1, count + 1)
    names = [f"{what}{i}{end}" for i in numbers for what, end in (("epoch ", ""), ("epoch ", " again"), ("sizes ", ""))]
    problem = wrong_names(returned, names, f"the batches of {count} epochs, twice")
    if problem:
        return problem
    if not all(isinstance(a, np.ndarray) and a.ndim == 1 and a.dtype.kind in "iu" for a in returned.values()):
        return Outcome.failed("wrong_type", "expected arrays of whole numbers")
    orders = [returned[f"epoch {i}"] for i in numbers]
    sizes = [returned[f"sizes {i}"] for i in numbers]
    if any(each.min(initial=0) < 0 or each.sum() != len(order) for order, each in zip(orders, sizes, strict=True)):
        return Outcome.failed("wrong_shape", "expected the batch sizes to add up to the number of indices")
    if not all(map(len, sizes)):
        return verdict("an epoch has no batches at all")
    finding = first(_visits_fault(order, n) for order in orders)
    if not finding:
        cut = [_cut(order, np.cumsum(each)[:-1]) for order, each in zip(orders, sizes, strict=True)]
        finding = _same_batches_fault(cut)
    finding = finding or first(_sizes_fault(each, size) for each in sizes)
    if not finding and size < n:
        finding = _shuffling_fault([_cut(order, np.arange(size, n, size)) for order in orders], n, size)
    if not finding and not all(np.array_equal(returned[f"epoch {i}"], returned[f"epoch {i} again"]) for i in numbers):
        finding = "the same seed gives a different order: some of the randomness does not come from `rng`"
    return verdict(finding)


def _visits_fault(order: Integers, n: int) -> str:
    """Describe what is wrong with the number of times an epoch visits each example."""
    if order.size and (order.min() < 0 or order.max() >= n):
        return "an index is out of range: there is no such example"
    visits = np.bincount(order, minlength=n)
    twice, never = (visits > 1).any(), np.count_nonzero(visits == 0)
    if twice and never:
        return "some examples come up twice in an epoch, others not at all"
    if twice:
        return "some examples come up twice in an epoch"
    if never == 1:
        return "one example is left out of an epoch"
    return "some examples are left out of an epoch" if never else ""


def _sizes_fault(sizes: Integers, size: int) -> str:
    """Describe what is wrong with the sizes of an epoch's batches."""
    if (sizes == 0).any():
        return "a batch is empty"
    if (sizes > size).any():
        return "a batch is larger than `batch_size`"
    return "a batch other than the last is smaller than `batch_size`" if (sizes[:-1] < size).any() else ""


def _cut(order: Integers, starts: Integers) -> list[Batch]:
    """Return the batches of an epoch, cut at these places, each with its indices in ascending order."""
    return [tuple(np.sort(batch).tolist()) for batch in np.split(order, starts)]


def _same_batches_fault(epochs: list[list[Batch]]) -> str:
    """Describe batches of any size that are the same in two epochs in a row, except for their order."""
    again = any(one != other and set(one) == set(other) for one, other in pairwise(epochs))
    return "the batches never change, only their order does" if again and max(map(len, epochs[0])) > 1 else ""


def _shuffling_fault(epochs: list[list[Batch]], n: int, size: int) -> str:
    """Describe what is wrong with how the examples are shuffled. There must be more than one batch."""
    if [i for batch in epochs[0] for i in batch] == list(range(n)):
        return "the examples come in the order they are stored in"
    if any(one == other for one, other in pairwise(epochs)):
        return "two epochs in a row have the same batches in the same order"
    if 5 * size <= n:
        if max(map(_neighbors, epochs)) > NEIGHBORS * n:
            return "most examples stay in a batch with their neighbors"
        if any(map(_stay_in_place, epochs)):
            return "most examples stay close to where they are stored"
        if size > 1 and any(_stay_together(*pair, n) for pair in combinations(epochs, 2)):
            return "far too many examples share a batch with the same examples in two epochs"
    return ""


def _stay_in_place(batches: Sequence[Batch]) -> bool:
    """Return whether the examples' batch numbers are correlated with their indices in the dataset."""
    numbers = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    return are_correlated(numbers, np.concatenate(batches))


def _stay_together(one: Sequence[Batch], other: Sequence[Batch], n: int) -> bool:
    """Return whether far more pairs of examples share a batch in both epochs than would by chance."""
    rows = np.zeros((2, n), dtype=np.int64)
    for row, batches in zip(rows, (one, other), strict=True):
        for number, batch in enumerate(batches):
            row[list(batch)] = number
    together = [row[:, None] == row for row in rows]
    pairs = [(matrix.sum() - n) / 2 for matrix in together]
    again, by_chance = ((together[0] & together[1]).sum() - n) / 2, pairs[0] * pairs[1] / (n * (n - 1) / 2)
    # The count is nearly Poisson distributed: its standard deviation is the square root of its mean.
    return bool(again > by_chance + 10 * np.sqrt(by_chance))


def _neighbors(batches: Sequence[Batch]) -> int:
    """Count the examples i that are in the same batch as example i + 1."""
    return sum(b - a == 1 for batch in batches for a, b in pairwise(batch))
