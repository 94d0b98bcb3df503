"""Helpers for cases in exercises that label instances, such as loss curves."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Case
from gradlab.practice import mixed
from gradlab.typing import Array

REQUIRED = 0.9  # the fraction of a case's instances that must be labeled correctly


def labels_truth(labels: Sequence[str] | Array, allowed: Sequence[str]) -> dict[str, Any]:
    """Return the truth for `gradlab.properties.diagnoses_correctly`: the correct labels, and the allowed ones."""
    return {"labels": np.array(labels), "allowed": np.array(allowed), "share": REQUIRED}


def diagnosis_case(
    label: str,
    rng: np.random.Generator,
    make: Callable[[np.random.Generator, str, int], Array],
    kinds: Sequence[str],
    *,
    allowed: Sequence[str],
    count: int,
    over: str,
    **fixed: Any,
) -> Case:
    """Return a case of `count` instances in random order, with the same number of each kind.

    Parameters
    ----------
    make : callable
        ``make(rng, kind, nth) -> ndarray``, as for `gradlab.practice.mixed`.
    kinds, allowed : sequence of str
        The labels that occur in the case, and the full list that students are given.
    over : str
        The name of the argument that takes an instance.
    **fixed
        The other arguments, the same for all instances.
    """
    values, labels = mixed(make, kinds, count, rng=rng)
    return Case(label, over=over, values=values, truth=labels_truth(labels, allowed), **fixed)
