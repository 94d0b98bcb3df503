"""Minibatches: every example once an epoch, in batches that are never the same."""

from itertools import combinations, pairwise

import numpy as np

from ..checks.outcome import Outcome

# Of all examples i, a share of about B / N is in one batch with i + 1 by chance.
NEIGHBORS = 0.5
SIGMAS = 7


def visits_every_example_once(case, returned):
    """Batches that hold every example once an epoch, are full but for the last, and are drawn anew each time.

    What is in which batch counts; the order within a batch changes nothing and is not looked at. Whether examples
    keep their neighbors, or their places, is looked at where the batch size is a fifth of the number of examples or
    less.

    Parameters
    ----------
    case : has ``inputs``
        As for the driver `gradlab.drivers.minibatch_epochs`.
    returned : dict
        As that driver gives it.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    count, n, size = (case.inputs[name] for name in ("count", "num_examples", "batch_size"))
    numbers = range(1, count + 1)
    names = [f"{what}{i}{end}" for i in numbers for what, end in (("epoch ", ""), ("epoch ", " again"), ("sizes ", ""))]
    if set(returned) != set(names):
        return Outcome.failed("wrong_names", f"expected the batches of {count} epochs, twice")
    if not all(isinstance(a, np.ndarray) and a.ndim == 1 and a.dtype.kind in "iu" for a in returned.values()):
        return Outcome.failed("wrong_type", "expected arrays of whole numbers")
    orders = [returned[f"epoch {i}"] for i in numbers]
    sizes = [returned[f"sizes {i}"] for i in numbers]
    if any(part.min(initial=0) < 0 or part.sum() != len(rows) for rows, part in zip(orders, sizes, strict=True)):
        return Outcome.failed("wrong_shape", "expected as many indices as the batches hold together")
    found = next(filter(None, (_visits(rows, n) for rows in orders)), "")
    found = found or next(filter(None, (_fill(part, size) for part in sizes)), "")
    if not found and size < n:
        found = _shuffling([_batches(rows, size) for rows in orders], n, size)
    if not found and not all(np.array_equal(returned[f"epoch {i}"], returned[f"epoch {i} again"]) for i in numbers):
        found = "the same generator gives another order: the randomness is not its own"
    return Outcome(not found, finding=found)


def _visits(rows, n):
    """What is wrong with how often an epoch comes to each example."""
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        return "an index is not that of an example"
    visits = np.bincount(rows, minlength=n)
    twice, never = (visits > 1).any(), (visits == 0).any()
    if twice and never:
        return "some examples come twice in an epoch, others not at all"
    if twice:
        return "some examples come twice in an epoch"
    return "some examples are left out of an epoch" if never else ""


def _fill(sizes, size):
    """What is wrong with the sizes of an epoch's batches."""
    if (sizes == 0).any():
        return "a batch is empty"
    if (sizes > size).any():
        return "a batch is larger than batch_size"
    return "a batch before the last is smaller than batch_size" if (sizes[:-1] < size).any() else ""


def _batches(rows, size):
    """The batches of an epoch, each in ascending order."""
    return [tuple(np.sort(rows[i : i + size]).tolist()) for i in range(0, len(rows), size)]


def _shuffling(epochs, n, size):
    """What is wrong with how the examples are shuffled, where there is more than one batch."""
    if [i for batch in epochs[0] for i in batch] == list(range(n)):
        return "the examples come in the order in which they are stored"
    if any(one == other for one, other in pairwise(epochs)):
        return "two epochs in a row have the same batches in the same order"
    if size > 1 and any(set(one) == set(other) for one, other in pairwise(epochs)):
        return "the batches stay the same, and only their order changes"
    if 5 * size <= n:
        if max(map(_neighbors, epochs)) > NEIGHBORS * n:
            return "most examples stay together with their neighbors"
        if any(_near_their_place(batches, n) for batches in epochs):
            return "most examples stay near the place where they are stored"
        if size > 1 and any(_stay_together(*pair, n) for pair in combinations(epochs, 2)):
            return "most examples meet the same ones again in the next epoch"
    return ""


def _near_their_place(batches, n):
    """Whether the number of its batch tells where an example is stored; by chance the correlation is about 1 / √n."""
    number = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    return abs(np.corrcoef(number, np.concatenate(batches))[0, 1]) > SIGMAS / np.sqrt(n)


def _stay_together(one, other, n):
    """Whether two examples that share a batch share one in another epoch, too, far more often than by chance."""
    rows = np.zeros((2, n), dtype=np.int64)
    for row, batches in zip(rows, (one, other), strict=True):
        for number, batch in enumerate(batches):
            row[list(batch)] = number
    together = [row[:, None] == row for row in rows]
    pairs = [(matrix.sum() - n) / 2 for matrix in together]
    again, by_chance = ((together[0] & together[1]).sum() - n) / 2, pairs[0] * pairs[1] / (n * (n - 1) / 2)
    # Nearly a Poisson number: its deviation is the root of its mean.
    return again > by_chance + 10 * np.sqrt(by_chance)


def _neighbors(batches):
    """How many examples i are in one batch with i + 1."""
    return sum(b - a == 1 for batch in batches for a, b in pairwise(batch))
