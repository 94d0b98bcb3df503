"""Decide the verdict on one case, the same way in a student's notebook and in the judge."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..drivers._rows import ANSWERS, ROWS
from ..typing import Outputs
from .compare import compare, difference
from .foreign import Foreign, describe
from .outcome import CaseResult, Outcome, Problem, Property, Reached


def decide_case(
    case: Any,
    result: CaseResult,
    *,
    driver: str,
    expected: Outputs | None,
    tolerance: float,
    judge: Property | None,
    returned: Sequence[str] = (),
    on_error: Callable[[Exception], object] | None = None,
    explain: bool = True,
) -> Outcome:
    """Decide whether one case passes.

    Parameters
    ----------
    case : Case or PublicCase
        The case, which is passed on to the property.
    result : CaseResult
        The result of running the case.
    driver : str
        The name of the driver, which determines what the rows of the outputs stand for.
    expected : dict or None
        The reference's outputs, keyed by name. If a property decides, only the names are checked. If `expected` is
        None, not even the names are checked: trained networks, for example, may have different parameter names.
    tolerance : float
        The largest relative error that passes, if outputs are compared.
    judge : callable or None
        The property that decides, ``judge(case, outputs) -> Outcome``. If None, the outputs are compared with
        `expected`.
    returned : sequence of str
        The names of the values in a returned tuple, as in the exercise's docstring.
    on_error : callable, optional
        A function that is called with the exception if the property raises one because it cannot measure these
        outputs. The case then fails with the problem "wrong_return".
    explain : bool
        Whether to look for the place and the kind of an error. If only the points matter, False saves time.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If the result has outputs, but both `expected` and `judge` are None.
    """
    if result.problem is not None or result.outputs is None:
        return Outcome(False, tolerance=tolerance, problem=result.problem or Problem("no_answer"))
    if judge is None:
        if expected is None:
            raise ValueError("either expected or judge must be given. Got None for both.")
        rows = ROWS.get(driver)
        starts = {output: case.inputs.get(name) for output, name in rows.start.items()} if rows else {}
        outcome = compare(expected, result.outputs, tolerance, rows, starts, explain).with_names(returned)
        return replace(outcome, reached=_count_right(outcome)) if driver in ANSWERS else outcome
    if expected is not None and set(result.outputs) != set(expected):
        return Outcome(False, problem=Problem("wrong_names", got=difference(expected, result.outputs)))
    try:
        return by_property(judge, case, result)
    except Exception as error:
        if on_error is not None:
            on_error(error)
        return Outcome.failed("wrong_return")


def _count_right(outcome: Outcome) -> Reached | None:
    """Return how many answers are right, or None if there are fewer than two or a relative error was measured."""
    if len(outcome.parts) < 2 or outcome.error is not None:
        return None
    right = sum(part.passed for part in outcome.parts)
    return Reached(f"{right} of {len(outcome.parts)} right")


def by_property(judge: Property, case: Any, result: CaseResult) -> Outcome:
    """Let a property decide the verdict, after checking that the outputs are finite numbers, text, or None.

    NaN is neither above nor below any limit, so a property that looks for violations would let NaN pass.

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
            detail = f"{name}: expected numbers, text, or None, got {describe(value)}"
            return Outcome(False, problem=Problem("wrong_type", detail, got=describe(value)))
        if np.asarray(value).dtype.kind == "f" and not np.isfinite(value).all():
            return Outcome.failed("not_finite", f"{name}: expected finite numbers")
    return judge(case, outputs | ({"calls": result.calls} if result.calls else {}))
