"""Which known mistake is this? The one that gives the same on every case, when only one does."""

from dataclasses import dataclass

import numpy as np

from .compare import Foreign, relative_error

# An answer that is a known mistake agrees with it to rounding. One that also differs by what published forms of a
# rule may differ by (epsilon's place) is looked for second. Rounding in float32 is coarser.
SAME, SIMILAR = 1e-9, 1e-7
SAME_SINGLE = 1e-4


@dataclass(frozen=True)
class KnownMistake:
    """A mistake, with what it gives on each case, in the cases' order.

    Attributes
    ----------
    name : str
    hint : str
        What to tell who made it.
    runs : tuple of CaseResult
        What it is known by where outputs are compared; empty otherwise.
    outcomes : tuple of Outcome
        The verdicts on it, by which it is known where right answers differ from run to run; empty otherwise.
    """

    name: str
    hint: str
    runs: tuple = ()
    outcomes: tuple = ()


def name_mistake(runs, outcomes, mistakes, by_findings=False):
    """The one known mistake that explains every case, or None where none or several do.

    Parameters
    ----------
    runs : sequence of CaseResult
        What the student's function gave, case by case.
    outcomes : sequence of Outcome
        The verdicts on them.
    mistakes : sequence of KnownMistake
    by_findings : bool
        Go by what the judge found in each case, not by the outputs: for exercises whose right answers
        differ from run to run.

    Returns
    -------
    KnownMistake or None
    """
    if all(outcome.passed for outcome in outcomes):
        return None
    if by_findings:
        found = [_finding(outcome) for outcome in outcomes]
        return _only(m for m in mistakes if found == [_finding(outcome) for outcome in m.outcomes])
    similar = [m for m in mistakes if _all_same(runs, m.runs, SIMILAR)]
    return _only(m for m in similar if _all_same(runs, m.runs, SAME)) or _only(similar)


def _only(mistakes):
    """The mistake in `mistakes`, or None where there are none or several."""
    found = list(mistakes)
    return found[0] if len(found) == 1 else None


def _finding(outcome):
    problem = outcome.problem
    return (outcome.passed, problem and (problem.kind, problem.exception), outcome.finding)


def _all_same(runs, known_runs, tolerance):
    return all(_same(ran, known, tolerance) for ran, known in zip(runs, known_runs, strict=True))


def _same(ran, known, tolerance):
    if ran.problem or known.problem:
        mine, theirs = ran.problem, known.problem
        return bool(mine and theirs and (mine.kind, mine.exception) == (theirs.kind, theirs.exception))
    return set(ran.outputs) == set(known.outputs) and all(
        _same_value(ran.outputs[name], value, tolerance) for name, value in known.outputs.items()
    )


def _same_value(mine, theirs, tolerance):
    if theirs is None or isinstance(theirs, str):
        return type(mine) is type(theirs) and mine == theirs
    if isinstance(theirs, Foreign):
        return isinstance(mine, Foreign) and mine.description == theirs.description
    if not isinstance(mine, (np.ndarray, int, float)):
        return False
    mine, theirs = np.asarray(mine), np.asarray(theirs)
    if mine.shape != theirs.shape or mine.dtype.kind != theirs.dtype.kind:
        return False
    if mine.dtype.kind == "U":
        return bool((mine == theirs).all())
    finite = np.isfinite(theirs)
    if not (np.isfinite(mine) == finite).all():
        return False
    single = np.float32 in (mine.dtype, theirs.dtype)
    return relative_error(mine[finite], theirs[finite]) <= (SAME_SINGLE if single else tolerance)
