"""Decide the verdict on one case, in the same way in a student's notebook and in the judge."""

from collections.abc import Callable
from typing import Any

from ..typing import Outputs
from .compare import by_property, compare
from .outcome import CaseResult, Outcome, Problem, Property


def decide_case(
    case: Any,
    result: CaseResult,
    *,
    expected: Outputs | None,
    tolerance: float,
    judge: Property | None,
    on_error: Callable[[Exception], object] | None = None,
) -> Outcome:
    """Decide whether one case passes.

    Parameters
    ----------
    case : Case or PublicCase
        The case, which is passed on to the property.
    result : CaseResult
        The result of running the case.
    expected : dict or None
        The reference's outputs, keyed by name. If a property decides, only the names are checked. If `expected` is
        None, even the names are not checked: trained networks, for example, may have different parameter names.
    tolerance : float
        The largest relative error that passes, if outputs are compared.
    judge : callable or None
        The property that decides, ``judge(case, outputs) -> Outcome``. If None, the outputs are compared with
        `expected`.
    on_error : callable, optional
        A function that is called with the exception if the property raises one because it cannot measure these
        outputs. The case then fails with the problem "wrong_return".

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If both `expected` and `judge` are None.
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
