"""Networks with vanilla dropout in training: scores that follow from the masks, and masks that are fair."""

import itertools

import numpy as np

from ..checks.outcome import Outcome
from ..layers import affine_forward, relu_forward
from ._chance import agrees
from .dropout import ill_formed, mask_fault, rng_fault

CLOSE = 1e-7
ENDINGS = ("", " again", " of another rng")


def applies_vanilla_dropout(case, returned):
    """Vanilla dropout in training: a mask for each hidden layer, and the scores of the network under these masks.

    A mask holds 1 for each unit of each example that is kept, and 0 for the others; what is kept is not scaled. A
    right answer fails less than once in 10⁹.

    Parameters
    ----------
    case : has ``inputs``
        ``X`` (N, D), ``params`` with W1, b1, ..., and ``p``.
    returned : dict
        As `gradlab.drivers.scores_and_masks` gives it: ``scores``, ndarray (N, C), and of each hidden layer ``mask 1``,
        ndarray (N, H1), ``mask 1 again`` and ``mask 1 of another rng``.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    X, params, p = (case.inputs[name] for name in ("X", "params", "p"))
    layers = len(params) // 2
    shapes = {f"mask {i}": (len(X), len(params[f"b{i}"])) for i in range(1, layers)}
    drawn = {f"{name}{ending}": shape for name, shape in shapes.items() for ending in ENDINGS}
    problem = ill_formed(returned, {"scores": (len(X), len(params[f"b{layers}"])), **drawn})
    if problem:
        return problem
    masks = [returned[name].astype(np.float64) for name in shapes]
    if not all(np.isin(mask, (0, 1)).all() for mask in masks):
        return Outcome(False, finding="a mask holds other numbers than 0 and 1")
    finding = (
        next(filter(None, (mask_fault(mask[None] != 0, p) for mask in masks)), "")
        or _same_fault(masks, p)
        or _scores_fault(returned["scores"], X, params, masks, p)
        or next(filter(None, (rng_fault(*(returned[n + e] != 0 for e in ENDINGS), p) for n in shapes)), "")
    )
    return Outcome(not finding, finding=finding)


def _same_fault(masks, p):
    """Neighboring layers must not share a mask; units can be compared as far as both layers have them."""
    for first, second in itertools.pairwise(masks):
        width = min(first.shape[1], second.shape[1])
        first, second, chance = first[:, :width], second[:, :width], p**2 + (1 - p) ** 2
        same = np.array([np.count_nonzero(np.roll(first, shift, axis=0) == second) for shift in range(len(first))])
        if 0 < p < 1 and not agrees(same[0], first.size, chance):
            return "two layers have the same mask"
        if 0 < p < 1 and not agrees(same, first.size, chance):
            return "two layers have the same mask, for other examples"
    return ""


def _scores_fault(scores, X, params, masks, p):
    ones = [np.ones_like(mask) for mask in masks]
    known = [
        (masks, ""),
        (ones, "no mask is applied to the scores that are returned"),
        ([mask / p for mask in masks], "what is kept is scaled in training"),
        *(
            ([*ones[:i], mask, *ones[i + 1 :]], f"only the mask of hidden layer {i + 1} is applied")
            for i, mask in enumerate(masks)
        ),
    ]
    for applied, finding in known:
        if np.allclose(scores, _scores(X, params, applied), rtol=CLOSE, atol=CLOSE):
            return finding
    off = scores - _scores(X, params, masks)
    if np.allclose(off, off[0], rtol=CLOSE, atol=CLOSE):
        return "the scores of all examples are off by the same"
    return "the scores are not those of the network under these masks"


def _scores(X, params, masks):
    for i, mask in enumerate(masks, start=1):
        X, _ = relu_forward(affine_forward(X, params[f"W{i}"], params[f"b{i}"])[0])
        X = X * mask
    last = len(masks) + 1
    return affine_forward(X, params[f"W{last}"], params[f"b{last}"])[0]
