"""What a dropout mask keeps: the right share, each unit by itself, scaled where that is asked."""

import numpy as np

from ..checks.outcome import Outcome
from .dropout import ill_formed, mask_fault, rng_fault

SAME = 1e-6  # relative
TIMES = ("result", "result again", "result of another rng")


def is_dropout_mask(case, returned):
    """A mask of 0 and 1, or of False and True, in which each entry is 1 with probability p, by itself.

    Parameters
    ----------
    case : has ``inputs``
        ``h``, an ndarray (N, M) whose shape the mask has, and ``p``.
    returned : dict
        As `gradlab.drivers.call_with_rngs` gives it, an ndarray (N, M) each time.

    Returns
    -------
    Outcome
    """
    h, p = case.inputs["h"], case.inputs["p"]
    problem = ill_formed(returned, dict.fromkeys(TIMES, h.shape))
    if problem:
        return problem
    mask = returned["result"]
    if not np.isin(mask, (0, 1)).all():
        one = np.ptp(mask[mask != 0]) == 0
        finding = "the mask holds another number than 1" if one else "the mask holds many other numbers than 0 and 1"
        return Outcome(False, finding=finding)
    finding = mask_fault(mask[None] != 0, p) or rng_fault(*(returned[name] != 0 for name in TIMES), p)
    return Outcome(not finding, finding=finding)


def drops_with_probability(case, returned):
    """Inverted dropout: each entry of h is dropped with a probability, by itself, and the others are scaled for it.

    Parameters
    ----------
    case : has ``inputs``
        ``h``, an ndarray (N, M) without zeros, and ``drop``, the probability.
    returned : dict
        As `gradlab.drivers.call_with_rngs` gives it, an ndarray (N, M) each time.

    Returns
    -------
    Outcome
    """
    h, drop = case.inputs["h"], case.inputs["drop"]
    problem = ill_formed(returned, dict.fromkeys(TIMES, h.shape))
    if problem:
        return problem
    out = returned["result"].astype(np.float64)
    kept = out != 0
    finding = mask_fault(kept[None], 1 - drop)
    if " p" in finding:
        finding += ", where p is 1 - drop"
    finding = (
        finding
        or _scale_fault(out[kept] / h[kept], drop)
        or rng_fault(*(returned[name] != 0 for name in TIMES), 1 - drop)
    )
    return Outcome(not finding, finding=finding)


def _scale_fault(scales, drop):
    keep = 1 - drop
    known = {
        "": 1 / keep,
        "what is kept is not scaled": 1.0,
        "what is kept is divided by the share that is dropped": 1 / drop if drop else np.inf,
        "what is kept is multiplied by the share that is kept": keep,
    }
    for finding, scale in known.items():
        if np.allclose(scales, scale, rtol=SAME, atol=0):
            return finding
    return "what is kept is not scaled for what is dropped"
