"""Initial parameters of an ensemble: they have the right scale, are independent, and are reproducible."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array, Floats
from ._chance import SIGMAS, all_pairs, are_correlated, do_products_stray
from ._returned import REAL, Case, Returned, verdict, wrong_arrays, wrong_names

# The mean fourth power of standardized numbers is 3 if they are normally distributed, 1.8 if they are uniformly
# distributed, and 1 if they are random signs.
FOURTH_POWER = 2.2
ENOUGH = 500
UNITS_ALIKE = "units or inputs of one layer have the same weights"
ENDINGS = ("", " again", " of another rng")


def independent_members(case: Case, returned: Returned) -> Outcome:
    """Check for independent normal weights with He initialization's standard deviation, sqrt(2 / D), and zero biases.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``num_members``: int, and ``sizes``: ndarray (L + 1,) of int, the widths from input to
        output.
    returned : dict
        The outputs of `gradlab.drivers.ensemble_members`: W1 (M, sizes[0], sizes[1]), b1 (M, sizes[1]), and so on. The
        same names with the suffix " again" are from an rng with the same seed, and those with the suffix
        " of another rng" are from an rng with a different seed.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    num_members, sizes = int(case.inputs["num_members"]), case.inputs["sizes"].tolist()
    shapes: dict[str, tuple[int, ...]] = {}
    for i, (fan_in, units) in enumerate(pairwise(sizes), start=1):
        shapes |= {f"W{i}": (num_members, fan_in, units), f"b{i}": (num_members, units)}
    all_shapes = {name + ending: shape for name, shape in shapes.items() for ending in ENDINGS}
    problem = wrong_names(returned, all_shapes, f"{', '.join(shapes)} in every member") or wrong_arrays(
        returned, all_shapes, REAL, each="in every member"
    )
    if problem:
        return problem
    weights = [returned[f"W{i}"].astype(np.float64) for i in range(1, len(sizes))]
    return verdict(
        _biases_fault(returned, len(weights))
        or _dependence_fault(weights)
        or _repeat_fault(returned, list(shapes))
        or _scale_fault(weights)
        or _distribution_fault(weights)
    )


def _biases_fault(returned: Returned, layers: int) -> str:
    zero = all((returned[f"b{i}"] == 0).all() for i in range(1, layers + 1))
    return "" if zero else "the biases do not start at zero"


def _dependence_fault(weights: Sequence[Floats]) -> str:
    """Describe the fault if weights that should be independent are not."""
    if any(np.ptp(w[m]) == 0 for w in weights for m in range(len(w))):
        return "all weights of a layer are the same"
    pairs = [(w[i], w[j]) for w in weights for i, j in combinations(range(len(w)), 2)]
    if any(np.array_equal(a, b) for a, b in pairs):
        return "members have the same weights"
    if any(np.array_equal(np.sort(a.ravel()), np.sort(b.ravel())) for a, b in pairs):
        return "members have the same weights in a different order"
    # Check for identical units first, because they can also make members look correlated by chance.
    if any(w.shape[axis] > 1 and not np.ptp(w, axis=axis).any() for w in weights for axis in (1, 2)):
        return UNITS_ALIKE
    if any(are_correlated(a, b) for a, b in pairs):
        return "the weights of different members are not independent"
    layers = [(a[m], b[m]) for a, b in combinations(weights, 2) if a.shape == b.shape for m in range(len(a))]
    if any(are_correlated(a, b) for a, b in layers):
        return "the layers of one member are not independent"
    if any(_has_dependence_along(w, axis) for w in weights for axis in (1, 2)):
        return UNITS_ALIKE
    return ""


def _repeat_fault(returned: Returned, names: list[str]) -> str:
    if any(not np.array_equal(returned[name], returned[f"{name} again"]) for name in names):
        return "`rng` in the same state gives different members"
    weights = [name for name in names if name.startswith("W")]
    if all(np.array_equal(returned[name], returned[f"{name} of another rng"]) for name in weights):
        return "every `rng` gives the same members"
    if any(_share_a_member(returned[name], returned[f"{name} of another rng"]) for name in weights):
        return "some of the weights do not come from `rng`"
    return ""


def _scale_fault(weights: Sequence[Floats]) -> str:
    """Describe what is wrong with the mean or standard deviation of a layer, unless chance can explain it."""
    sides = set()
    for w in weights:
        he = np.sqrt(2 / w.shape[1])
        for layer in w:
            if abs(layer.mean()) > SIGMAS * layer.std() / np.sqrt(layer.size):
                return "the mean of the weights is not zero"
            ratio = layer.std() / he
            if abs(ratio - 1) > SIGMAS / np.sqrt(2 * layer.size):
                sides.add("too large" if ratio > 1 else "too small")
    if len(sides) == 2:
        return "the weights are too large in some layers and too small in others"
    return f"the weights are {sides.pop()}" if sides else ""


def _distribution_fault(weights: Sequence[Floats]) -> str:
    """Describe the fault if the weights are not normally distributed, with most near zero and a few far from it."""
    standardized = np.concatenate([(layer / layer.std()).ravel() for w in weights for layer in w])
    return "the weights are not normally distributed" if (standardized**4).mean() < FOURTH_POWER else ""


def _has_dependence_along(w: Floats, axis: int) -> bool:
    """Return whether weights (M, D, H) at some distance along an axis depend on each other."""
    z = (w - w.mean(axis=(1, 2), keepdims=True)) / w.std(axis=(1, 2), keepdims=True)
    return any(do_products_stray(*pair, deviation=1, least=ENOUGH) for pair in all_pairs(z, axis))


def _share_a_member(one: Array, other: Array) -> bool:
    """Return whether any member has the same weights in both arrays, each of shape (M, D, H)."""
    return any(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
