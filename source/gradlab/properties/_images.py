"""Checks shared by all properties of augmented images: whether images were returned, and whether they repeat."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array, Integers
from ._returned import Case, Returned, verdict, wrong_arrays, wrong_names

SAME = 1e-5  # the relative difference, due to rounding, up to which two pixels count as equal


def images_or_problem(case: Case, returned: Returned, shape: tuple[int, ...]) -> list[Array] | Outcome:
    """Return the images from each call, in order, or the outcome that says why they cannot be judged."""
    names = [f"images {i}" for i in range(1, len(case.inputs["seeds"]) + 1)]
    problem = wrong_names(returned, names, f"images from each of {len(names)} calls") or wrong_arrays(
        returned, dict.fromkeys(names, shape), "fiu"
    )
    if problem:
        return problem
    results = [returned[name] for name in names]
    if any(result.dtype != case.inputs["images"].dtype for result in results):
        return verdict("the images come out with a different dtype")
    return results


def are_alike(images: Array, others: Array) -> Array:
    """Return a boolean array (N,) that says which images (N, ...) equal their counterparts."""
    same = np.isclose(images, others, rtol=SAME, atol=0).reshape(len(images), -1)
    return np.all(same, axis=1)


def repeat_fault(samples: Sequence[Array], seeds: Integers) -> str:
    """Describe what is wrong with samples from several calls, which should be equal if and only if their seeds are."""
    for i, j in combinations(range(len(samples)), 2):
        if seeds[i] == seeds[j] and not np.allclose(samples[i], samples[j], rtol=SAME):
            return "`rng` in the same state gives a different result: some of the randomness does not come from `rng`"
    others = without_repeats(samples, seeds)
    if len(others) > 1 and all(np.allclose(other, others[0], rtol=SAME) for other in others[1:]):
        return "a different `rng` gives the same result: `rng` is not used"
    return ""


def without_repeats(samples: Sequence[Array], seeds: Integers) -> list[Array]:
    """Return the samples from the first call with each seed. Only these are independent of each other."""
    _, firsts = np.unique(seeds, return_index=True)
    return [samples[i] for i in sorted(firsts)]
