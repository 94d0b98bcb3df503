"""Searches: whether the best of what was tried came back, within the budget."""

import numpy as np

from ..checks.outcome import Outcome

ROUNDING = 1e-9
RUNS = 3
ROWS = ("sampled", "tried", "tried with another rng")


def returns_best_tried(case, returned):
    """The configuration of the highest score among those that were tried, each drawn by ``sample`` and tried once.

    Parameters
    ----------
    case : has ``inputs["objective"]``, ``["budget"]`` and ``["low"]``
        The objective is asked again for everything that was tried; NaN counts as worse than any number.
    returned : dict
        As `gradlab.drivers.run_searches` names it, and ``calls["objective"]``, counted over all runs.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    names, budget = list(case.inputs["low"]), case.inputs["budget"]
    problem = _ill_formed(returned, len(names))
    if problem:
        return problem
    tried, best = returned["tried"], returned["best"]
    finding = _unlike_a_search(returned, budget)
    if finding:
        return Outcome(False, finding=finding)
    # At the judge the objective is an oracle, in a notebook the function itself.
    objective = getattr(case.inputs["objective"], "function", case.inputs["objective"])
    scores = np.array([objective(dict(zip(names, row.tolist(), strict=True))) for row in tried])
    (found,) = np.nonzero((np.abs(tried - best) <= ROUNDING).all(axis=1))
    if not found.size:
        return Outcome(False, finding="the configuration that is returned was never tried")
    score = scores[found[0]]
    # Written so that a NaN fails.
    if not score >= np.nanmax(scores):
        worst = score == np.nanmin(scores)
        found = "the worst configuration is returned" if worst else "a better configuration was tried"
        return Outcome(False, finding=found)
    if not abs(score - returned["score"]) <= ROUNDING * max(1, abs(score)):
        return Outcome(False, finding="the score is not that of the configuration")
    return Outcome(True)


def _ill_formed(returned, size):
    if set(returned) != {*ROWS, "best", "score", "best again", "calls"}:
        return Outcome.failed("wrong_names", "expected a configuration and its score")
    if np.shape(returned["score"]) != () or np.asarray(returned["score"]).dtype.kind not in "fiu":
        return Outcome.failed("wrong_type", "expected a number as the score")
    shapes = {"best": (size,), "best again": (size,), **dict.fromkeys(ROWS, (..., size))}
    for name, shape in shapes.items():
        value = returned[name]
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            return Outcome.failed("wrong_type", f"{name}: expected real numbers")
        if value.ndim != len(shape) or value.shape[-1] != size:
            return Outcome.failed("wrong_shape", f"{name}: expected {size} numbers in a row")
    return None


def _unlike_a_search(returned, budget):
    tried, calls = returned["tried"], returned["calls"]["objective"]
    if len(np.unique(tried, axis=0)) < len(tried):
        return "a configuration is tried more than once"
    if calls != RUNS * budget or len(tried) != budget:
        more = calls > RUNS * budget or len(tried) > budget
        return f"{'more' if more else 'fewer'} configurations are tried than the budget allows"
    if not (np.abs(tried[:, None] - returned["sampled"]) <= ROUNDING).all(axis=2).any(axis=1).all():
        return "a configuration is tried that sample did not draw"
    if not np.allclose(returned["best"], returned["best again"], rtol=0, atol=ROUNDING):
        return "the same seed gives another search: something else than rng is drawn from"
    other = returned["tried with another rng"]
    if other.shape == tried.shape and np.allclose(tried, other, rtol=0, atol=ROUNDING):
        return "another rng gives the same search: nothing is drawn from rng"
    return ""
