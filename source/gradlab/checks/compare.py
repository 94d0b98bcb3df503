"""Compare outputs with the expected outputs: names, shapes, kinds of number, finiteness, then the relative error.

A student's notebook runs this comparison on the public cases, and the judge runs it on the hidden cases.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from ..drivers._rows import RNG_ENDINGS, Rows
from ..typing import Array, Outputs
from .closeness import compare_numbers
from .foreign import describe
from .locate import place_of_error, worst_entry
from .outcome import Outcome, Part, Problem
from .relations import shape_relation
from .words import word_relation

SINGLE = "is computed in float32, where float64 is expected"

KINDS = {"f": "real numbers", "i": "whole numbers", "u": "whole numbers", "b": "true or false", "U": "text"}


def compare(
    expected: Outputs,
    returned: Outputs,
    tolerance: float,
    rows: Rows | None = None,
    starts: Outputs | None = None,
    explain: bool = True,
) -> Outcome:
    """Compare named outputs with the expected outputs.

    Parameters
    ----------
    expected : dict of str to array, scalar, str, or None
        The reference's outputs.
    returned : dict of str to anything
        The student's outputs; any value may be something other than an array.
    tolerance : float
        The largest relative error that passes.
    rows : Rows or None
        The meaning of the first axis of arrays, if it counts steps or calls.
    starts : dict or None
        The values before the first row, keyed by output, for outputs that move from row to row.
    explain : bool
        Whether to look for the place and the kind of an error, which takes longer than everything else.

    Returns
    -------
    Outcome
        The verdicts on all outputs, with the largest relative error and the first problem, if any.
    """
    if set(returned) != set(expected):
        return Outcome.failed("wrong_names", _names(expected, returned), tolerance=tolerance)
    compared = [
        _compare_one(name, value, returned[name], tolerance, rows and rows.of(name), (starts or {}).get(name), explain)
        for name, value in expected.items()
    ]
    parts = tuple(part for part, _ in compared)
    errors = [part.error for part in parts if part.error is not None]
    return Outcome(
        passed=all(part.passed for part in parts),
        error=float(np.max(errors)) if errors else None,  # unlike Python's max, np.max propagates NaN
        tolerance=tolerance if errors else None,
        problem=next((problem for _, problem in compared if problem), None),
        finding=next((part.finding for part in parts if not part.passed), ""),
        parts=parts,
    )


def _names(expected: Outputs, returned: Outputs) -> str:
    """Say which outputs are missing and which should not be there."""
    wanted, got = tuple_length(expected), tuple_length(returned)
    if wanted is not None and got is not None:
        return f"expected {values(wanted)}, got {values(got)}"
    return difference(expected, returned)


def difference(expected: Iterable[str], returned: Iterable[str]) -> str:
    """Say which expected names are missing, and which returned names are not expected."""
    missing = sorted(set(expected) - set(returned))
    extra = sorted(map(str, set(returned) - set(expected)))
    sentences = [f"missing: {', '.join(missing)}"] if missing else []
    sentences += [f"not expected: {', '.join(extra)[:200]}"] if extra else []
    return "; ".join(sentences)


def tuple_length(outputs: dict[str, Any]) -> int | None:
    """Return the number of returned values if the outputs are those of one call, or None for any other outputs."""
    returned = {_without_ending(name) for name in outputs}
    if returned == {"result"}:
        return 1
    names = {f"result {number}" for number in range(1, len(returned) + 1)}
    return len(returned) if returned and returned == names else None


def _without_ending(name: str) -> str:
    """Return an output's name without the ending that a driver adds if it makes several calls with random numbers."""
    return next((name.removesuffix(ending) for ending in RNG_ENDINGS if ending and name.endswith(ending)), name)


def values(count: int) -> str:
    """Say how many values a function returns."""
    return "one value" if count == 1 else f"a tuple of {count} values"


def _compare_one(
    name: str, expected: Any, returned: Any, tolerance: float, rows: Rows | None, start: Any, explain: bool
) -> tuple[Part, Problem | None]:
    def fail(kind: str, detail: str, finding: str = "") -> tuple[Part, Problem]:
        return Part(name, False, finding=finding, detail=detail), Problem(kind, f"{name}: {detail}")

    if expected is None or isinstance(expected, str):
        if type(returned) is type(expected) and returned == expected:
            return Part(name, True), None
        if isinstance(returned, str) and expected is not None:
            detail = f"expected {expected!r}, got {returned[:50]!r}"
            return fail("wrong_word", detail, word_relation(expected, returned))
    numbers = isinstance(returned, (np.ndarray, np.generic, int, float))
    if expected is None or isinstance(expected, str) or not numbers:
        return fail("wrong_type", f"expected {describe(expected)}, got {describe(returned)}", _none(returned))
    want, got = np.asarray(expected), np.asarray(returned)
    if got.shape != want.shape:
        relation = shape_relation(want, got)
        part, problem = fail("wrong_shape", _shapes(want, got, rows), relation)
        return part, replace(problem, detail=f"{problem.detail}. It {relation}.") if relation else problem
    if not _kind_fits(want, got):
        return fail("wrong_kind", f"expected {KINDS[want.dtype.kind]} ({want.dtype}), got {got.dtype}")
    if want.dtype.kind in "f" and not np.isfinite(got).all():
        bad = "NaN" if np.isnan(got).any() else "infinity"
        count = int((~np.isfinite(got)).sum())
        return fail("not_finite", f"expected finite numbers, got {bad} in {count} of {got.size} entries")
    if want.dtype.kind == "f":
        return _compare_real(name, want, got, tolerance, rows, start, explain), None
    return _compare_exactly(name, want, got, rows, explain), None


def _shapes(want: Array, got: Array, rows: Rows | None) -> str:
    """Say which shape was expected and which was returned: for each row, if the driver stacked several calls."""
    if rows and want.ndim and got.ndim and len(want) == len(got):
        wanted = f"shape {want.shape[1:]}" if want.ndim > 1 else "a number"
        returned = f"shape {got.shape[1:]}" if got.ndim > 1 else "a number"
        return f"expected {wanted} for each {rows.word}, got {returned}"
    return f"expected shape {want.shape}, got shape {got.shape}"


def _none(returned: Any) -> str:
    return "is None" if returned is None else ""


def _compare_real(
    name: str, want: Array, got: Array, tolerance: float, rows: Rows | None, start: Any, explain: bool
) -> Part:
    outcome = compare_numbers(got, want, tolerance)
    # If the error is NaN, the reference is wrong, not the answer.
    if outcome.passed or not explain or np.isnan(outcome.error or 0.0):
        return Part(name, outcome.passed, outcome.error)
    finding = SINGLE if got.dtype == np.float32 and want.dtype == np.float64 and _is_rounded(want, got) else ""
    finding = finding or place_of_error(want, got, tolerance, rows, None if start is None else np.asarray(start))
    return Part(name, False, outcome.error, finding, _entry(want, got, worst_entry(want, got, tolerance, rows), rows))


def _compare_exactly(name: str, want: Array, got: Array, rows: Rows | None, explain: bool) -> Part:
    """Compare whole numbers, booleans, or words exactly, without a relative error."""
    wrong = np.asarray(want != got)
    if not explain or not wrong.any():
        return Part(name, not wrong.any())
    if want.dtype.kind == "b" and want.ndim == 0:
        return Part(name, False, finding=f"is {bool(got)} but should be {bool(want)}")
    index = tuple(int(i) for i in np.unravel_index(int(wrong.argmax()), wrong.shape))
    count = f"{int(wrong.sum())} of {wrong.size} entries are wrong: " if wrong.size > 1 else ""
    finding = place_of_error(want, got, 0.0, rows, None) if want.dtype.kind in "iu" else ""
    return Part(name, False, finding=finding, detail=count + _entry(want, got, index, rows))


def _entry(want: Array, got: Array, index: tuple[int, ...], rows: Rows | None) -> str:
    """Describe one wrong entry. A row is named and counted from 1, as in "step 3"; other axes are shown as an index."""
    place = ""
    if index:
        inside = list(index)
        named = f"at {rows.word} {inside.pop(0) + 1}" if rows and len(want) > 1 else ""
        place = " ".join(filter(None, [named, f"at {inside}" if inside else ""])) + ": "
    expected, returned = _shown(want[index], got[index])
    return f"{place}expected {expected}, got {returned}"


def _shown(want: Any, got: Any) -> tuple[str, str]:
    """Format two different values. Numbers get six digits, or more if it takes more to tell them apart."""
    texts = [(_text(want, digits), _text(got, digits)) for digits in (6, 9, 12, 17)]
    return next(((a, b) for a, b in texts if a != b), texts[0])


def _text(value: Any, digits: int) -> str:
    return f"{value:.{digits}g}" if np.asarray(value).dtype.kind == "f" else str(value)


def _is_rounded(want: Array, got: Array) -> bool:
    return compare_numbers(got, want.astype(np.float32), 1e-5).passed


def _kind_fits(want: Array, got: Array) -> bool:
    """Return whether `got` has an acceptable kind of number.

    If real numbers are expected, whole numbers are accepted only as a scalar or as an empty array.
    """
    wanted, given = want.dtype.kind, got.dtype.kind
    if wanted == given or (want.size == 0 and wanted in "iuf" and given in "iuf"):
        return True
    return given in "iu" and (wanted in "iu" or (wanted == "f" and want.ndim == 0))
