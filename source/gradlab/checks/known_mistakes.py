"""Recognize the mistake in a student's function: the only known one that gives the same results on every case."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .closeness import compare_numbers
from .foreign import Foreign
from .outcome import CaseResult, Outcome, Problem

# A function that makes a known mistake has the same outputs as the mistake, up to rounding (SAME). If no mistake agrees
# that closely, a larger difference is allowed (SIMILAR): published versions of an update rule may differ by this much,
# because they add epsilon in different places. Rounding in float32 is coarser (SAME_SINGLE).
SAME, SIMILAR = 1e-9, 1e-7
SAME_SINGLE = 1e-4


@dataclass(frozen=True)
class KnownMistake:
    """A mistake and its results on all cases, in case order.

    Attributes
    ----------
    name : str
    hint : str
        The hint for a student who made this mistake.
    runs : tuple of CaseResult
        The mistake's results, for exercises that compare outputs; empty otherwise.
    outcomes : tuple of Outcome
        The verdicts on the mistake, for exercises whose correct outputs differ from run to run; empty otherwise.
    """

    name: str
    hint: str
    runs: tuple[CaseResult, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


def name_mistake(
    runs: Sequence[CaseResult],
    outcomes: Sequence[Outcome],
    mistakes: Iterable[KnownMistake],
    by_findings: bool = False,
) -> KnownMistake | None:
    """Find the one known mistake that explains every case.

    Parameters
    ----------
    runs : sequence of CaseResult
        The results of the student's function, in case order.
    outcomes : sequence of Outcome
        The verdicts on `runs`.
    mistakes : iterable of KnownMistake
    by_findings : bool
        Whether to compare the judge's findings instead of the outputs, for exercises whose correct outputs differ
        from run to run.

    Returns
    -------
    KnownMistake or None
        The mistake, or None if no mistake explains every case, or if several do.
    """
    if all(outcome.passed for outcome in outcomes):
        return None
    if by_findings:
        found = [_finding(outcome) for outcome in outcomes]
        return _only(m for m in mistakes if found == [_finding(outcome) for outcome in m.outcomes])
    similar = [m for m in mistakes if _all_same(runs, m.runs, SIMILAR)]
    return _only(m for m in similar if _all_same(runs, m.runs, SAME)) or _only(similar)


def _only(mistakes: Iterable[KnownMistake]) -> KnownMistake | None:
    """Return the only mistake in `mistakes`, or None if there are none or several."""
    found = list(mistakes)
    return found[0] if len(found) == 1 else None


def _finding(outcome: Outcome) -> tuple[object, ...]:
    problem = outcome.problem
    return outcome.passed, problem and (problem.kind, problem.exception, without_shapes(problem.got)), outcome.finding


def without_shapes(text: str) -> str:
    """Remove the shapes from a description. A random result may have another shape in every run."""
    return re.sub(r"of shape \([^)]*\)", "", text)


def _identity(problem: Problem) -> tuple[str, ...]:
    """Return what two problems must share to be the same: a `ValueError` alone can mean anything."""
    return problem.kind, problem.exception, problem.detail, problem.got


def _all_same(runs: Sequence[CaseResult], known_runs: Sequence[CaseResult], tolerance: float) -> bool:
    return all(_same(result, known, tolerance) for result, known in zip(runs, known_runs, strict=True))


def _same(result: CaseResult, known: CaseResult, tolerance: float) -> bool:
    if result.problem or known.problem:
        return bool(result.problem and known.problem and _identity(result.problem) == _identity(known.problem))
    returned, expected = result.outputs or {}, known.outputs or {}
    return set(returned) == set(expected) and all(
        _same_value(returned[name], value, tolerance) for name, value in expected.items()
    )


def _same_value(mine: Any, theirs: Any, tolerance: float) -> bool:
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
    return compare_numbers(mine[finite], theirs[finite], SAME_SINGLE if single else tolerance).passed
