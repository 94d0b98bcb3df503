"""Gradient checks of a few entries: which were drawn, and whether what is told of each is true."""

import math

import numpy as np

from ..checks.outcome import Outcome
from ._chance import agrees

UNLIKELY = 1e-9
CLOSE = 1e-6  # an error of each number, relative to it or to the largest of its kind


def checks_sampled_entries(case, returned):
    """Distinct entries of a gradient, drawn from the given generators, with true numbers beside each.

    Parameters
    ----------
    case : has ``inputs`` and ``truth``
        ``inputs["seeds"]``: ndarray (T,) of int, the first several of which are equal. ``truth``: ``numeric`` and
        ``analytic``, ndarray (D,), what each entry's numbers are; ``count``: int, how many are to be checked.
    returned : dict
        index, numeric, analytic and error, an ndarray (T, K) each; and how often f was called.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    truth, seeds = case.truth, case.inputs["seeds"]
    columns = ("index", "numeric", "analytic", "error")
    if set(returned) != {*columns, "calls"}:
        return Outcome.failed("wrong_names", f"expected {', '.join(columns)}")
    shape = (len(seeds), truth["count"])
    problem = next((p for p in (_numbers(name, returned[name], shape) for name in columns) if p), None)
    if problem:
        return problem
    index, numeric, analytic, error = (returned[name] for name in columns)
    found = _drawn_wrong(index, len(truth["numeric"])) or _told_wrong(index, numeric, analytic, error, truth)
    if not found and truth["count"] < len(truth["numeric"]):
        found = _not_random(index, seeds, len(truth["numeric"]))
    if not found and returned["calls"]["f"] > len(seeds) * (2 * truth["count"] + 1):
        found = "f is evaluated more than twice for each entry"
    return Outcome(not found, finding=found)


def covers_parameters(case, returned):
    """Distinct entries of every parameter, drawn from the given generators so that each has its chance.

    Parameters
    ----------
    case : has ``inputs`` and ``truth``
        ``inputs["params"]``: dict of ndarray; ``inputs["seeds"]``: ndarray (T,) of int, the first several of which are
        equal; below zero no generator is given. ``truth["count"]``: int, how many of each.
    returned : dict
        For each parameter an ndarray (T, K) of indices into its entries in one row.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    params, seeds, count = case.inputs["params"], case.inputs["seeds"], case.truth["count"]
    if set(returned) != set(params):
        return Outcome.failed("wrong_names", f"expected indices for each of {', '.join(sorted(params))}")
    found = ""
    for name, value in params.items():
        index, wanted = returned[name], min(count, value.size)
        if not isinstance(index, np.ndarray) or index.dtype.kind not in "iu":
            return Outcome.failed("wrong_type", f"{name}: expected an array of whole numbers")
        if index.ndim != 2 or len(index) != len(seeds):
            return Outcome.failed("wrong_shape", f"{name}: expected one row of indices from every call")
        if index.shape[1] != wanted:
            few = "fewer" if index.shape[1] < wanted else "more"
            return Outcome(False, finding=f"{few} entries of a parameter are drawn than asked")
        found = found or _drawn_wrong(index, value.size)
        if not found and wanted < value.size:
            found = _not_random(index, seeds, value.size)
    return Outcome(not found, finding=found)


def _numbers(name, value, shape):
    kinds, wanted = ("iu", "whole numbers") if name == "index" else ("f", "real numbers")
    if not isinstance(value, np.ndarray) or value.dtype.kind not in kinds:
        return Outcome.failed("wrong_type", f"{name}: expected an array of {wanted}")
    if value.shape != shape:
        return Outcome.failed("wrong_shape", f"{name}: expected shape {shape[1:]} from every call")
    return None


def _drawn_wrong(index, size):
    if index.size and (index.min() < 0 or index.max() >= size):
        return "an index is not that of an entry"
    if (np.diff(np.sort(index)) == 0).any():
        return "an entry is drawn twice"
    return ""


def _told_wrong(index, numeric, analytic, error, truth):
    if _apart(analytic, truth["analytic"][index], truth["analytic"]):
        return "the analytic number is not that of its entry"
    if _apart(numeric, truth["numeric"][index], truth["numeric"]):
        return "the numerical gradient is not that of its entry"
    distance, total = np.abs(numeric - analytic), np.abs(numeric) + np.abs(analytic)
    # Of two numbers that agree nearly to rounding, the error is rounding.
    wrong = np.abs(error - distance / np.maximum(1e-8, total)) > 1e-6 + CLOSE * np.abs(error)
    if not wrong.any():
        return ""
    others = {
        "absolute": distance,
        "relative to one of the two numbers": distance / np.maximum(1e-8, np.abs(analytic)),
        "relative to the larger of the two numbers": (
            distance / np.maximum(1e-8, np.maximum(np.abs(numeric), np.abs(analytic)))
        ),
    }
    other = next((name for name, value in others.items() if np.allclose(error, value, rtol=1e-6, atol=1e-6)), "")
    return f"the error is {other or 'another'}, not relative to the sum of the two"


def _apart(value, right, all_right):
    return bool((np.abs(value - right) > CLOSE * np.abs(all_right).max()).any())


def _not_random(index, seeds, size):
    """What is wrong with draws, (T, K), of K out of `size` entries from generators with these seeds."""
    rows = np.sort(index)
    if (rows == np.arange(index.shape[1])).all():
        return "it is always the first entries that are drawn"
    if (rows == rows[0]).all():
        return "the same entries are drawn whatever the generator"
    if seeds[0] >= 0 and (index[seeds == seeds[0]] != index[0]).any():
        return "equal generators draw different entries"
    # Where no generator is given every call draws anew; else the first of each seed does.
    fresh = rows if seeds[0] < 0 else rows[np.unique(seeds, return_index=True)[1]]
    return _not_fair(fresh, size)


def _not_fair(rows, size):
    """What is wrong with independent draws, (T, K) in ascending order."""
    draws, count = rows.shape
    # Put in a ring, so that the first follows the last, K neighbors leave one gap; that is so by chance where
    # K is 1, or all but one.
    gaps = (np.diff(rows, axis=1, append=rows[:, :1] + size) != 1).sum(axis=1)
    if (size / math.comb(size, count)) ** draws < UNLIKELY and (gaps == 1).all():
        return "it is always neighboring entries that are drawn"
    found = np.bincount(rows.ravel(), minlength=size)
    if size * (1 - count / size) ** draws < UNLIKELY and not found.all():
        return "some entries are never drawn"
    return "" if agrees(found, draws, count / size) else "some entries are drawn more often than others"
