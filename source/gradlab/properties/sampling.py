"""Random draws: from the right range, even on the right scale, decided by the generator and by nothing else.

No draw is expected to be any particular one. What is tested on many of them a right answer misses less than once
in 10⁹: by Massart's bound, P(√n D > t) ≤ 2 exp(-2t²) for the distance D of Kolmogorov and Smirnov; by the bound of
Laurent and Massart for a sum of k squared normal numbers, P(χ² > k + 2√(kt) + 2t) ≤ exp(-t); and for correlations
at seven standard deviations.
"""

from itertools import combinations

import numpy as np

from ..checks.compare import describe
from ..checks.outcome import Outcome
from ..drivers.sampling import AGAIN

DISTANCE = 3.7  # of Kolmogorov and Smirnov times √n: 3e-12
TOO_EVEN = 0.2  # and below this, no random numbers: 5e-13
COUNTS = 24.0  # Laurent and Massart's t: 4e-11
SIGMAS = 7.0  # of a correlation: 3e-12
ROUNDING = 1e-6  # as float32 rounds


def samples_uniformly(case, returned):
    """Independent draws from a range, even on a log scale.

    Parameters
    ----------
    case : has ``inputs["low"]``, ``["high"]``, ``["calls"]`` and ``["size"]``
    returned : dict
        As `gradlab.drivers.repeated_draws` names it.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    given = case.inputs
    size = given.get("size")
    shape = () if size is None else tuple(np.atleast_1d(size).tolist())
    again = min(given["calls"], AGAIN)
    shapes = {"draws": (given["calls"], *shape), "same seed": (again, *shape), "other seed": (again, *shape)}
    problem = _ill_formed(returned, shapes, "f")
    if problem:
        return problem
    draws, low, high = returned["draws"], given["low"], given["high"]
    finding = (
        _exponents(draws.ravel(), low, high)
        or _outside(draws, low, high)
        or (size is not None and _too_even(draws[0].ravel(), low, high))
        or _repeated(draws, one_call=size is not None)
        or _fixed_by_seed(draws[:again], returned["same seed"], returned["other seed"])
        or _uneven(draws.ravel(), low, high)
    )
    return Outcome(not finding, finding=finding)


def samples_each_uniformly(case, returned):
    """Configurations whose every entry is drawn evenly from its range and on its scale, independent of the others.

    Parameters
    ----------
    case : has ``inputs["space"]`` and ``["calls"]``
        For each name a dict of ``low``, ``high`` and ``scale``: "log", "linear" or "whole".
    returned : dict
        As `gradlab.drivers.draw_configurations` names it.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    space, calls = case.inputs["space"], case.inputs["calls"]
    again = min(calls, AGAIN)
    shapes = dict.fromkeys(space, (calls,))
    shapes |= {f"{name}, {seed} seed": (again,) for name in space for seed in ("same", "other")}
    problem = _ill_formed(returned, shapes, "fiu")
    if problem:
        return problem
    draws = {name: returned[name] for name in space}
    same, other = (np.stack([returned[f"{name}, {seed} seed"] for name in space]) for seed in ("same", "other"))
    first = np.stack([values[:again] for values in draws.values()])
    findings = [_entry(draws[name], **space[name]) for name in space]
    finding = next(filter(None, findings), "") or _fixed_by_seed(first, same, other) or _tied(draws, space)
    return Outcome(not finding, finding=finding)


def _ill_formed(returned, shapes, kinds):
    if set(returned) != set(shapes):
        return Outcome.failed("wrong_names", f"expected {', '.join(shapes)}")
    for name, shape in shapes.items():
        value = returned[name]
        if not isinstance(value, np.ndarray) or value.dtype.kind not in kinds:
            return Outcome.failed("wrong_kind", f"{name}: expected real numbers, got {describe(value)}")
        if value.shape != shape:
            return Outcome.failed("wrong_shape", f"{name}: expected shape {shape}, got shape {value.shape}")
    return None


def _outside(draws, low, high):
    below, above = (draws < low * (1 - ROUNDING)).any(), (draws > high * (1 + ROUNDING)).any()
    if (draws < 0).any() and low >= 0:
        return "negative numbers are drawn"
    if below and above:
        return "numbers below and above the range are drawn"
    return "numbers below the range are drawn" if below else "numbers above the range are drawn" if above else ""


def _exponents(draws, low, high):
    """Whether these are the exponents of what was asked for; a narrow range may hold its own exponents."""
    low, high = np.log10([low, high])
    shares = (draws - low) / (high - low)
    inside = ((shares >= -ROUNDING) & (shares <= 1 + ROUNDING)).all()
    return "the exponents come instead of the numbers" if inside and _distance(shares) <= DISTANCE else ""


def _too_even(draws, low, high):
    even = _distance(_places(draws, low, high, "log")) < TOO_EVEN
    return "the numbers are spaced too evenly to be random" if even else ""


def _repeated(draws, one_call):
    """Numbers that are the same within a call, or from call to call."""
    first = draws[0].ravel() if one_call else draws
    different = len(np.unique(first))
    if different == 1:
        return "all numbers of one call are the same" if one_call else "every call gives the same number"
    if different < first.size / 2:
        return "only a few different numbers are drawn"
    if different < 0.95 * first.size:
        return "some numbers are drawn again and again"
    if one_call and np.array_equal(draws[0], draws[1]):
        return "every call gives the same numbers"
    return ""


def _fixed_by_seed(first, same, other):
    if not np.array_equal(first, same):
        return "the same seed gives other numbers: something else than rng is drawn from"
    return "another seed gives the same numbers: rng is not drawn from" if np.array_equal(first, other) else ""


def _uneven(draws, low, high):
    places = _places(draws, low, high, "log")
    if _distance(places) > DISTANCE:
        if _distance(_places(draws, low, high, "linear")) <= DISTANCE:
            return "the numbers are even on a linear scale, not on a log scale"
        return f"{'large' if np.median(places) > 0.5 else 'small'} numbers are drawn too often"
    if _correlated(places[:-1], places[1:]):
        return "each number follows from the one before"
    far = any(_correlated(places[:-distance], places[distance:]) for distance in range(2, len(places) // 2 + 1))
    return "some numbers follow from others" if far else ""


def _entry(values, low, high, scale):
    """What is wrong with the draws of one hyperparameter."""
    outside = _outside(values, low, high)
    if outside:
        return outside
    if scale == "whole":
        return _uneven_counts(values, low, high)
    if len(np.unique(values)) < len(values) / 2:
        return "only a few different numbers are drawn"
    if _distance(_places(values, low, high, scale)) <= DISTANCE:
        return ""
    other = {"log": "linear", "linear": "log"}[scale]
    if low > 0 and _distance(_places(values, low, high, other)) <= DISTANCE:
        return f"numbers for a {scale} scale are even on a {other} scale"
    return f"the numbers are not even on a {scale} scale"


def _uneven_counts(values, low, high):
    if values.dtype.kind == "f":
        return "a whole number is not an int" if (values == np.rint(values)).all() else "numbers are not whole"
    counts = np.bincount((values - low).astype(np.int64), minlength=high - low + 1)
    if counts[-1] == 0 or counts[0] == 0:
        return f"the {'highest' if counts[-1] == 0 else 'lowest'} whole number is never drawn"
    expected, freedom = values.size / counts.size, counts.size - 1
    chi_squared = ((counts - expected) ** 2).sum() / expected
    if chi_squared <= freedom + 2 * np.sqrt(freedom * COUNTS) + 2 * COUNTS:
        return ""
    # Only to tell two faults apart: a mean that is too low by five standard deviations.
    deviation = np.sqrt((counts.size**2 - 1) / 12 / values.size)
    which = "small" if values.mean() < (low + high) / 2 - 5 * deviation else "some"
    return f"{which} whole numbers are drawn more often than others"


def _tied(draws, space):
    places = [_places(values.astype(np.float64), **space[name]) for name, values in draws.items()]
    if any(_correlated(a, b) for a, b in combinations(places, 2)):
        return "one hyperparameter follows from another"
    return ""


def _places(values, low, high, scale):
    """Where values lie between `low`, which is 0, and `high`, which is 1."""
    if scale == "log":
        return np.log(values / low) / np.log(high / low)
    return (values - low) / (high - low)


def _distance(places):
    """√n times the largest distance between the share of places below a point and the point."""
    n, places = len(places), np.sort(places)
    steps = np.arange(n + 1) / n
    return np.sqrt(n) * max(np.abs(places - steps[:-1]).max(), np.abs(places - steps[1:]).max())


def _correlated(a, b):
    return abs(np.corrcoef(a, b)[0, 1]) > SIGMAS / np.sqrt(len(a))
