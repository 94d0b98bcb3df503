"""What the properties of augmented images share: are these images, and do they repeat when they must?"""

from itertools import combinations

import numpy as np

from ..checks.compare import describe
from ..checks.outcome import Outcome

SAME = 1e-5  # two pixels that differ by less, relatively, are one pixel rounded otherwise


def images_of_all_calls(case, returned, shape):
    """The images of each call, in order; or, as the second, the outcome that says why they are none.

    Returns
    -------
    list of ndarray, or None
    Outcome or None
    """
    names = [f"images {i}" for i in range(1, len(case.inputs["seeds"]) + 1)]
    if set(returned) != set(names):
        return None, Outcome.failed("wrong_names", f"expected images from each of {len(names)} calls")
    for name in names:
        value = returned[name]
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
            return None, Outcome.failed("wrong_type", f"expected an array of numbers, got {describe(value)}")
        if value.shape != shape:
            return None, Outcome.failed("wrong_shape", f"expected shape {shape}, got shape {value.shape}")
        if value.dtype != case.inputs["images"].dtype:
            return None, Outcome(False, finding="the images come out in another dtype")
    return [returned[name] for name in names], None


def are_alike(images, others):
    """For each image (N, ...) whether it is the other one, as an ndarray (N,) of bool."""
    return np.isclose(images, others, rtol=SAME, atol=0).reshape(len(images), -1).all(axis=1)


def repeat_fault(drawn, seeds):
    """What is wrong with what several calls drew: it repeats where the generators were in one state, and only there."""
    for first, second in combinations(range(len(drawn)), 2):
        if seeds[first] == seeds[second] and not np.allclose(drawn[first], drawn[second], rtol=SAME):
            return "rng in the same state gives another result: not everything is drawn from rng"
    others = without_repeats(drawn, seeds)
    if len(others) > 1 and all(np.allclose(other, others[0], rtol=SAME) for other in others[1:]):
        return "another rng gives the same result: nothing is drawn from rng"
    return ""


def without_repeats(drawn, seeds):
    """What was drawn in the first call of each seed: only these are independent of each other."""
    _, first = np.unique(seeds, return_index=True)
    return [drawn[i] for i in sorted(first)]
