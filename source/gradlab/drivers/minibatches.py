"""Minibatches, epoch after epoch, from one generator of random numbers."""

from itertools import islice

import numpy as np

from ..checks.run import Unexpected, plain


def minibatch_epochs(function, num_examples, batch_size, count, seed):
    """Ask for the minibatches of several epochs, all with one generator; then once more, with a new one like it.

    Parameters
    ----------
    function : callable
        ``function(num_examples, batch_size, rng)`` gives arrays of indices, those of one epoch.
    num_examples, batch_size : int
    count : int
        How many epochs.
    seed : int
        Of both generators, ``numpy.random.default_rng(seed)``.

    Returns
    -------
    dict
        ``"epoch 1"``: ndarray (K,) of int, the indices of the first epoch's batches, one after the other;
        ``"sizes 1"``: ndarray (B,) of int, how many are in each batch; and so on. ``"epoch 1 again"`` and so on: the
        indices from the second generator. Of batches without end, one more is taken than there are examples.
    """
    outputs = {}
    for again in ("", " again"):
        rng = np.random.default_rng(seed)
        for epoch in range(1, count + 1):
            batches = _batches(function(num_examples, batch_size, rng), limit=num_examples + 1)
            outputs[f"epoch {epoch}{again}"] = np.concatenate([np.zeros(0, dtype=np.int64), *batches])
            if not again:
                outputs[f"sizes {epoch}"] = np.array([len(batch) for batch in batches], dtype=np.int64)
    return outputs


def _batches(returned, limit):
    try:
        batches = iter(returned)
    except TypeError:
        raise Unexpected("arrays of indices, in a list or one by one with yield", returned) from None
    return [_indices(batch) for batch in islice(batches, limit)]


def _indices(batch):
    """A copy of the indices, as the array may be shuffled again for the next epoch."""
    rows = plain(np.array(batch)) if _is_list_of_numbers(batch) else plain(batch)
    if not isinstance(rows, np.ndarray) or rows.ndim != 1 or rows.dtype.kind not in "iu":
        raise Unexpected("an array (B,) of whole numbers for every batch", batch)
    return rows.astype(np.int64)


def _is_list_of_numbers(batch):
    return isinstance(batch, (list, range)) and all(isinstance(item, (int, np.integer)) for item in batch)
