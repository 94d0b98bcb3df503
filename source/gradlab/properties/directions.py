"""Directions along which a loss curves down."""

import numpy as np

from ..checks.compare import describe
from ..checks.outcome import Outcome

UNIT = 1e-6


def has_negative_curvature(case, returned):
    """Directions along which the loss curves down, one for each Hessian that has any; None for the others.

    A direction d passes if its length is 1 to within 1e-6 and its curvature dᵀHd is at most half of the most
    negative eigenvalue. Its sign does not matter: to second order, both ways lead down. Where no eigenvalue
    is negative, None passes and nothing else.

    Parameters
    ----------
    case : has ``inputs["values"]``
        The Hessians, an ndarray (T, D, D).
    returned : dict
        ``{"result 1": direction or None, ...}``, one for each Hessian.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    hessians = case.inputs["values"]
    names = [f"result {i}" for i in range(1, len(hessians) + 1)]
    if set(returned) != set(names):
        return Outcome.failed("wrong_names", f"expected a direction or None for each of {len(names)} Hessians")
    for name, hessian in zip(names, hessians, strict=True):
        outcome = _leads_down(hessian, returned[name])
        if not outcome.passed:
            return outcome
    return Outcome(True)


def _leads_down(hessian, direction):
    steepest = np.linalg.eigvalsh(hessian).min()
    if steepest >= 0:
        found = "" if direction is None else "a direction is returned where none leads down"
        return Outcome(not found, finding=found)
    if direction is None:
        return Outcome(False, finding="None is returned where a direction leads down")
    if not isinstance(direction, np.ndarray) or direction.ndim == 0 or direction.dtype.kind not in "fiu":
        return Outcome.failed("wrong_type", f"expected a direction or None, got {describe(direction)}")
    if direction.shape != hessian.shape[:1]:
        return Outcome.failed("wrong_shape", f"expected shape {hessian.shape[:1]}, got shape {direction.shape}")
    if not np.isfinite(direction).all():
        return Outcome.failed("not_finite", "expected finite numbers in every direction")
    direction = direction.astype(np.float64)
    curvature = direction @ hessian @ direction
    if abs(np.linalg.norm(direction) - 1) > UNIT:
        return Outcome(False, finding="the direction's length is not 1")
    if curvature >= 0:
        return Outcome(False, finding="the loss does not curve down along the direction")
    if curvature > steepest / 2:
        return Outcome(False, finding="the loss curves down along the direction, but not half as much as it could")
    return Outcome(True)
