"""Fine-tuning: the last layer is new and trained, and the layers before it are unchanged."""

from typing import Any

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array
from ._returned import Case, Returned, verdict, wrong_names
from .training import classifies_accurately


def fine_tunes_last_layer(case: Case, returned: Returned) -> Outcome:
    """Check for the parameters of a network in which only the last layer was retrained.

    Parameters
    ----------
    case : Case
        Its ``inputs["params"]`` are W1, b1, ... before training. Its ``truth`` has the entries that
        `classifies_accurately` needs.
    returned : dict
        Parameters with the same names. All except the last W and b must be exactly unchanged.

    Returns
    -------
    Outcome
    """
    before = case.inputs["params"]
    problem = wrong_names(returned, before, f"{', '.join(before)}, and nothing else")
    if problem:
        return problem
    if not any(_differ(returned[name], before[name]) for name in before):
        return verdict("the last layer is still the old one")
    last = len(before) // 2
    frozen = [name for name in before if name not in (f"W{last}", f"b{last}")]
    # `classifies_accurately` reports wrong shapes.
    if any(np.shape(returned[name]) == before[name].shape and _differ(returned[name], before[name]) for name in frozen):
        return verdict("a layer before the last was changed")
    if isinstance(returned[f"W{last}"], np.ndarray) and not returned[f"W{last}"].any():
        return verdict("the last layer is all zeros")
    return classifies_accurately(case, returned)


def _differ(value: Any, before: Array) -> bool:
    return not isinstance(value, np.ndarray) or not np.array_equal(value, before)
