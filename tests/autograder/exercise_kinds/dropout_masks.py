"""Two exercises: one has random outputs, judged by a property that all correct masks share; one needs a partner."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab.checks.outcome import Outcome
from gradlab.checks.run import Unexpected

SIGMAS = 7  # a correct answer fails in fewer than one row out of 10¹¹


def own_driver(forward, x, dropout_param):
    """Return the output of a forward pass, without its cache."""
    returned = forward(x, dropout_param)
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise Unexpected("a tuple (out, cache)", returned)
    return {"out": returned[0]}


def forward_backward(backward, forward, x, dout, dropout_param):
    """Return the results of both passes with the same mask."""
    out, cache = forward(x, dropout_param)
    return {"out": out, "dx": backward(dout, cache)}


def keep_probabilities(rng, shape, **more):
    for p in (0.3, 0.7):
        yield Case(f"keeping {p:.0%}", x=rng.uniform(1, 2, shape), dropout_param={"p": p, "mode": "train"}, **more)
    yield Case("test time", x=rng.uniform(1, 2, shape), dropout_param={"p": 0.6, "mode": "test"}, **more)


class KeepForward(Exercise):
    """Keep each entry with probability p, independently, and scale it by 1/p."""

    name, points = "keep_forward", 4
    driver = own_driver

    def reference(x, dropout_param):
        """Apply inverted dropout."""
        if dropout_param["mode"] == "test":
            return x, None
        mask = (np.random.random(x.shape) < dropout_param["p"]).astype(x.dtype) / dropout_param["p"]
        return x * mask, mask

    def cases(rng):
        yield from keep_probabilities(rng, (200, 300))
        x = rng.uniform(1, 2, (100, 100)).astype(np.float32)
        yield Case("float32", x=x, dropout_param={"p": 0.5, "mode": "train"})

    def judge(case, returned):
        x, out, p = case.inputs["x"], returned["out"], case.inputs["dropout_param"]["p"]
        if out.shape != x.shape:
            return Outcome.failed("wrong_shape")
        if out.dtype != x.dtype:
            return Outcome(False, finding="the output's dtype differs from the input's")
        if case.inputs["dropout_param"]["mode"] == "test":
            same = np.allclose(out, x, rtol=1e-6)
            changed = "entries are scaled" if (out != 0).all() else "entries are dropped"
            return Outcome(bool(same), finding="" if same else f"{changed} at test time")
        kept = out != 0
        found = fraction_finding(kept, p) or scale_finding(out[kept], x[kept] / p)
        return Outcome(not found, finding=found)

    @mistake("The kept entries are not scaled: divide by p.")
    def never_scaled(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        mask = np.random.random(x.shape) < dropout_param["p"]
        return x * mask, mask

    @mistake("p is the probability of keeping an entry, not of dropping it.")
    def keep_and_drop_swapped(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        mask = (np.random.random(x.shape) > dropout_param["p"]).astype(x.dtype) / dropout_param["p"]
        return x * mask, mask

    @mistake("All rows have the same mask.")
    def one_mask_for_all_rows(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        mask = (np.random.random(x.shape[1]) < dropout_param["p"]).astype(x.dtype) / dropout_param["p"]
        return x * mask, mask

    @mistake("Each row is kept or dropped as a whole.")
    def whole_rows(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        mask = (np.random.random((len(x), 1)) < dropout_param["p"]).astype(x.dtype) / dropout_param["p"]
        return x * mask, mask

    @mistake("randn draws from the normal distribution, not the uniform one.")
    def randn(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        mask = (np.random.randn(*x.shape) < dropout_param["p"]).astype(x.dtype) / dropout_param["p"]
        return x * mask, mask

    @mistake("At test time nothing is dropped.")
    def active_at_test(x, dropout_param):
        mask = (np.random.random(x.shape) < dropout_param["p"]).astype(x.dtype) / dropout_param["p"]
        return x * mask, mask

    @mistake("At test time nothing is scaled.")
    def scaled_at_test_too(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x * dropout_param["p"], None
        mask = (np.random.random(x.shape) < dropout_param["p"]).astype(x.dtype) / dropout_param["p"]
        return x * mask, mask

    @mistake("Keep the dtype of x.")
    def float64(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        mask = (np.random.random(x.shape) < dropout_param["p"]) / dropout_param["p"]
        return x * mask, mask

    @variant
    def in_place_by_binomial(x, dropout_param):
        p = dropout_param["p"]
        mask = np.random.binomial(1, p, x.shape) / x.dtype.type(p) if dropout_param["mode"] == "train" else 1
        x *= mask
        return x, (mask, dropout_param)

    @variant
    def by_rows(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x.copy(), {}
        rng, out = np.random.default_rng(), np.zeros_like(x)
        for row, kept in zip(x, out, strict=True):
            chosen = rng.random(len(row)) > 1 - dropout_param["p"]
            kept[chosen] = row[chosen] / dropout_param["p"]
        return out, out != 0


def fraction_finding(kept, p):
    """Return what is wrong with the fraction of entries kept in total, in rows, or in columns; "" if it is right."""
    wrong = np.abs(kept.mean() - p) > SIGMAS * np.sqrt(p * (1 - p) / kept.size)
    spread = [np.abs(kept.mean(axis) - kept.mean()).max() for axis in (0, 1)]
    lines = [spread[axis] > SIGMAS * np.sqrt(p * (1 - p) / kept.shape[axis]) for axis in (0, 1)]
    if lines[0] and not lines[1]:
        return "the same entries are kept in every row"
    if lines[1] and not lines[0]:
        return "rows are kept or dropped as a whole"
    if wrong:
        return "more entries are kept than p says" if kept.mean() > p else "fewer entries are kept than p says"
    return ""


def scale_finding(kept, expected):
    return "" if np.allclose(kept, expected, rtol=1e-6) else "the kept entries are not scaled by 1/p"


class KeepBackward(Exercise):
    """Compute the backward pass through the same mask."""

    name, points, partners = "keep_backward", 2, (KeepForward,)
    driver = forward_backward

    def reference(dout, cache):
        """Return the gradient with respect to the input."""
        return dout if cache is None else dout * cache

    def cases(rng):
        yield from keep_probabilities(rng, (20, 30), dout=rng.uniform(1, 2, (20, 30)))

    def judge(case, returned):
        """Use the partner's own mask, so that an error in the forward pass costs points only once."""
        out, dx, dout = returned["out"], returned["dx"], case.inputs["dout"]
        if dx.shape != dout.shape:
            return Outcome.failed("wrong_shape")
        if not np.array_equal(dx != 0, out != 0):
            return Outcome(False, finding="the gradient passes in different places from the output")
        right = np.allclose(dx, dout * out / case.inputs["x"])
        return Outcome(bool(right), finding="" if right else "the gradient is not scaled like the output")

    @mistake("The gradient passes at entries that were dropped: use the mask.")
    def without_the_mask(dout, cache):
        return dout

    @mistake("The mask is used without its scale.")
    def not_scaled(dout, cache):
        return dout if cache is None else dout * (cache != 0)

    @mistake("At test time the whole gradient passes.")
    def nothing_passes_at_test(dout, cache):
        return np.zeros_like(dout) if cache is None else dout * cache

    @variant
    def in_place(dout, cache):
        if cache is not None:
            dout *= cache
        return dout

    @variant
    def by_where(dout, cache):
        return np.where(cache > 0, dout * cache.max(), 0.0) if cache is not None else 1.0 * dout
