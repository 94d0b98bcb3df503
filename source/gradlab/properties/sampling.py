"""Random samples: they are in the right range, uniform on the right scale, and determined by the generator alone.

No sample is expected to have any particular value. The tests on many samples reject a correct answer with
probability below 10⁻⁹. They use Massart's bound, P(√n D > t) ≤ 2 exp(-2t²) for the Kolmogorov-Smirnov distance D, the
Laurent-Massart bound for a sum of k squared standard normals, P(χ² > k + 2√(kt) + 2t) ≤ exp(-t), and a limit of
seven standard deviations for correlations.
"""

from itertools import combinations
from typing import Any

import numpy as np

from .. import drivers
from ..checks.outcome import Outcome
from ..typing import Array, Floats
from ._chance import SIGMAS, are_correlated, autocorrelations, is_too_even, ks_distance
from ._returned import REAL, Case, Returned, first, verdict, wrong_arrays, wrong_names

DISTANCE = 3.7  # √n times the Kolmogorov-Smirnov distance exceeds this with probability at most 3e-12
COUNTS = 24.0  # t in the Laurent-Massart bound, which is then exceeded with probability at most 4e-11
ROUNDING = 1e-6  # the relative error that is allowed for rounding to float32


def samples_uniformly(case: Case, returned: Returned) -> Outcome:
    """Check for independent samples from a range, uniform on a log scale.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``low``, ``high``, ``calls``, and ``size``.
    returned : dict
        The outputs of `gradlab.drivers.repeated_draws`.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    low, high, calls = (case.inputs[name] for name in ("low", "high", "calls"))
    size = case.inputs.get("size")
    shape = () if size is None else tuple(np.atleast_1d(size).tolist())
    again = min(calls, drivers.sampling.AGAIN)
    shapes = {"draws": (calls, *shape), "same seed": (again, *shape), "other seed": (again, *shape)}
    problem = wrong_names(returned, shapes) or wrong_arrays(returned, shapes, REAL, kind="wrong_kind")
    if problem:
        return problem
    samples = returned["draws"]
    return verdict(
        _exponents_fault(samples.ravel(), low, high)
        or _range_fault(samples, low, high)
        or ("" if size is None else _evenness_fault(samples[0].ravel(), low, high))
        or _repeat_fault(samples, one_call=size is not None)
        or _seed_fault(samples[:again], returned["same seed"], returned["other seed"])
        or _scale_fault(samples.ravel(), low, high)
    )


def samples_each_uniformly(case: Case, returned: Returned) -> Outcome:
    """Check that each hyperparameter is uniform over its range on its scale, and independent of the others.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``space``, which maps each hyperparameter to a dict with ``low``, ``high``, and ``scale``
        ("log", "linear", or "whole"), and ``calls``: int, the number of configurations.
    returned : dict
        The outputs of `gradlab.drivers.draw_configurations`.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    space, calls = case.inputs["space"], case.inputs["calls"]
    again = min(calls, drivers.sampling.AGAIN)
    shapes = dict.fromkeys(space, (calls,))
    shapes |= {f"{name}, {seed} seed": (again,) for name in space for seed in ("same", "other")}
    problem = wrong_names(returned, shapes) or wrong_arrays(returned, shapes, "fiu", kind="wrong_kind")
    if problem:
        return problem
    samples = {name: returned[name] for name in space}
    same, other = (np.stack([returned[f"{name}, {seed} seed"] for name in space]) for seed in ("same", "other"))
    start = np.stack([values[:again] for values in samples.values()])
    return verdict(
        first(_entry_fault(samples[name], **space[name]) for name in space)
        or _seed_fault(start, same, other)
        or _dependence_fault(samples, space)
    )


def _range_fault(samples: Array, low: float, high: float) -> str:
    below, above = (samples < low * (1 - ROUNDING)).any(), (samples > high * (1 + ROUNDING)).any()
    if (samples < 0).any() and low >= 0:
        return "some numbers are negative"
    if below and above:
        return "some numbers are below the range and some above it"
    return "some numbers are below the range" if below else "some numbers are above the range" if above else ""


def _exponents_fault(samples: Floats, low: float, high: float) -> str:
    """Describe the fault if the samples are the exponents of the numbers that were asked for."""
    low, high = np.log10([low, high])
    positions = (samples - low) / (high - low)
    inside = ((positions >= -ROUNDING) & (positions <= 1 + ROUNDING)).all()
    uniform = inside and ks_distance(positions) <= DISTANCE
    return "the exponents are returned instead of the numbers" if uniform else ""


def _evenness_fault(samples: Floats, low: float, high: float) -> str:
    even = is_too_even(_positions(samples, low, high, "log"))
    return "the numbers are spaced too evenly to be random" if even else ""


def _repeat_fault(samples: Floats, one_call: bool) -> str:
    """Describe the fault if numbers repeat within a call, or from call to call."""
    numbers = samples[0].ravel() if one_call else samples
    different = len(np.unique(numbers))
    if different == 1:
        return "all numbers from one call are the same" if one_call else "every call gives the same number"
    if different < numbers.size / 2:
        return "there are only a few different numbers"
    if different < 0.95 * numbers.size:
        return "some numbers come up again and again"
    if one_call and np.array_equal(samples[0], samples[1]):
        return "every call gives the same numbers"
    return ""


def _seed_fault(start: Array, same: Array, other: Array) -> str:
    if not np.array_equal(start, same):
        return "the same seed gives different numbers: some of the randomness does not come from rng"
    return "a different seed gives the same numbers: rng is not used" if np.array_equal(start, other) else ""


def _scale_fault(samples: Floats, low: float, high: float) -> str:
    """Describe what is wrong with samples, which should be independent and uniform on a log scale."""
    positions = _positions(samples, low, high, "log")
    if ks_distance(positions) > DISTANCE:
        if ks_distance(_positions(samples, low, high, "linear")) <= DISTANCE:
            return "the numbers are uniform on a linear scale, not on a log scale"
        return f"{'large' if np.median(positions) > 0.5 else 'small'} numbers come up too often"
    dependent = np.abs(autocorrelations(positions)[: len(positions) // 2 + 1]) > SIGMAS
    if dependent[1]:
        return "each number depends on the one before"
    return "some numbers depend on others" if dependent[2:].any() else ""


def _entry_fault(values: Array, low: float, high: float, scale: str) -> str:
    """Describe what is wrong with the samples of one hyperparameter."""
    fault = _range_fault(values, low, high)
    if fault:
        return fault
    if scale == "whole":
        return _counts_fault(values, int(low), int(high))
    if len(np.unique(values)) < len(values) / 2:
        return "there are only a few different numbers"
    if ks_distance(_positions(values, low, high, scale)) <= DISTANCE:
        return ""
    other = {"log": "linear", "linear": "log"}[scale]
    if low > 0 and ks_distance(_positions(values, low, high, other)) <= DISTANCE:
        return f"numbers for a {scale} scale are uniform on a {other} scale instead"
    return f"the numbers are not uniform on a {scale} scale"


def _counts_fault(values: Array, low: int, high: int) -> str:
    """Describe what is wrong with samples, which should be uniform over the integers in low..high."""
    if values.dtype.kind == "f":
        whole = (values == np.rint(values)).all()
        return "a whole number is not returned as an int" if whole else "some numbers that should be whole are not"
    if high > low and len(np.unique(values)) == 1:
        return "the same whole number comes up every time"
    counts = np.bincount((values - low).astype(np.int64), minlength=high - low + 1)
    if counts[-1] == 0 or counts[0] == 0:
        return f"the {'highest' if counts[-1] == 0 else 'lowest'} whole number never comes up"
    expected, freedom = values.size / counts.size, counts.size - 1
    chi_squared = ((counts - expected) ** 2).sum() / expected
    if chi_squared <= freedom + 2 * np.sqrt(freedom * COUNTS) + 2 * COUNTS:
        return ""
    # Five standard deviations are enough here, because this only decides which of two faults to report.
    deviation = np.sqrt((counts.size**2 - 1) / 12 / values.size)
    which = "small" if values.mean() < (low + high) / 2 - 5 * deviation else "some"
    return f"{which} whole numbers come up more often than others"


def _dependence_fault(samples: dict[str, Array], space: dict[str, dict[str, Any]]) -> str:
    positions = [_positions(values.astype(np.float64), **space[name]) for name, values in samples.items()]
    dependent = any(are_correlated(a, b) for a, b in combinations(positions, 2))
    return "one hyperparameter depends on another" if dependent else ""


def _positions(values: Array, low: float, high: float, scale: str) -> Floats:
    """Return the positions of values on a scale that has `low` at 0 and `high` at 1."""
    if scale == "log":
        return np.log(values / low) / np.log(high / low)
    return (values - low) / (high - low)
