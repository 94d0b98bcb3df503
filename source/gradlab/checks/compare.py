"""Compare outputs with the expected ones: names, shapes, kinds of number and finiteness, then the relative error.

A student's notebook runs this comparison on the public cases, and the judge on the hidden ones.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..typing import Array, Outputs
from .outcome import CaseResult, Outcome, Property

# Entries smaller than a hundredth of the largest entry are measured relative to that hundredth. Rounding leaves an
# error of about the same absolute size in every entry, and this error must not make an entry close to zero fail.
FLOOR = 1e-2
TINY = 1e-8

SINGLE = "computed in float32, where float64 is expected"

KINDS = {"f": "real numbers", "i": "whole numbers", "u": "whole numbers", "b": "true or false", "U": "text"}


class Foreign:
    """A returned value that is not a number, an array of numbers, text or None; only its description is kept."""

    def __init__(self, description: object) -> None:
        self.description = str(description)  # student code may have passed an object of any type


def compare_numbers(returned: npt.ArrayLike, expected: npt.ArrayLike, tolerance: float) -> Outcome:
    """Compare two arrays of the same shape by the largest relative error of their entries.

    The relative error of an entry is |x - y| / max(|x| + |y|, FLOOR * max |y|, TINY), where x is the returned entry
    and y the expected one.

    Parameters
    ----------
    returned, expected : array_like, same shape
    tolerance : float
        The largest relative error that passes.

    Returns
    -------
    Outcome
        The verdict, with an error between 0 (equal or empty arrays) and about 1 (unrelated arrays). The function does
        not return the error itself, because one exercise asks students to write a function that does.
    """
    x, y = np.asarray(returned, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    error = 0.0
    if y.size:
        # Halve first, so that the sum of numbers near the largest double does not overflow.
        x, y = x / 2, y / 2
        scale = np.maximum(np.abs(x) + np.abs(y), max(FLOOR * np.abs(y).max(), TINY / 2))
        error = float((np.abs(x - y) / scale).max())
    return Outcome(error <= tolerance, error, tolerance)


def compare(expected: Outputs, returned: Outputs, tolerance: float) -> Outcome:
    """Compare named outputs with the expected ones.

    Parameters
    ----------
    expected : dict of str to array, scalar, str or None
        The reference's outputs.
    returned : dict of str to anything
        The student's outputs, whose values may have any type.
    tolerance : float
        The largest relative error that passes.

    Returns
    -------
    Outcome
        The verdict, with the largest relative error over all outputs, or with the first problem found.
    """
    if set(returned) != set(expected):
        want, got = ", ".join(sorted(expected)), ", ".join(sorted(map(str, returned)))[:200]
        return Outcome.failed("wrong_names", f"expected {want}; got {got or 'nothing'}", tolerance=tolerance)
    outcomes: list[Outcome] = []
    errors: list[float] = []
    for name, value in expected.items():
        outcome = _compare_one(name, value, returned[name], tolerance)
        if outcome.problem is not None:
            return outcome
        if outcome.error is not None:
            outcomes.append(outcome)
            errors.append(outcome.error)
    if not outcomes:
        return Outcome(passed=True)
    # Unlike Python's max, NumPy's argmax finds NaN (from a faulty reference), and an error of NaN never passes.
    return outcomes[int(np.argmax(errors))]


def by_property(judge: Property, case: Any, result: CaseResult) -> Outcome:
    """Let a property decide the verdict, after checking that the outputs are finite numbers, text or None.

    Every comparison with NaN is false, so a property that looks for violations would let NaN pass.

    Parameters
    ----------
    judge : callable
        ``judge(case, outputs) -> Outcome``. If the case has functions among its inputs, ``outputs["calls"]`` holds
        the number of calls to each function, keyed by the name of the input.
    case : Case or PublicCase
    result : CaseResult
        A result without a problem.

    Returns
    -------
    Outcome
    """
    outputs = result.outputs
    if outputs is None:
        raise ValueError("result must have outputs. Got a result with a problem.")
    if "calls" in outputs:
        return Outcome.failed("wrong_names")
    for name, value in outputs.items():
        if isinstance(value, Foreign):
            return Outcome.failed("wrong_type", f"{name}: expected numbers, text or None, got {describe(value)}")
        if np.asarray(value).dtype.kind == "f" and not np.isfinite(value).all():
            return Outcome.failed("not_finite", f"{name}: expected finite numbers")
    return judge(case, outputs | ({"calls": result.calls} if result.calls else {}))


def _compare_one(name: str, expected: Any, returned: Any, tolerance: float) -> Outcome:
    def fail(kind: str, detail: str) -> Outcome:
        return Outcome.failed(kind, f"{name}: {detail}", tolerance=tolerance)

    if expected is None or isinstance(expected, str):
        if type(returned) is type(expected) and returned == expected:
            return Outcome(True)
        if isinstance(returned, str) and expected is not None:
            return fail("wrong_word", f"expected {expected!r}, got {returned[:50]!r}")
        printed = ": did you print it instead of returning it?" if returned is None else ""
        return fail("wrong_type", f"expected {describe(expected)}, got {describe(returned)}{printed}")

    if not isinstance(returned, (np.ndarray, np.generic, int, float)):
        return fail("wrong_type", f"expected {describe(expected)}, got {describe(returned)}")
    want, got = np.asarray(expected), np.asarray(returned)
    if got.shape != want.shape:
        return fail("wrong_shape", f"expected shape {want.shape}, got shape {got.shape}")
    if not _kind_fits(want, got):
        return fail("wrong_kind", f"expected {KINDS[want.dtype.kind]} ({want.dtype}), got {got.dtype}")
    if want.dtype.kind == "U":
        return Outcome(bool((want == got).all()), float((want != got).any()), tolerance)
    if not np.isfinite(got).all():
        bad = "NaN" if np.isnan(got).any() else "infinity"
        return fail(
            "not_finite",
            f"expected finite numbers, got {bad} in {int((~np.isfinite(got)).sum())} of {got.size} entries",
        )
    outcome = compare_numbers(got, want, tolerance)
    return outcome if outcome.passed else replace(outcome, finding=_finding(want, got))


def _finding(want: Array, got: Array) -> str:
    """Describe what is wrong besides the error. Omit the output's name, which would reveal a hidden answer."""
    if got.dtype == np.float32 and want.dtype == np.float64:
        return SINGLE
    return f"{bool(got)} where {bool(want)} is right" if want.dtype.kind == "b" and want.ndim == 0 else ""


def _kind_fits(want: Array, got: Array) -> bool:
    """Return whether `got` has an acceptable kind of number.

    Where real numbers are expected, whole numbers are accepted only as a scalar or as an empty array.
    """
    wanted, given = want.dtype.kind, got.dtype.kind
    if wanted == given or (want.size == 0 and wanted in "iuf" and given in "iuf"):
        return True
    return given in "iu" and (wanted in "iu" or (wanted == "f" and want.ndim == 0))


def describe(value: object) -> str:
    """Describe a value's type, shape and dtype in words, but never its contents."""
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
