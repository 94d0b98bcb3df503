"""Dropout masks: each unit is kept independently with the right probability, and scaled if the exercise asks for it."""

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array, Floats
from ._returned import Case, Returned, verdict, wrong_arrays, wrong_names
from .dropout import mask_fault, rng_fault

SAME = 1e-6  # the relative difference up to which two numbers count as equal
# What findings say about p, and what they say about `drop` if only `drop` is given.
ABOUT_DROP = {
    "is 1 - p": "is `drop`",
    "p is 1": "`drop` is 0",
    "whatever p is": "whatever `drop` is",
    "than p says": "than `drop` says",
}
RESULTS = ("result", "result again", "result of another rng")


def is_dropout_mask(case: Case, returned: Returned) -> Outcome:
    """Check for a mask of 0s and 1s, or False and True, in which each entry is 1 with probability p, independently.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``h``, an ndarray (N, M) with the shape of the mask, and ``p``.
    returned : dict
        The outputs of `gradlab.drivers.call_with_rngs`, each an ndarray (N, M).

    Returns
    -------
    Outcome
    """
    h, p = case.inputs["h"], case.inputs["p"]
    problem = wrong_names(returned, RESULTS) or wrong_arrays(returned, dict.fromkeys(RESULTS, h.shape))
    if problem:
        return problem
    mask = returned["result"]
    if not np.isin(mask, (0, 1)).all():
        if np.ptp(mask[mask != 0]) == 0:
            return verdict("the mask's nonzero entries are not 1")
        return verdict("the mask holds many different numbers, not just 0 and 1")
    return verdict(mask_fault(mask[None] != 0, p) or rng_fault(*_kept(returned), p))


def drops_with_probability(case: Case, returned: Returned) -> Outcome:
    """Check for inverted dropout: each entry is independently dropped with a given probability, or else scaled up.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``h``, an ndarray (N, M) without zeros, and ``drop``, the probability of dropping an entry.
    returned : dict
        The outputs of `gradlab.drivers.call_with_rngs`, each an ndarray (N, M).

    Returns
    -------
    Outcome
    """
    h, drop = case.inputs["h"], case.inputs["drop"]
    problem = wrong_names(returned, RESULTS) or wrong_arrays(returned, dict.fromkeys(RESULTS, h.shape))
    if problem:
        return problem
    out = returned["result"].astype(np.float64)
    kept = out != 0
    finding = mask_fault(kept[None], 1 - drop)
    for about_p, about_drop in ABOUT_DROP.items():
        finding = finding.replace(about_p, about_drop)
    scale_fault = _scale_fault(out[kept] / h[kept], drop, kept.mean())
    return verdict(finding or scale_fault or rng_fault(*_kept(returned), 1 - drop))


def _kept(returned: Returned) -> tuple[Array, Array, Array]:
    """Return three arrays that say which entries each of the three calls keeps."""
    first, again, other = (returned[name] != 0 for name in RESULTS)
    return first, again, other


def _scale_fault(scales: Floats, drop: float, fraction: float) -> str:
    """Describe what is wrong with the scale of each kept entry, given the fraction of entries that are kept."""
    keep = 1 - drop
    known = {
        "": 1 / keep,
        "the kept entries are not scaled": 1.0,
        "the kept entries are divided by the fraction dropped": 1 / drop if drop else np.inf,
        "the kept entries are multiplied by the fraction kept": keep,
        "the kept entries are divided twice by the fraction kept": 1 / keep**2,
        "the scale changes with each mask": 1 / fraction,
    }
    for finding, scale in known.items():
        if np.allclose(scales, scale, rtol=SAME, atol=0):
            return finding
    return "the kept entries are not divided by 1 - `drop`"
