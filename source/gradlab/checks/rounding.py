"""Recognize numbers that are right but for a call of `round`."""

import numpy as np

from ..typing import Array

ROUNDED = "is rounded, and all digits count"

# With fewer decimals, an answer need not be rounded: a case's inputs may have one or two decimals, and an answer may
# return them as they are, or with a term missing. Rounding to more than ten decimals hardly ever costs points.
LEAST_DECIMALS, MOST_DECIMALS = 3, 10
# A number with few digits may be close to the expected one by coincidence.
LEAST_DIGITS = 3
# All numbers of a dtype are multiples of its `eps` times their size. Rounding is coarser by at least this factor.
CLEARLY = 100


def rounding(want: Array, got: Array) -> str:
    """Say that `got` is `want`, rounded to some number of decimals, or return "" if it is not.

    Parameters
    ----------
    want, got : ndarray, same shape
        Finite numbers.

    Returns
    -------
    str
        A phrase with a verb. It doesn't say how many decimals there are, because the last ones may be zeros.
    """
    if got.dtype.kind != "f":
        return ""
    largest = np.abs(got).max(initial=0.0)
    for decimals in range(MOST_DECIMALS + 1):
        unit = 10.0**-decimals
        if unit < CLEARLY * np.finfo(got.dtype).eps * largest:
            return ""
        if (np.round(got, decimals) == got).all():
            lost = np.abs(np.asarray(got, np.float64) - want)
            long_enough = np.abs(got) >= unit * 10 ** (LEAST_DIGITS - 1)
            near = (lost <= 0.5001 * unit).all() and (long_enough & (lost > 0)).any()
            return ROUNDED if near and decimals >= LEAST_DECIMALS else ""
    return ""
