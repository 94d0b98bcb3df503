"""Vanilla dropout during training: the masks are random, and the scores follow from the masks."""

import itertools
from collections.abc import Sequence

import numpy as np

from ..checks.outcome import Outcome
from ..layers import affine_forward, relu_forward
from ..typing import Array, Floats, Params
from ._chance import agreement, is_plausible
from ._returned import Case, Returned, first, verdict, wrong_arrays, wrong_names
from .dropout import mask_fault, rng_fault

CLOSE = 1e-7


def applies_vanilla_dropout(case: Case, returned: Returned) -> Outcome:
    """Check for vanilla dropout in training: a mask for each hidden layer, and the scores with these masks.

    A mask holds 1 for each kept unit of each example, and 0 for each dropped unit. Kept units are not scaled. A correct
    answer fails with probability below 10⁻⁹.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``X`` (N, D), ``params`` with W1, b1, ..., and ``p``.
    returned : dict
        The outputs of `gradlab.drivers.scores_and_masks`: ``scores``, ndarray (N, C), and three masks for each hidden
        layer. The masks of the first layer are ``mask 1``, ``mask 1 again``, and ``mask 1 of another rng``, each an
        ndarray (N, H1).

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    X, params, p = (case.inputs[name] for name in ("X", "params", "p"))
    layers = len(params) // 2
    names = [f"mask {i}" for i in range(1, layers)]
    shapes = {"scores": (len(X), len(params[f"b{layers}"]))}
    for i, name in enumerate(names, start=1):
        shapes |= dict.fromkeys(_in_all_passes(name), (len(X), len(params[f"b{i}"])))
    problem = wrong_names(returned, shapes) or wrong_arrays(returned, shapes)
    if problem:
        return problem
    masks = [returned[name].astype(np.float64) for name in names]
    if not all(np.isin(mask, (0, 1)).all() for mask in masks):
        return verdict("a mask holds numbers other than 0 and 1")
    kept = [[returned[each] != 0 for each in _in_all_passes(name)] for name in names]
    return verdict(
        first(mask_fault(mask[None] != 0, p) for mask in masks)
        or _shared_mask_fault(masks, p)
        or _scores_fault(returned["scores"], X, params, masks, p)
        or first(rng_fault(mask, again, other, p) for mask, again, other in kept)
    )


def _in_all_passes(name: str) -> list[str]:
    """Return the names of a mask's three outputs, one for each pass."""
    return [name, f"{name} again", f"{name} of another rng"]


def _shared_mask_fault(masks: Sequence[Floats], p: float) -> str:
    """Describe the fault if consecutive layers share a mask. Only units with the same index are compared."""
    if p in (0, 1):
        return ""
    for one, other in itertools.pairwise(masks):
        width = min(one.shape[1], other.shape[1])
        one, other = one[:, :width], other[:, :width]
        same = np.array([np.count_nonzero(np.roll(one, shift, axis=0) == other) for shift in range(len(one))])
        if not is_plausible(same[0], one.size, agreement(p)):
            return "the masks returned for two layers are the same"
        if not is_plausible(same, one.size, agreement(p)):
            return "the masks returned for two layers are the same, but assigned to different examples"
    return ""


def _scores_fault(scores: Array, X: Floats, params: Params, masks: Sequence[Floats], p: float) -> str:
    ones = [np.ones_like(mask) for mask in masks]
    known = [
        (masks, ""),
        (ones, "the returned scores are computed without any mask"),
        ([mask / p for mask in masks], "the kept units are scaled during training"),
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
        return "the scores of all examples are off by the same amount"
    return "the scores are not what the network gives with these masks"


def _scores(X: Floats, params: Params, masks: Sequence[Floats]) -> Floats:
    for i, mask in enumerate(masks, start=1):
        X, _ = relu_forward(affine_forward(X, params[f"W{i}"], params[f"b{i}"])[0])
        X = X * mask
    last = len(masks) + 1
    return affine_forward(X, params[f"W{last}"], params[f"b{last}"])[0]
