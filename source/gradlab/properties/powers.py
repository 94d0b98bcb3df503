"""Random powers of ten, such as learning rates: uniform on a log scale, and determined by the generator alone."""

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array, Floats
from ._chance import is_too_even, ks_distance
from ._returned import REAL, Case, Returned, verdict, wrong_arrays, wrong_names
from .dropout_masks import RESULTS
from .sampling import DISTANCE, ROUNDING

ENOUGH = 100  # numbers, to judge how they are distributed
OTHER_BASES = {"e": np.e, "2": 2.0}


def is_sample_of_powers(case: Case, returned: Returned) -> Outcome:
    """Check for independent powers of ten whose exponents are uniform in a range.

    A correct answer fails with probability below 10⁻⁹. With fewer than 100 numbers, their distribution is not checked,
    only that they are in the range and depend on nothing but the generator.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``low`` and ``high``, the range of the exponents, and ``count``, the number of powers.
    returned : dict
        The outputs of `gradlab.drivers.call_with_rngs`, each an ndarray (count,).

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    low, high, count = (case.inputs[name] for name in ("low", "high", "count"))
    problem = wrong_names(returned, RESULTS) or wrong_arrays(returned, dict.fromkeys(RESULTS, (count,)), REAL)
    if problem:
        return problem
    powers, again, other = (returned[name].astype(np.float64) for name in RESULTS)
    return verdict(
        _value_fault(powers, low, high)
        or _rng_fault(powers, again, other)
        or ("" if count < ENOUGH else _exponents_fault(powers, low, high))
    )


def _value_fault(powers: Floats, low: float, high: float) -> str:
    """Describe what is wrong with the numbers, whatever their distribution is."""
    if len(powers) >= ENOUGH and _is_uniform(powers, low, high):
        return "the exponents are returned instead of powers of ten"
    if powers.min() <= 0:
        return "some numbers are not positive"
    exponents = np.log10(powers)
    if (np.abs(exponents - np.rint(exponents)) <= ROUNDING).all():
        return "every exponent is a whole number"
    if len(powers) > 1 and np.ptp(exponents) <= ROUNDING:
        return "all numbers are the same"
    if len(powers) >= ENOUGH:
        for base, value in OTHER_BASES.items():
            if _is_uniform(exponents / np.log10(value), low, high):
                return f"the numbers are powers of {base}"
        if is_too_even((exponents - low) / (high - low)):
            return "the exponents are spaced too evenly to be random"
    below, above = (exponents < low - ROUNDING).any(), (exponents > high + ROUNDING).any()
    if below or above:
        return f"some numbers are {'below' if below else 'above'} the range"
    return ""


def _rng_fault(powers: Floats, again: Floats, other: Floats) -> str:
    if not np.array_equal(powers, again):
        return "`rng` in the same state gives different numbers: some of the randomness does not come from `rng`"
    return "a different `rng` gives the same numbers: `rng` is not used" if np.array_equal(powers, other) else ""


def _exponents_fault(powers: Floats, low: float, high: float) -> str:
    """Describe what is wrong with the distribution of the exponents."""
    if len(np.unique(powers)) < 0.95 * len(powers):
        return "some numbers come up again and again"
    positions = (np.log10(powers) - low) / (high - low)
    if ks_distance(positions) <= DISTANCE:
        return ""
    if _is_uniform(powers, 10**low, 10**high):
        return "the numbers themselves are uniform, not their exponents"
    middle = np.mean((positions > 0.25) & (positions < 0.75))
    if middle > 0.63 and abs(np.median(positions) - 0.5) < 0.05:
        return "exponents in the middle of the range come up too often"
    return f"{'large' if np.median(positions) > 0.5 else 'small'} numbers come up too often"


def _is_uniform(values: Array, low: float, high: float) -> bool:
    """Return whether all values are in low..high and may be independent and uniform there."""
    positions = (values - low) / (high - low)
    inside = ((positions >= -ROUNDING) & (positions <= 1 + ROUNDING)).all()
    return bool(inside and ks_distance(positions) <= DISTANCE)
