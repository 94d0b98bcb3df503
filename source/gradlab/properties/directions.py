"""Directions along which a loss curves down."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..checks.foreign import describe
from ..checks.outcome import Outcome, Reached
from ..typing import Floats
from ._returned import Case, Returned, verdict, wrong_names

LENGTH_TOLERANCE = 1e-6
LEAST = 0.5  # the smallest allowed ratio of a direction's curvature to the most negative eigenvalue


def has_negative_curvature(case: Case, returned: Returned) -> Outcome:
    """Check the result for each Hessian: a direction along which the loss curves down, or None if there is none.

    A direction d passes if its length is 1 to within 1e-6 and its curvature dᵀHd is at most half of the most
    negative eigenvalue. The sign of d does not matter, because the curvature is the same both ways. If no eigenvalue
    is negative, only None passes.

    Parameters
    ----------
    case : Case
        Its ``inputs["values"]`` are the Hessians, as an ndarray (T, D, D).
    returned : dict
        ``{"result 1": direction or None, ...}``, one for each Hessian.

    Returns
    -------
    Outcome
        The verdict, with the first fault found, or with the smallest fraction of the steepest curvature that any
        direction reached.
    """
    hessians = case.inputs["values"]
    names = [f"result {i}" for i in range(1, len(hessians) + 1)]
    problem = wrong_names(returned, names, f"a direction or None for each of {len(names)} Hessians")
    if problem:
        return problem
    reached: list[Reached] = []
    for name, hessian in zip(names, hessians, strict=True):
        outcome = _curves_down(hessian, returned[name])
        if not outcome.passed:
            return outcome
        reached += [outcome.reached] if outcome.reached else []
    return Outcome(True, reached=min(reached, key=lambda each: each.rank, default=None))


def _curves_down(hessian: Floats, direction: Any) -> Outcome:
    steepest = np.linalg.eigvalsh(hessian).min()
    if steepest >= 0:
        return verdict("" if direction is None else "a direction is returned where there is no way down")
    if direction is None:
        return verdict("None is returned where there is a way down")
    if not isinstance(direction, np.ndarray) or direction.ndim == 0 or direction.dtype.kind not in "fiu":
        return Outcome.failed("wrong_type", f"expected a direction or None, got {describe(direction)}")
    if direction.shape != hessian.shape[:1]:
        return Outcome.failed("wrong_shape", f"expected shape {hessian.shape[:1]}, got shape {direction.shape}")
    if not np.isfinite(direction).all():
        return Outcome.failed("not_finite", "expected finite numbers in every direction")
    direction = direction.astype(np.float64)
    curvature = direction @ hessian @ direction
    if abs(np.linalg.norm(direction) - 1) > LENGTH_TOLERANCE:
        return verdict("the direction's length is not 1")
    if curvature >= 0:
        return verdict("the loss does not curve down along the direction")
    reached = Reached.fraction(curvature / steepest, LEAST, "of the steepest curvature")
    if curvature > LEAST * steepest:
        finding = "the loss curves down along the direction, but by less than half of what is possible"
        return replace(verdict(finding), reached=reached)
    return Outcome(True, reached=reached)
