"""Searches: they must return the best configuration that they tried, and stay within the budget."""

from dataclasses import replace

import numpy as np

from ..checks.outcome import Outcome, Reached
from ._returned import REAL, Case, Returned, Shape, verdict, wrong_arrays, wrong_names

ROUNDING = 1e-9
RUNS = 3
NOT_FINITE = ("nan", "inf", "-inf")
ROWS = ("sampled", "tried", "tried with another rng")


def returns_best_tried(case: Case, returned: Returned) -> Outcome:
    """Check that a search tries configurations from ``sample``, each once, and returns the best one with its score.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``objective``, ``budget``, and ``low``. The objective is evaluated again for every
        configuration that was tried; NaN counts as worse than any number.
    returned : dict
        The outputs of `gradlab.drivers.run_searches`, and ``calls["objective"]``, the number of calls in all three
        runs.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    names, budget = list(case.inputs["low"]), case.inputs["budget"]
    problem = _problem(returned, len(names))
    if problem:
        return problem
    finding = _search_fault(returned, budget)
    if finding:
        return verdict(finding)
    tried, best = returned["tried"], returned["best"]
    if best is None:
        return verdict("None is returned instead of a configuration")
    # When a submission is judged, the objective is an oracle, which wraps a function; in a notebook, it is a function.
    objective = getattr(case.inputs["objective"], "function", case.inputs["objective"])
    scores = np.array([objective(dict(zip(names, row.tolist(), strict=True))) for row in tried])
    (matches,) = np.nonzero((np.abs(tried - best) <= ROUNDING).all(axis=1))
    if not matches.size:
        return verdict("the returned configuration was never tried")
    score = scores[matches[0]]
    if np.isnan(score):
        return verdict("the configuration of a trial that diverged is returned")
    if score < np.nanmax(scores):
        worst = score == np.nanmin(scores)
        finding = "the worst configuration is returned" if worst else "a better configuration was tried"
        reached = Reached(f"{score:.4g}, where the best of {budget} tried is {np.nanmax(scores):.4g}")
        return replace(verdict(finding), reached=reached)
    if isinstance(returned["score"], str):
        return verdict("the configuration is the best, but the score returned with it is not a finite number")
    if not abs(score - returned["score"]) <= ROUNDING * max(1, abs(score)):
        return verdict("the score does not belong to the returned configuration")
    return Outcome(True, reached=Reached(f"{score:.4g}, the best of {budget} tried"))


def _problem(returned: Returned, size: int) -> Outcome | None:
    shapes: dict[str, Shape] = {"best": (size,), "best again": (size,), **dict.fromkeys(ROWS, (None, size))}
    problem = wrong_names(returned, (*shapes, "score", "calls"), "a configuration and its score")
    if problem:
        return problem
    score = returned["score"]
    if np.shape(score) != () or (np.asarray(score).dtype.kind not in "fiu" and score not in NOT_FINITE):
        return Outcome.failed("wrong_type", "expected a number as the score")
    return wrong_arrays(returned, {name: s for name, s in shapes.items() if returned[name] is not None}, REAL)


def _search_fault(returned: Returned, budget: int) -> str:
    """Describe what is wrong with how a search tries configurations, regardless of what it returns."""
    tried, calls = returned["tried"], returned["calls"]["objective"]
    if len(np.unique(tried, axis=0)) < len(tried):
        return "a configuration is tried more than once"
    if calls != RUNS * budget or len(tried) != budget:
        more = calls > RUNS * budget or len(tried) > budget
        return f"{'more' if more else 'fewer'} configurations are tried than the budget allows"
    # Compare one row at a time, because a submission may claim to have sampled any number of configurations.
    if not all((np.abs(returned["sampled"] - row) <= ROUNDING).all(axis=1).any() for row in tried):
        return "a configuration that did not come from sample is tried"
    best, again = returned["best"], returned["best again"]
    if (best is None) != (again is None) or (best is not None and not np.allclose(best, again, rtol=0, atol=ROUNDING)):
        return "the same seed gives a different search: some of the randomness does not come from rng"
    other = returned["tried with another rng"]
    if other.shape == tried.shape and np.allclose(tried, other, rtol=0, atol=ROUNDING):
        return "a different rng gives the same search: rng is not used"
    return ""
