"""Trained parameters, judged by how well a network with these parameters classifies given examples."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from ..checks.outcome import Outcome, Reached
from ..typing import Floats, Integers
from ._returned import Case, Returned, verdict, wrong_names

UNITS = 10_000  # the largest number of units that a layer may have


def classifies_accurately(case: Case, returned: Returned) -> Outcome:
    """Check for parameters of a fully connected network that classifies enough of the case's examples correctly.

    Parameters
    ----------
    case : Case
        Its ``truth`` has ``X``: ndarray (N, D); ``y``: ndarray (N,) of int; ``num_classes``: int; ``accuracy``: float,
        the fraction of examples to classify correctly; and ``loss``: float, optional, the highest mean cross-entropy
        that passes.
    returned : dict
        W1 (D, H), b1 (H,), W2 (H, ...), b2, ...: affine layers with a ReLU between them, as in
        `gradlab.models.FullyConnectedNet`; one layer is enough.

    Returns
    -------
    Outcome
        The verdict, with the accuracy that was reached and, if the loss counts, the loss.
    """
    truth = case.truth
    problem = _problem(returned, truth["X"].shape[1], truth["num_classes"])
    if problem:
        return problem
    scores = truth["X"].astype(np.float64)
    for i in range(1, len(returned) // 2 + 1):
        scores = np.maximum(scores, 0) if i > 1 else scores
        with np.errstate(over="ignore", invalid="ignore"):
            scores = scores @ returned[f"W{i}"].astype(np.float64) + returned[f"b{i}"]
    if not np.isfinite(scores).all():
        return Outcome.failed("not_finite", "expected parameters that give finite scores")
    accuracy = float((scores.argmax(axis=1) == truth["y"]).mean())
    reached = Reached.fraction(accuracy, truth["accuracy"])
    if accuracy < truth["accuracy"]:
        by_chance = accuracy < 2 / truth["num_classes"]
        finding = "not clearly better than chance" if by_chance else "too few examples are classified correctly"
        return replace(verdict(finding), reached=reached)
    if "loss" not in truth:
        return Outcome(True, reached=reached)
    loss = float(_cross_entropy(scores, truth["y"]))
    reached = replace(
        reached,
        what=f"with a loss of {loss:.2g}",
        asked=f"{reached.asked} with at most {truth['loss']:g}",
        rank=(accuracy, -loss),
    )
    if loss > truth["loss"]:
        finding = "the loss is too high"
        return replace(verdict(finding), reached=reached)
    return Outcome(True, reached=reached)


def _problem(returned: Returned, features: int, num_classes: int) -> Outcome | None:
    layers = max(len(returned) // 2, 1)
    names = [f"{letter}{i}" for i in range(1, layers + 1) for letter in "Wb"]
    problem = wrong_names(returned, names, "W1, b1, W2, b2, and so on, and nothing else")
    if problem:
        return problem
    if not all(isinstance(value, np.ndarray) and value.dtype.kind == "f" for value in returned.values()):
        return Outcome.failed("wrong_type", "expected arrays of real numbers")
    sizes = [features, *(returned[f"b{i}"].shape[0] for i in range(1, layers + 1) if returned[f"b{i}"].ndim == 1)]
    fits = len(sizes) == layers + 1 and sizes[-1] == num_classes and max(sizes[1:]) <= UNITS
    if not fits or any(returned[f"W{i}"].shape != shape for i, shape in enumerate(pairwise(sizes), start=1)):
        return Outcome.failed(
            "wrong_shape",
            f"expected W1 with {features} rows, b1 with as many entries as W1 has columns, and so on, "
            f"up to {num_classes} columns, one per class",
        )
    return None


def _cross_entropy(scores: Floats, y: Integers) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]).mean()
