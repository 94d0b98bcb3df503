"""Dropout: each entry is kept independently with the right probability, and the kept entries are scaled."""

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array, Floats, Integers
from ._chance import agreement, are_independent, is_likely, is_plausible, pairs_at_distance
from ._returned import Case, Returned, first, verdict, wrong_arrays, wrong_names

SAME = 1e-5  # the relative difference, due to rounding, up to which two numbers count as equal
IN_TRAINING = "out in training"
SAME_IN_TRAINING = "a call in training returns the input unchanged, too"


def applies_inverted_dropout(case: Case, returned: Returned) -> Outcome:
    """Check for inverted dropout: each entry of x is kept with probability p, independently, and divided by p.

    A correct answer fails with probability below 10⁻⁹.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``x``, ``dropout_param`` with p and mode, and ``seeds`` if each call had a seed.
    returned : dict
        ``{"out 1": ndarray, "out 2": ndarray, ...}``, one per call. At test time, there may also be
        ``"out in training"``, which must differ from x: returning x in both modes earns nothing.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    x, param, seeds = case.inputs["x"], case.inputs["dropout_param"], case.inputs.get("seeds")
    names = [name for name in returned if name.startswith("out ")]
    calls = [name for name in names if name != IN_TRAINING]
    problem = wrong_names(returned, names) or wrong_arrays(returned, dict.fromkeys(names, x.shape))
    if problem:
        return problem
    outs = [returned[f"out {i}"] for i in range(1, len(calls) + 1)]
    if any(out.dtype != x.dtype for out in outs):
        return verdict("the output's dtype differs from the input's")
    if param["mode"] == "test":
        same = IN_TRAINING in returned and np.allclose(returned[IN_TRAINING], x, rtol=SAME)
        return verdict(first(_test_fault(x, out) for out in outs) or (SAME_IN_TRAINING if same else ""))
    masks = np.stack([out != 0 for out in outs])
    independent = masks[_first_calls(seeds, len(masks))]
    # Look for equal masks first, because repeated masks would distort the statistics of all masks.
    return verdict(
        (_repeat_fault(masks, param["p"], seeds) if _are_all_equal(independent) else "")
        or mask_fault(independent, param["p"])
        or first(_scale_fault(x, out, param["p"]) for out in outs)
        or _repeat_fault(masks, param["p"], seeds)
    )


def gradient_follows_dropout_mask(case: Case, returned: Returned) -> Outcome:
    """Check that the backward pass of dropout uses the mask and the scale of the forward pass.

    The gradient is compared with what the forward pass actually did. A wrong mask or scale in the forward pass is
    therefore accepted here, as long as the mask drops some entries and keeps others. At test time, a gradient that
    equals dout also passes, whatever the forward pass did.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``x``, ``dout``, and ``dropout_param`` with the mode.
    returned : dict
        ``{"out": ndarray, "dx": ndarray}``. At test time, there may also be ``"dx in training"``, which must differ
        from dout: returning dout in both modes earns nothing.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    x, dout, param = (case.inputs[name] for name in ("x", "dout", "dropout_param"))
    shapes = {"out": x.shape, "dx": x.shape} | ({"dx in training": x.shape} if "dx in training" in returned else {})
    problem = wrong_names(returned, shapes) or wrong_arrays(returned, shapes)
    if problem:
        return problem
    if returned["dx"].dtype != dout.dtype:
        return verdict("the gradient's dtype differs from that of dout")
    out, dx = (returned[name].astype(np.float64) for name in ("out", "dx"))
    at_test = param["mode"] == "test"
    if not at_test and 0 < param["p"] < 1 and ((out != 0).all() or not out.any()):
        return verdict("the forward pass drops nothing or everything, so there is no mask to compare with")
    if at_test and np.allclose(dx, dout, rtol=SAME):
        same = "dx in training" in returned and np.allclose(returned["dx in training"], dout, rtol=SAME)
        return verdict("the gradient passes unchanged in both modes" if same else "")
    return verdict(_gradient_fault(out / x, out != 0, dout, dx))


def mask_fault(masks: Array, p: float) -> str:
    """Describe what is wrong with masks, which should keep each entry with probability p, independently.

    Parameters
    ----------
    masks : ndarray (T, N, ...) of bool
        The masks from T calls.
    p : float
        The probability of keeping an entry, from 0 to 1 inclusive.

    Returns
    -------
    str
        The first fault found; empty if nothing is wrong.
    """
    if p in (0, 1):
        fault = f"not everything is {'kept' if p else 'dropped'} even though p is {p:g}"
        return "" if (masks == bool(p)).all() else fault
    return _dependence_fault(masks, p) or _fraction_fault(masks, p)


def rng_fault(mask: Array, again: Array, other: Array, p: float) -> str:
    """Describe what is wrong with masks from two generators in the same state and one in another state."""
    if not np.array_equal(mask, again):
        return "`rng` in the same state gives a different mask: some of the randomness does not come from `rng`"
    return "a different `rng` gives the same mask: `rng` is not used" if _are_dependent(mask, other, p) else ""


def _are_dependent(mask: Array, other: Array, p: float) -> bool:
    """Return whether two masks agree far more or far less often than independent masks; False if p is 0 or 1."""
    same = mask == other
    return 0 < p < 1 and not is_plausible(same.sum(), same.size, agreement(p))


def _dependence_fault(masks: Array, p: float) -> str:
    """Describe the fault if entries of a mask are not kept independently."""
    everything = [bool(mask.all()) for mask in masks]
    if p ** masks[0].size < 1e-12 and any(everything) and not all(everything):
        return "some calls drop nothing, and others drop a part"
    axes = {axis: same for axis in range(1, masks.ndim) if (same := np.equal(*pairs_at_distance(masks, 1, axis))).size}
    equal = [axis for axis, same in axes.items() if same.mean() > 0.99 > agreement(p) and 0 < masks.mean() < 1]
    if 1 in equal and len(equal) > 1:
        return "one short mask is repeated throughout"
    if equal:
        return (
            "every example has the same mask" if 1 in equal else "entries of one example are kept or dropped together"
        )
    # Keeping a fraction other than p is a separate fault, so agreement at the fraction actually kept is accepted too.
    probabilities = [agreement(fraction) for fraction in (p, masks.mean())]
    if not all(any(is_plausible(same.sum(), same.size, q) for q in probabilities) for same in axes.values()):
        return "neighboring entries are not dropped independently"
    if not all(any(are_independent(masks, q, axis) for q in probabilities) for axis in axes):
        return "entries some distance apart are kept or dropped together"
    counts = masks.reshape(len(masks) * masks.shape[1], -1).sum(axis=1)
    # For p in 0.1..0.9, the probability that 20 examples of 30 or more entries all keep the same number is below 10⁻¹⁰.
    if len(counts) >= 20 and masks[0, 0].size >= 30 and len(set(counts)) == 1 and 0 < counts[0] < masks[0, 0].size:
        return "every example keeps exactly the same number of entries: they are not dropped independently"
    # The same bound holds for eight independent calls with 1,000 or more entries each.
    totals = masks.reshape(len(masks), -1).sum(axis=1)
    if len(totals) >= 8 and masks[0].size >= 1000 and len(set(totals)) == 1 and 0 < totals[0] < masks[0].size:
        return "every call keeps exactly the same number of entries: they are not dropped independently"
    return ""


def _fraction_fault(masks: Array, p: float) -> str:
    kept, total = masks.sum(), masks.size
    if is_plausible(kept, total, p):
        return ""
    if is_likely(kept, total, 1 - p):
        return "the fraction kept is 1 - p"
    if is_likely(kept, total, 0.5):
        return "half of the entries are kept, whatever p is"
    if kept == total:
        return "nothing is dropped"
    if kept == 0:
        return "nothing is kept"
    return "more entries are kept than p says" if kept > p * total else "fewer entries are kept than p says"


def _gradient_fault(scale: Floats, kept: Array, dout: Floats, dx: Floats) -> str:
    """Describe what is wrong with dx, which should be dout times the forward scale (0 for dropped entries)."""
    passes = dx != 0
    if np.allclose(dx, dout * scale, rtol=SAME):
        return ""
    if not np.array_equal(passes, kept):
        if passes.all():
            return "the gradient passes everywhere"
        if not passes.any():
            return "the gradient does not pass anywhere"
        if np.array_equal(passes, ~kept):
            return "the gradient passes exactly where the output was dropped"
        return "the gradient passes in different places from the output"
    if np.allclose(dx, dout * kept, rtol=SAME):
        return "the gradient passes in the right places, but it is not scaled"
    if np.allclose(dx, dout * scale**2, rtol=SAME):
        return "the gradient passes in the right places, but it is scaled twice"
    return "the gradient passes in the right places, but it is not dout times the scale"


def _scale_fault(x: Floats, out: Floats, p: float) -> str:
    kept = out != 0
    scales = (out[kept] / x[kept]).astype(np.float64)
    known = [
        (1 / p, ""),
        (1.0, "the kept entries are not scaled"),
        (p, "the kept entries are multiplied by p"),
        (1 / (1 - p) if p < 1 else np.inf, "the kept entries are divided by 1 - p"),
        (1 / p**2, "the kept entries are divided by p twice"),
    ]
    found = [finding for scale, finding in known if np.allclose(scales, scale, rtol=SAME)]
    return found[0] if found else "the kept entries are not x / p"


def _test_fault(x: Floats, out: Floats) -> str:
    if np.allclose(out, x, rtol=SAME):
        return ""
    if np.allclose(out, np.maximum(x, 0), rtol=SAME):
        return "negative entries become 0 at test time, and the others stay as they are"
    if (out == 0).any():
        return "all entries become 0 at test time" if not out.any() else "some entries become 0 at test time"
    ratios = out / x
    return f"the output is {'scaled' if np.allclose(ratios, ratios.flat[0], rtol=SAME) else 'not x'} at test time"


def _are_all_equal(masks: Array) -> bool:
    """Return whether there are several masks, all equal, that neither keep everything nor drop everything."""
    return len(masks) > 1 and bool((masks == masks[0]).all()) and 0 < masks.mean() < 1


def _first_calls(seeds: Integers | None, count: int) -> Integers:
    """Return the indices of the independent calls: all calls, or the first call with each seed."""
    return np.arange(count) if seeds is None else np.sort(np.unique(seeds, return_index=True)[1])


def _repeat_fault(masks: Array, p: float, seeds: Integers | None) -> str:
    """Describe what is wrong with masks from several calls, which must be equal if and only if their seeds are."""
    for i in range(len(masks)):
        for j in range(i + 1, len(masks)):
            if seeds is not None and seeds[i] == seeds[j]:
                if not np.array_equal(masks[i], masks[j]):
                    return "the same seed gives a different mask"
            elif _are_dependent(masks[i], masks[j], p):
                return "a different seed gives the same mask" if seeds is not None else "every call gives the same mask"
    return ""
