"""What came back, as plain arrays."""

import numpy as np

from ..checks.run import Unexpected, plain


def as_it_stands(value):
    """A copy of an array: a rule that works in place must not rewrite what came before."""
    return value.copy() if isinstance(value, np.ndarray) else value


def stacked(results, expected):
    """The results of several calls as one array, or `Unexpected` where one of them does not fit."""
    results = [plain(result) for result in results]
    for result in results:
        if not isinstance(result, (np.ndarray, int, float)) or np.shape(result) != np.shape(results[0]):
            raise Unexpected(expected, result)
    return np.stack([np.asarray(result) for result in results])


def out_and_cache(returned):
    """The two things that a forward pass returns, or `Unexpected`."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise Unexpected("two things, (out, cache)", returned)
    return returned
