"""First parameters of an ensemble: of the right scale, independent, and repeatable."""

from itertools import combinations, pairwise

import numpy as np

from ..checks.outcome import Outcome
from ._chance import pairs_apart

SIGMAS = 7  # a right answer fails once in 10¹¹ measurements
# Of the fourth power of a normal number the mean is 3, of a uniform one's 1.8, of a sign's 1.
FOURTH_POWER = 2.2
ENOUGH = 500
ENDINGS = ("", " again", " of another rng")


def independent_members(case, returned):
    """Members whose weights are normal, with He's standard deviation, sqrt(2 / D), and have nothing in common.

    Parameters
    ----------
    case : has ``inputs``
        ``num_members``: int; ``sizes``: ndarray (L + 1,) of int, the widths from input to output.
    returned : dict
        What `gradlab.drivers.ensemble_members` gives: W1 (M, sizes[0], sizes[1]), b1 (M, sizes[1]), ..., then the same
        names with " again", from the same rng, and with " of another rng".

    Returns
    -------
    Outcome
        With the first fault found.
    """
    num_members, sizes = int(case.inputs["num_members"]), case.inputs["sizes"].tolist()
    shapes = {}
    for i, (fan_in, units) in enumerate(pairwise(sizes), start=1):
        shapes |= {f"W{i}": (num_members, fan_in, units), f"b{i}": (num_members, units)}
    if set(returned) != {name + ending for name in shapes for ending in ENDINGS}:
        return Outcome.failed("wrong_names", f"expected {', '.join(shapes)} in every member")
    if not all(isinstance(value, np.ndarray) and value.dtype.kind == "f" for value in returned.values()):
        return Outcome.failed("wrong_type", "expected arrays of real numbers")
    for name, shape in shapes.items():
        got = next((returned[name + e].shape for e in ENDINGS if returned[name + e].shape != shape), None)
        if got is not None:
            return Outcome.failed("wrong_shape", f"{name}: expected shape {shape[1:]} in every member, got {got[1:]}")
    weights = [returned[f"W{i}"].astype(np.float64) for i in range(1, len(sizes))]
    found = _biases(returned, len(weights)) or _alike(weights) or _repeats(returned, shapes)
    found = found or _scale(weights) or _shape(weights)
    return Outcome(not found, finding=found)


def _biases(returned, layers):
    zero = all((returned[f"b{i}"] == 0).all() for i in range(1, layers + 1))
    return "" if zero else "the biases do not start at zero"


def _alike(weights):
    """What weights have in common that should have nothing."""
    if any(np.ptp(w[m]) == 0 for w in weights for m in range(len(w))):
        return "all weights of a layer are the same"
    pairs = [(w[i], w[j]) for w in weights for i, j in combinations(range(len(w)), 2)]
    if any(np.array_equal(a, b) for a, b in pairs):
        return "members have the same weights"
    if any(np.array_equal(*map(np.sort, (a.ravel(), b.ravel()))) for a, b in pairs):
        return "members have the same weights in another order"
    if any(_correlated(a, b) for a, b in pairs):
        return "the weights of different members are not independent"
    layers = [(a[m], b[m]) for a, b in combinations(weights, 2) if a.shape == b.shape for m in range(len(a))]
    if any(_correlated(a, b) for a, b in layers):
        return "layers of one member are not independent"
    if any(_tied(w, axis) for w in weights for axis in (1, 2)):
        return "units or inputs of one layer have the same weights"
    return ""


def _repeats(returned, shapes):
    if any(not np.array_equal(returned[name], returned[f"{name} again"]) for name in shapes):
        return "the same rng gives other members when asked again"
    weights = [name for name in shapes if name.startswith("W")]
    if all(np.array_equal(returned[name], returned[f"{name} of another rng"]) for name in weights):
        return "every rng gives the same members"
    if any(_some_equal(returned[name], returned[f"{name} of another rng"]) for name in weights):
        return "some of the weights are not drawn from rng"
    return ""


def _scale(weights):
    """Mean and deviation of each member's layers, to within what chance leaves in so many numbers."""
    sides = set()
    for w in weights:
        deviation = np.sqrt(2 / w.shape[1])
        for layer in w:
            if abs(layer.mean()) > SIGMAS * layer.std() / np.sqrt(layer.size):
                return "the mean of the weights is not zero"
            ratio = layer.std() / deviation
            if abs(ratio - 1) > SIGMAS / np.sqrt(2 * layer.size):
                sides.add("too large" if ratio > 1 else "too small")
    if len(sides) == 2:
        return "the weights are too large in some layers and too small in others"
    return f"the weights are {sides.pop()}" if sides else ""


def _shape(weights):
    """Whether the weights are normal: many near zero, few far from it."""
    standardized = np.concatenate([(layer / layer.std()).ravel() for w in weights for layer in w])
    return "the weights are not normal" if (standardized**4).mean() < FOURTH_POWER else ""


def _tied(w, axis):
    """Whether weights (M, D, H) at some distance along an axis go together."""
    z = (w - w.mean(axis=(1, 2), keepdims=True)) / w.std(axis=(1, 2), keepdims=True)
    distances = range(1, z.shape[axis])
    pairs = (pairs_apart(z, distance, axis, odd) for distance in distances for odd in (False, True))
    # Of few products the mean may be anything.
    return any(abs((one * other).mean()) > SIGMAS / np.sqrt(one.size) for one, other in pairs if one.size >= ENOUGH)


def _some_equal(one, other):
    """Whether some member has the same weights in both, (M, D, H)."""
    return any(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _correlated(a, b):
    return abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) > SIGMAS / np.sqrt(a.size)
