"""Fine-tuning: the last layer is new and has learned, and all before it is as it was."""

import numpy as np

from ..checks.outcome import Outcome
from .training import classifies_accurately


def fine_tunes_last_layer(case, returned):
    """The parameters of a network whose last layer was retrained, and nothing else.

    Parameters
    ----------
    case : has ``inputs`` and ``truth``
        ``params`` among the inputs: W1, b1, ... before. The truth is that of `classifies_accurately`.
    returned : dict
        The same names. All but the last W and b must be what they were, to the bit.

    Returns
    -------
    Outcome
    """
    before = case.inputs["params"]
    if set(returned) != set(before):
        return Outcome.failed("wrong_names", f"expected {', '.join(before)}, and nothing else")
    if not any(_differ(returned[name], before[name]) for name in before):
        return Outcome(False, finding="the last layer is still the old one")
    last = len(before) // 2
    frozen = [name for name in before if name not in (f"W{last}", f"b{last}")]
    # What has another shape is for `classifies_accurately` to tell.
    if any(np.shape(returned[name]) == before[name].shape and _differ(returned[name], before[name]) for name in frozen):
        return Outcome(False, finding="a layer before the last was changed")
    if isinstance(returned[f"W{last}"], np.ndarray) and not returned[f"W{last}"].any():
        return Outcome(False, finding="the last layer is all zeros")
    return classifies_accurately(case, returned)


def _differ(value, before):
    return not isinstance(value, np.ndarray) or not np.array_equal(value, before)
