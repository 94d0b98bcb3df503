"""Dropout masks: any will do that keeps the right share, each entry by itself, and scales what it keeps."""

import numpy as np

from ..checks.compare import describe
from ..checks.outcome import Outcome
from ._chance import agrees, each_by_itself, explains, pairs_apart

SAME = 1e-5  # two numbers that differ by less, relatively, are one number rounded otherwise


def applies_inverted_dropout(case, returned):
    """Inverted dropout: each entry of x is kept with probability p, by itself, and divided by p.

    A right answer fails less than once in 10⁹.

    Parameters
    ----------
    case : has ``inputs``
        ``x``, ``dropout_param`` with p and mode, and ``seeds`` where each call had one.
    returned : dict
        ``{"out 1": ndarray, "out 2": ndarray, ...}``, one for each call.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    x, param, seeds = case.inputs["x"], case.inputs["dropout_param"], case.inputs.get("seeds")
    problem = ill_formed(returned, {name: x.shape for name in returned if name.startswith("out ")})
    if problem:
        return problem
    outs = [returned[f"out {i}"] for i in range(1, len(returned) + 1)]
    if any(out.dtype != x.dtype for out in outs):
        return Outcome(False, finding="the output has another dtype than the input")
    if param["mode"] == "test":
        finding = next(filter(None, (_test_fault(x, out) for out in outs)), "")
    else:
        masks = np.stack([out != 0 for out in outs])
        finding = (
            mask_fault(masks[_first_of_each(seeds, len(masks))], param["p"])
            or next(filter(None, (_scale_fault(x, out, param["p"]) for out in outs)), "")
            or _repeat_fault(masks, param["p"], seeds)
        )
    return Outcome(not finding, finding=finding)


def gradient_follows_dropout_mask(case, returned):
    """The way back through dropout: the gradient passes as the input did, with the same mask and the same scale.

    It goes by what the forward pass really did, so a wrong mask or scale there costs nothing here, as long as it drops
    something and keeps something. At test time dout as it is will do, too, whatever the forward pass did.

    Parameters
    ----------
    case : has ``inputs``
        ``x``, ``dout`` and ``dropout_param`` with the mode.
    returned : dict
        ``{"out": ndarray, "dx": ndarray}``

    Returns
    -------
    Outcome
    """
    x, dout, at_test = case.inputs["x"], case.inputs["dout"], case.inputs["dropout_param"]["mode"] == "test"
    problem = ill_formed(returned, {"out": x.shape, "dx": x.shape})
    if problem:
        return problem
    out, dx = (returned[name].astype(np.float64) for name in ("out", "dx"))
    passed = out / x
    if returned["dx"].dtype != dout.dtype:
        finding = "the gradient has another dtype than dout"
    elif not at_test and _passed_all_or_nothing(out, case.inputs["dropout_param"]["p"]):
        finding = "the forward pass drops nothing, or everything, so there is no mask to go by"
    elif np.allclose(dx, dout * passed, rtol=SAME) or (at_test and np.allclose(dx, dout, rtol=SAME)):
        finding = ""
    elif not np.array_equal(dx != 0, out != 0):
        finding = _passage_fault(dx != 0, out != 0)
    elif np.allclose(dx, dout * (out != 0), rtol=SAME):
        finding = "the gradient passes where the output does, but it is not scaled"
    elif np.allclose(dx, dout * passed**2, rtol=SAME):
        finding = "the gradient passes where the output does, but it is scaled twice"
    else:
        finding = "the gradient passes where the output does, but it is not dout times the scale"
    return Outcome(not finding, finding=finding)


def _passed_all_or_nothing(out, p):
    return 0 < p < 1 and ((out != 0).all() or not out.any())


def mask_fault(masks, p):
    """What is wrong with masks that should keep each entry with probability p, by itself.

    Parameters
    ----------
    masks : ndarray (T, N, ...) of bool
        Of T calls.
    p : float
        In 0..1, both included.

    Returns
    -------
    str
        Empty if nothing is.
    """
    if p in (0, 1):
        return "" if (masks == bool(p)).all() else f"not everything is {'kept' if p else 'dropped'} although p is {p:g}"
    return _sharing_fault(masks, p) or _share_fault(masks, p)


def rng_fault(mask, again, other, p):
    """What is wrong with masks from a generator, from one in the same state, and from another."""
    if not np.array_equal(mask, again):
        return "rng in the same state gives another mask: not everything is drawn from rng"
    same = mask == other
    fair = p in (0, 1) or agrees(same.sum(), same.size, p**2 + (1 - p) ** 2)
    return "" if fair else "another rng gives the same mask: nothing is drawn from rng"


def ill_formed(returned, shapes):
    """The outcome of outputs that are not the arrays of numbers that they should be; None if they are."""
    if set(returned) != set(shapes):
        return Outcome.failed("wrong_names", f"expected {', '.join(sorted(shapes))}")
    for name, shape in shapes.items():
        value = returned[name]
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
            return Outcome.failed("wrong_type", f"{name}: expected an array of numbers, got {describe(value)}")
        if value.shape != shape:
            return Outcome.failed("wrong_shape", f"{name}: expected shape {shape}, got shape {value.shape}")
    return None


def _sharing_fault(masks, p):
    """Entries that are kept or dropped together: along which axis of one mask?"""
    axes = {axis: same for axis in range(1, masks.ndim) if (same := np.equal(*pairs_apart(masks, 1, axis))).size}
    one = [axis for axis, same in axes.items() if same.mean() > 0.99 > p**2 + (1 - p) ** 2 and 0 < masks.mean() < 1]
    if 1 in one and len(one) > 1:
        return "one short mask is repeated all over"
    if one:
        return "every example has the same mask" if 1 in one else "entries of one example are kept or dropped together"
    # Where another share is kept than p says, that is another fault.
    chances = [s**2 + (1 - s) ** 2 for s in (p, masks.mean())]
    if not all(any(agrees(same.sum(), same.size, chance) for chance in chances) for same in axes.values()):
        return "neighboring entries are not drawn each by itself"
    if not all(any(each_by_itself(masks, chance, axis) for chance in chances) for axis in axes):
        return "entries some way apart are kept or dropped together"
    counts = masks.reshape(len(masks) * masks.shape[1], -1).sum(axis=1)
    # Independent examples of 30 entries or more hold one and the same number less than once in 10¹⁰.
    if len(counts) >= 20 and masks[0, 0].size >= 30 and len(set(counts)) == 1 and 0 < counts[0] < masks[0, 0].size:
        return "every example keeps exactly as many: its entries are not drawn each by itself"
    # So do eight calls of a thousand entries or more.
    totals = masks.reshape(len(masks), -1).sum(axis=1)
    if len(totals) >= 8 and masks[0].size >= 1000 and len(set(totals)) == 1 and 0 < totals[0] < masks[0].size:
        return "every call keeps exactly as many: its entries are not drawn each by itself"
    return ""


def _share_fault(masks, p):
    kept, total = masks.sum(), masks.size
    if agrees(kept, total, p):
        return ""
    if explains(kept, total, 1 - p):
        return "the share kept is 1 - p"
    if explains(kept, total, 0.5):
        return "half are kept, whatever p is"
    if kept == total:
        return "nothing is dropped"
    if kept == 0:
        return "nothing is kept"
    return "more are kept than p says" if kept > p * total else "fewer are kept than p says"


def _passage_fault(passes, kept):
    if passes.all():
        return "the gradient passes everywhere"
    if not passes.any():
        return "the gradient passes nowhere"
    if np.array_equal(passes, ~kept):
        return "the gradient passes exactly where the output was dropped"
    return "the gradient passes elsewhere than the output"


def _scale_fault(x, out, p):
    kept = out != 0
    scales = (out[kept] / x[kept]).astype(np.float64)
    known = [
        (1 / p, ""),
        (1.0, "what is kept is not scaled"),
        (p, "what is kept is multiplied by p"),
        (1 / (1 - p) if p < 1 else np.inf, "what is kept is divided by 1 - p"),
        (1 / p**2, "what is kept is divided by p twice"),
    ]
    found = [finding for scale, finding in known if np.allclose(scales, scale, rtol=SAME)]
    return found[0] if found else "what is kept is not x divided by p"


def _test_fault(x, out):
    if np.allclose(out, x, rtol=SAME):
        return ""
    return "something is dropped at test time" if (out == 0).any() else "something is scaled at test time"


def _first_of_each(seeds, count):
    """The calls that are independent of each other: all, or the first of each seed."""
    return list(range(count)) if seeds is None else np.sort(np.unique(seeds, return_index=True)[1])


def _repeat_fault(masks, p, seeds):
    """Masks of two calls must be one if the calls had one seed, and drawn apart if not."""
    for first in range(len(masks)):
        for second in range(first + 1, len(masks)):
            same = masks[first] == masks[second]
            if seeds is not None and seeds[first] == seeds[second]:
                if not same.all():
                    return "the same seed gives another mask"
            elif 0 < p < 1 and not agrees(same.sum(), same.size, p**2 + (1 - p) ** 2):
                return "another seed gives the same mask" if seeds is not None else "every call gives the same mask"
    return ""
