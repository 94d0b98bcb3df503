"""A student network that learned from a teacher: it reaches the accuracy asked for, or falls short of it."""

from dataclasses import replace

import numpy as np

from ..checks.outcome import Outcome, Part
from ._returned import Case, Returned
from .training import classifies_accurately


def reaches_accuracy(case: Case, returned: Returned) -> Outcome:
    """Check for a network that classifies enough examples correctly, and say whether it falls short.

    Parameters
    ----------
    case : has ``truth``
        The entries that `classifies_accurately` needs, without ``loss``.
    returned : dict
        W1 (D, H), b1 (H,), W2 (H, ...), b2, ...: affine layers with a ReLU between them.

    Returns
    -------
    Outcome
        If the network falls short, its accuracy and the one asked for are in the detail, which only public cases show.
    """
    outcome = classifies_accurately(case, returned)
    if outcome.passed or outcome.problem:
        return outcome
    finding = "falls short of the accuracy asked for"
    if outcome.finding.startswith("hardly"):
        finding = "falls far short of the accuracy asked for: it is hardly better than chance"
    detail = (
        f"{_accuracy(case.truth, returned):.1%} of the examples are right, and {case.truth['accuracy']:.0%} should be"
    )
    return replace(outcome, finding=finding, parts=(Part("result", False, finding=finding, detail=detail),))


def _accuracy(truth: Returned, params: Returned) -> float:
    out = truth["X"].astype(np.float64)
    layers = len(params) // 2
    for i in range(1, layers + 1):
        out = out @ params[f"W{i}"] + params[f"b{i}"]
        out = np.maximum(out, 0) if i < layers else out
    return float((out.argmax(axis=1) == truth["y"]).mean())
