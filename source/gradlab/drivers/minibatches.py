"""A driver for the minibatches of several epochs, all from one random generator."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from ..checks.run import Unexpected, plain
from ..typing import Integers
from ._outputs import Function, Outputs


def minibatch_epochs(function: Function, num_examples: int, batch_size: int, count: int, seed: int) -> Outputs:
    """Ask for the minibatches of several epochs with one generator, then again with a new one that has the same seed.

    Parameters
    ----------
    function : callable
        ``function(num_examples, batch_size, rng)`` returns or yields arrays of indices, the batches of one epoch.
    num_examples, batch_size : int
    count : int
        The number of epochs.
    seed : int
        The seed of both generators, ``numpy.random.default_rng(seed)``.

    Returns
    -------
    dict
        ``"epoch 1"``: ndarray (K,) of int, the indices in the first epoch's batches, concatenated; ``"sizes 1"``:
        ndarray (B,) of int, the size of each of these batches; ``"epoch 1 again"``: ndarray, the indices in the first
        epoch with the second generator. The keys of the other epochs differ only in the number. An epoch that never
        ends is cut off after ``num_examples + 1`` batches.
    """
    outputs: Outputs = {}
    for again in ("", " again"):
        rng = np.random.default_rng(seed)
        for epoch in range(1, count + 1):
            batches = list(islice(_batches(function(num_examples, batch_size, rng)), num_examples + 1))
            outputs[f"epoch {epoch}{again}"] = np.concatenate([np.zeros(0, dtype=np.int64), *batches])
            if not again:
                outputs[f"sizes {epoch}"] = np.array([len(batch) for batch in batches], dtype=np.int64)
    return outputs


def _batches(returned: Any) -> Iterator[Integers]:
    try:
        batches = iter(returned)
    except TypeError:
        raise Unexpected("arrays of indices, in a list or one by one with yield", returned) from None
    return map(_indices, batches)


def _indices(batch: Any) -> Integers:
    """Return a copy of a batch's indices, because the function may shuffle its array again for the next epoch."""
    rows = plain(np.array(batch)) if _is_list_of_integers(batch) else plain(batch)
    if not isinstance(rows, np.ndarray) or rows.ndim != 1 or rows.dtype.kind not in "iu":
        raise Unexpected("an array (B,) of whole numbers for every batch", batch)
    return rows.astype(np.int64)


def _is_list_of_integers(batch: Any) -> bool:
    return isinstance(batch, (list, range)) and all(isinstance(item, (int, np.integer)) for item in batch)
