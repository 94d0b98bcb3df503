"""Exercises that label instances, such as loss curves: the cases, and what their mistakes share."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Case
from gradlab.typing import Array

REQUIRED = 0.9  # fraction of a case's instances that must be labeled correctly


def labels_truth(labels: Sequence[str] | Array, allowed: Sequence[str]) -> dict[str, Any]:
    """What `gradlab.properties.diagnoses_correctly` needs: the right labels, and all that may be returned."""
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
    """A case of `count` instances in random order, with equally many of each kind.

    Parameters
    ----------
    make : callable
        ``make(rng, kind, nth) -> ndarray``: the `nth` instance of a kind, counted from 0. A kind with several forms
        alternates between them, so that every case contains them all.
    kinds, allowed : sequence of str
        The labels that occur in the case, and the full list that students are given.
    over : str
        The argument that takes an instance.
    **fixed
        The other arguments, the same for all instances.
    """
    instances = [(kinds[i % len(kinds)], make(rng, kinds[i % len(kinds)], i // len(kinds))) for i in range(count)]
    order = rng.permutation(count)
    return Case(
        label,
        over=over,
        values=np.stack([instances[i][1] for i in order]),
        truth=labels_truth([instances[i][0] for i in order], allowed),
        **fixed,
    )


def swapped(label: str, one: str, other: str) -> str:
    """The label of a student who confuses `one` with `other`."""
    return {one: other, other: one}.get(label, label)
