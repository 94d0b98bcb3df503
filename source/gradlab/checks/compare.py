"""Is this output the expected one? Names, shapes, kinds of number, finiteness, then the relative error.

The same comparison runs in a student's notebook, on the public cases, and at the judge, on the hidden ones.
"""

import numpy as np

from .outcome import Outcome

# Entries smaller than a hundredth of the largest are measured against that hundredth: rounding leaves an
# error of a fixed absolute size in all of them, and one that happens to pass near zero must not fail for it.
FLOOR = 1e-2
TINY = 1e-8

SINGLE = "computed in float32, where float64 is expected"

KINDS = {"f": "real numbers", "i": "whole numbers", "u": "whole numbers", "b": "true or false", "U": "text"}


class Foreign:
    """Stands for a returned value that is not a number, an array of them, text or None."""

    def __init__(self, description):
        self.description = str(description)  # which a student may have made, of anything


def relative_error(x, y):
    """max |x - y| / max(|x| + |y|, FLOOR * max |y|, TINY), over all entries; 0 for empty arrays.

    Parameters
    ----------
    x, y : array_like, same shape
        What was returned and what was expected.

    Returns
    -------
    float
        Between 0 (equal) and about 1 (unrelated).
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if y.size == 0:
        return 0.0
    # Halved first, so that numbers near the largest double do not overflow in the sum.
    x, y = x / 2, y / 2
    scale = np.maximum(np.abs(x) + np.abs(y), max(FLOOR * np.abs(y).max(), TINY / 2))
    return float((np.abs(x - y) / scale).max())


def compare(expected, returned, tolerance):
    """Compare named outputs with the expected ones.

    Parameters
    ----------
    expected : dict of str to array, scalar, str or None
        The reference's outputs.
    returned : dict of str to anything
        The student's; no value is trusted to be an array.
    tolerance : float
        The largest relative error that passes.

    Returns
    -------
    Outcome
        With the largest relative error over all outputs, or the first problem found.
    """
    if set(returned) != set(expected):
        want, got = ", ".join(sorted(expected)), ", ".join(sorted(map(str, returned)))[:200]
        return Outcome.failed("wrong_names", f"expected {want}; got {got or 'nothing'}", tolerance=tolerance)
    outcomes = []
    for name, value in expected.items():
        outcome = _compare_one(name, value, returned[name], tolerance)
        if outcome.problem is not None:
            return outcome
        if outcome.error is not None:
            outcomes.append(outcome)
    if not outcomes:
        return Outcome(passed=True)
    # Unlike Python's max, NumPy's argmax finds NaN (which a reference gives by mistake), and NaN passes nothing.
    return outcomes[int(np.argmax([outcome.error for outcome in outcomes]))]


def by_property(judge, case, ran):
    """Ask a property for the verdict on outputs that can be measured: finite numbers, text, None.

    NaN says no to every comparison, so a property that looks for what is forbidden would let it pass.

    Parameters
    ----------
    judge : callable
        ``judge(case, returned) -> Outcome``. Where the case holds functions, ``returned["calls"]`` counts their
        calls by name.
    case : Case or PublicCase
    ran : CaseResult
        Without a problem.

    Returns
    -------
    Outcome
    """
    if "calls" in ran.outputs:
        return Outcome.failed("wrong_names")
    for name, value in ran.outputs.items():
        if isinstance(value, Foreign):
            return Outcome.failed("wrong_type", f"{name}: expected numbers, text or None, got {describe(value)}")
        if np.asarray(value).dtype.kind == "f" and not np.isfinite(value).all():
            return Outcome.failed("not_finite", f"{name}: expected finite numbers")
    return judge(case, ran.outputs | ({"calls": ran.calls} if ran.calls else {}))


def _compare_one(name, expected, returned, tolerance):
    def fail(kind, detail):
        return Outcome.failed(kind, f"{name}: {detail}", tolerance=tolerance)

    if expected is None or isinstance(expected, str):
        if type(returned) is type(expected) and returned == expected:
            return Outcome(True)
        if isinstance(returned, str) and expected is not None:
            return fail("wrong_word", f"expected {expected!r}, got {returned[:50]!r}")
        printed = ": is it printed instead of returned?" if returned is None else ""
        return fail("wrong_type", f"expected {describe(expected)}, got {describe(returned)}{printed}")

    if not isinstance(returned, (np.ndarray, np.generic, int, float)):
        return fail("wrong_type", f"expected {describe(expected)}, got {describe(returned)}")
    want, got = np.asarray(expected), np.asarray(returned)
    if got.shape != want.shape:
        return fail("wrong_shape", f"expected shape {want.shape}, got shape {got.shape}")
    if not _fits(want, got):
        return fail("wrong_kind", f"expected {KINDS[want.dtype.kind]} ({want.dtype}), got {got.dtype}")
    if want.dtype.kind == "U":
        return Outcome(bool((want == got).all()), float((want != got).any()), tolerance)
    if not np.isfinite(got).all():
        bad = "NaN" if np.isnan(got).any() else "infinity"
        return fail(
            "not_finite",
            f"expected finite numbers, got {bad} in {int((~np.isfinite(got)).sum())} of {got.size}",
        )
    error = relative_error(got, want)
    passed = error <= tolerance
    return Outcome(passed, error, tolerance, finding="" if passed else _found(want, got))


def _found(want, got):
    """What a wrong number tells beside its error; not which it was, as that would answer a hidden case."""
    if got.dtype == np.float32 and want.dtype == np.float64:
        return SINGLE
    return f"{bool(got)} where {bool(want)} is right" if want.dtype.kind == "b" and want.ndim == 0 else ""


def _fits(want, got):
    """Whether the kind of number will do: a single 0 is as good as 0.0, an array of it is not unless it is empty."""
    asked, came = want.dtype.kind, got.dtype.kind
    if asked == came or (want.size == 0 and asked in "iuf" and came in "iuf"):
        return True
    return came in "iu" and (asked in "iu" or (asked == "f" and want.ndim == 0))


def describe(value):
    """A value's type, shape and dtype in words, never its contents."""
    if value is None:
        return "None"
    if isinstance(value, Foreign):
        return value.description
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}, {value.dtype}"
    if isinstance(value, str):
        return "text"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"
