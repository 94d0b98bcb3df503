"""The verdict on one case, decided the same way in a student's notebook and at the judge."""

from collections.abc import Callable
from typing import Any

from .compare import by_property, compare
from .outcome import CaseResult, Outcome, Problem


def decide_case(
    case: Any,
    result: CaseResult,
    *,
    expected: dict[str, Any] | None,
    tolerance: float,
    judge: Callable[..., Outcome] | None,
    on_error: Callable[[Exception], object] | None = None,
) -> Outcome:
    """Decide whether one case passes.

    Parameters
    ----------
    case : Case or PublicCase
        Passed on to the property.
    result : CaseResult
        What running the case gave.
    expected : dict or None
        The reference's outputs by name. A property needs only the names, and None skips even that check.
    tolerance : float
        The largest relative error that passes, where outputs are compared.
    judge : callable or None
        The property that decides, ``judge(case, outputs) -> Outcome``; None compares the outputs with `expected`.
    on_error : callable, optional
        Called with the exception if the property raises one. The case then fails with "wrong_return".

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If there is neither a property nor an expected output.
    """
    if result.problem is not None or result.outputs is None:
        return Outcome(False, tolerance=tolerance, problem=result.problem or Problem("no_answer"))
    if judge is None:
        if expected is None:
            raise ValueError("either expected or judge must be given. Got None for both.")
        return compare(expected, result.outputs, tolerance)
    if expected is not None and set(result.outputs) != set(expected):
        return Outcome.failed("wrong_names")
    try:
        return by_property(judge, case, result)
    except Exception as error:
        if on_error is not None:
            on_error(error)
        return Outcome.failed("wrong_return")
