"""Gradient checks of a few entries: whether they are sampled well, and whether the reported numbers are right."""

import math

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Floats, Integers, Params
from ._chance import is_plausible
from ._returned import REAL, WHOLE, Case, Returned, first, verdict, wrong_array, wrong_names

UNLIKELY = 1e-9
CLOSE = 1e-6  # the largest error that passes, relative to the number or to the largest entry of its array

ROUGHLY = 1e-3  # the same limit, for numbers that are only roughly right


def checks_sampled_entries(case: Case, returned: Returned) -> Outcome:
    """Check for distinct entries of a gradient, sampled with the given generators, and for the right numbers.

    Parameters
    ----------
    case : Case
        Its ``inputs["seeds"]`` is an ndarray (T,) of int, whose first few entries are equal. Its ``truth`` has
        ``numeric`` and ``analytic``, each an ndarray (D,), the right numbers for each entry, and ``count``: int, the
        number of entries to check.
    returned : dict
        index, numeric, analytic, and error, each an ndarray (T, K), and ``calls["f"]``, the number of calls to f.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    truth, seeds = case.truth, case.inputs["seeds"]
    dtypes = {"index": WHOLE, "numeric": REAL, "analytic": REAL, "error": REAL}
    problem = wrong_names(returned, (*dtypes, "calls"), ", ".join(dtypes))
    if not problem and (finding := _form_fault(returned)):
        return verdict(finding)
    for name, dtype in dtypes.items():
        shape = (len(seeds), truth["count"])
        problem = problem or wrong_array(name, returned[name], shape, dtype, each="from every call")
    if problem:
        return problem
    index, numeric, analytic, error = (returned[name] for name in dtypes)
    finding = _index_fault(index, len(truth["numeric"])) or _numbers_fault(index, numeric, analytic, error, truth)
    if not finding and truth["count"] < len(truth["numeric"]):
        finding = _randomness_fault(index, seeds, len(truth["numeric"]))
    if not finding and returned["calls"]["f"] > len(seeds) * (2 * truth["count"] + 1):
        finding = "more than two evaluations of `f` per entry"
    return verdict(finding)


def covers_parameters(case: Case, returned: Returned) -> Outcome:
    """Check for distinct entries of every parameter, sampled uniformly with the given generators.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``params``: dict of ndarray, and ``seeds``: ndarray (T,) of int, whose first few entries
        are equal; a negative seed means that no generator is passed. Its ``truth["count"]`` is an int, the number of
        entries per parameter.
    returned : dict
        For each parameter, an ndarray (T, K) of indices into its flattened entries.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    params: Params = case.inputs["params"]
    seeds, count = case.inputs["seeds"], case.truth["count"]
    problem = wrong_names(returned, params, f"indices for each of {', '.join(sorted(params))}")
    if problem:
        return problem
    findings = []
    for name, value in params.items():
        index, wanted = returned[name], min(count, value.size)
        problem = wrong_array(name, index, (len(seeds), None), WHOLE, each="from every call")
        if problem:
            return problem
        if index.shape[1] != wanted:
            few = "fewer" if index.shape[1] < wanted else "more"
            return verdict(f"{few} entries of a parameter are sampled than asked for")
        fault = _index_fault(index, value.size)
        if not fault and wanted < value.size:
            fault = _randomness_fault(index, seeds, value.size)
        findings.append(fault)
    return verdict(first(findings))


def _index_fault(index: Integers, size: int) -> str:
    if index.size and (index.min() < 0 or index.max() >= size):
        return "an index is out of range: there is no such entry"
    if (np.diff(np.sort(index)) == 0).any():
        return "an entry is sampled twice"
    return ""


def _form_fault(returned: Returned) -> str:
    """Describe an index or an error with the wrong number of values per entry."""
    if not all(isinstance(returned[name], np.ndarray) for name in ("index", "error")):
        return ""
    if returned["index"].ndim == 3:
        return "`index` holds several numbers for each entry"
    single = returned["index"].ndim == 2 and returned["error"].ndim == 1
    return "`error` is a single number, not one for each entry" if single else ""


def _numbers_fault(index: Integers, numeric: Floats, analytic: Floats, error: Floats, truth: dict[str, Floats]) -> str:
    """Describe what is wrong with the numbers reported for the entries at `index`."""
    if _differ(analytic, truth["analytic"][index], truth["analytic"]):
        return "the analytic gradient is wrong for its entry"
    right = truth["numeric"][index]
    if _differ(numeric, right, truth["numeric"]):
        known = {
            "the numerical gradient is twice as large as it should be": 2 * right,
            "the numerical gradient has the wrong sign": -right,
        }
        matches = (finding for finding, value in known.items() if not _differ(numeric, value, truth["numeric"]))
        roughly = not _differ(numeric, right, truth["numeric"], ROUGHLY)
        almost = "the numerical gradient is only roughly right"
        return next(matches, almost if roughly else "the numerical gradient is wrong for its entry")
    distance, total = np.abs(numeric - analytic), np.abs(numeric) + np.abs(analytic)
    # If two numbers differ by little more than rounding error, their relative error is mostly rounding noise.
    wrong = np.abs(error - distance / np.maximum(1e-8, total)) > 1e-6 + CLOSE * np.abs(error)
    if not wrong.any():
        return ""
    larger = np.maximum(np.abs(numeric), np.abs(analytic))
    known = {
        "the error is absolute, not relative to the sum of the two numbers": distance,
        "the error is relative to one of the two numbers, not to their sum": (
            distance / np.maximum(1e-8, np.abs(analytic))
        ),
        "the error is relative to the larger of the two numbers, not to their sum": (
            distance / np.maximum(1e-8, larger)
        ),
        "the error is relative to the mean of the two numbers, not to their sum": (
            distance / np.maximum(1e-8, total / 2)
        ),
    }
    matches = (finding for finding, value in known.items() if np.allclose(error, value, rtol=1e-6, atol=1e-6))
    return next(matches, "the error is not relative to the sum of the two numbers")


def _differ(values: Floats, right: Floats, all_right: Floats, allowed: float = CLOSE) -> bool:
    return bool((np.abs(values - right) > allowed * np.abs(all_right).max()).any())


def _randomness_fault(index: Integers, seeds: Integers, size: int) -> str:
    """Describe what is wrong with samples (T, K) of K out of `size` entries, drawn with these seeds."""
    rows = np.sort(index)
    if (rows == np.arange(index.shape[1])).all():
        return "only the first entries are sampled"
    if (rows == rows[0]).all():
        return "the same entries are sampled whatever `rng` is"
    if seeds[0] >= 0 and (index[seeds == seeds[0]] != index[0]).any():
        return "`rng` in the same state samples different entries"
    # All calls without a generator are independent. With seeds, only the first call with each seed is independent.
    independent = rows if seeds[0] < 0 else rows[np.unique(seeds, return_index=True)[1]]
    return _uniformity_fault(independent, size)


def _uniformity_fault(rows: Integers, size: int) -> str:
    """Describe what is wrong with independent samples (T, K), each row in ascending order."""
    samples, count = rows.shape
    # Arrange the entries in a ring, in which the first entry follows the last one. K neighbors then leave a single gap.
    # A single gap is common by chance only if K is 1 or one less than the number of entries.
    gaps = (np.diff(rows, axis=1, append=rows[:, :1] + size) != 1).sum(axis=1)
    if (size / math.comb(size, count)) ** samples < UNLIKELY and (gaps == 1).all():
        return "the sampled entries are always neighbors"
    found = np.bincount(rows.ravel(), minlength=size)
    if size * (1 - count / size) ** samples < UNLIKELY and not found.all():
        return "some entries are never sampled"
    return "" if is_plausible(found, samples, count / size) else "some entries are sampled more often than others"
