"""The judge has the reference solutions, draws the cases, compares the results, and turns them into points.

No student code runs in the judge's process, which receives only plain values from a confined process.
"""

import functools
import inspect
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograder.exercise import Case, Exercise, Marked, Oracle
from gradlab.checks.decide import decide_case
from gradlab.checks.diagnosis import diagnose
from gradlab.checks.known_mistakes import KnownMistake
from gradlab.checks.outcome import CaseResult, Outcome
from gradlab.checks.recognize import recognize
from gradlab.checks.run import run_case

PUBLIC_SEED = 0

T = TypeVar("T")

Cases = Sequence[Case]
Results = Sequence[CaseResult]
Expected = Sequence[CaseResult | None]


@dataclass(frozen=True)
class Verdict:
    """The points for one exercise, and the reasons for them.

    Attributes
    ----------
    exercise : str
        The exercise's name.
    points, score : float
        The points that the exercise is worth, and the points earned.
    labels, outcomes : tuple
        The label and the outcome of each case, in case order.
    mistake : KnownMistake or None
        The known mistake that the answer matches, or None.
    problem : str
        A sentence that says why there are no cases to show. Empty if there are cases.
    changed : tuple of str
        The arguments that the function changed in place.
    """

    exercise: str
    points: float
    score: float
    labels: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    mistakes: tuple[KnownMistake, ...] = ()
    diagnosis: str = ""
    problem: str = ""
    changed: tuple[str, ...] = ()

    @property
    def mistake(self) -> KnownMistake | None:
        """The first of the mistakes."""
        return self.mistakes[0] if self.mistakes else None


def draw(exercise: type[Exercise], seed: int) -> tuple[Case, ...]:
    """Return the hidden cases of `exercise` that belong to `seed`."""
    return _generate(exercise, exercise.cases, seed)


def _generate(exercise: type[Exercise], generator: Callable[..., Iterable[Case]], seed: int) -> tuple[Case, ...]:
    cases = tuple(generator(np.random.default_rng(seed)))
    labels = [case.label for case in cases]
    if len(set(labels)) != len(labels):
        raise ValueError(f"the labels of {exercise.name}'s cases must be unique. Got {labels}.")
    return cases


def cached(function: Callable[[type[Exercise]], T]) -> Callable[[type[Exercise]], T]:
    """Apply `functools.cache` to a function whose argument is an exercise."""
    return functools.cache(function)  # type: ignore[return-value]  # mypy does not treat classes as hashable


@cached
def public_cases(exercise: type[Exercise]) -> tuple[tuple[Case, ...], tuple[CaseResult | None, ...]]:
    """Return the cases that students get, and the reference's results on them."""
    cases = _generate(exercise, exercise.public_cases or exercise.cases, PUBLIC_SEED)
    return cases, expected_runs(exercise, cases)


def run_here(exercise: type[Exercise], function: Callable[..., Any], cases: Cases) -> tuple[CaseResult, ...]:
    """Run a trusted function (a reference, a known mistake) on `cases` in this process.

    Partner exercises are represented by their references.
    """
    functions = [function, *(partner.reference for partner in exercise.partners)]
    return tuple(run_case(exercise.driver, functions, plain_inputs(case)) for case in cases)


def plain_inputs(case: Case) -> dict[str, Any]:
    """Return a case's inputs, with each oracle replaced by its function."""
    return {name: value.function if isinstance(value, Oracle) else value for name, value in case.inputs.items()}


def expected_runs(exercise: type[Exercise], cases: Cases) -> tuple[CaseResult | None, ...]:
    """Return the reference's result on each case. If answers train a network, return None for each case instead.

    Trained networks are not compared with the reference's network, because many different networks are correct.

    Raises
    ------
    RuntimeError
        If the reference itself fails on a case. That is a bug in the exercise, never the student's fault.
    """
    if exercise.trains:
        return (None,) * len(cases)
    results = run_here(exercise, exercise.reference, cases)
    for case, result in zip(cases, results, strict=True):
        if result.problem:
            raise RuntimeError(f"the reference of {exercise.name} fails on {case.label!r}: {result.problem.sentence}")
    return results


def decide(exercise: type[Exercise], case: Case, expected: CaseResult | None, result: CaseResult) -> Outcome:
    """Return the outcome of one case.

    Parameters
    ----------
    exercise : type[Exercise]
    case : Case
    expected : CaseResult or None
        The reference's result, or None if answers train a network. Trained networks may have different layers, so
        the exercise's property also checks the names of the parameters.
    result : CaseResult
        The student's result.

    Returns
    -------
    Outcome
    """

    def log(error: Exception) -> None:
        # The property cannot measure an output of this form. The output earns no points, but the exercise's author
        # should know about the error.
        logging.getLogger(__name__).error("%s could not judge %r", exercise.name, case.label, exc_info=error)

    return decide_case(
        case,
        result,
        driver=exercise.driver.__name__,
        expected=expected.outputs if expected else None,
        tolerance=exercise.tolerance_of(case),
        judge=exercise.judge,
        on_error=log,
    )


def decide_all(exercise: type[Exercise], cases: Cases, expected: Expected, results: Results) -> tuple[Outcome, ...]:
    """Return the outcomes of all cases, in case order."""
    return tuple(
        decide(exercise, case, right, result) for case, right, result in zip(cases, expected, results, strict=True)
    )


def score(exercise: type[Exercise], cases: Cases, outcomes: Sequence[Outcome]) -> float:
    """Return the points for these outcomes. Each case that passes earns its share of the points."""
    earned = sum(case.weight for case, outcome in zip(cases, outcomes, strict=True) if outcome.passed)
    # Divide first, so that the fraction is exactly 1 if all cases pass.
    return float(exercise.points) * (earned / sum(case.weight for case in cases))


def verdict(
    exercise: type[Exercise],
    cases: Cases,
    results: Results,
    known: Sequence[KnownMistake] | None = None,
    expected: Sequence[CaseResult | None] | None = None,
) -> Verdict:
    """Judge the results on all cases of an exercise.

    Parameters
    ----------
    exercise : type[Exercise]
    cases : sequence of Case
    results : sequence of CaseResult
        The student's results, in case order.
    known : sequence of KnownMistake, optional
        The return value of `known_mistakes` on these cases. Pass it to judge many answers on the same cases.
    expected : sequence of CaseResult or None, optional
        The return value of `expected_runs` on these cases. Like `known`, it saves time if you judge many answers.

    Returns
    -------
    Verdict
    """
    expected = expected_runs(exercise, cases) if expected is None else expected
    outcomes = decide_all(exercise, cases, expected, results)
    return Verdict(
        exercise.name,
        points=float(exercise.points),
        score=score(exercise, cases, outcomes),
        labels=tuple(case.label for case in cases),
        outcomes=outcomes,
        mistakes=_recognize(exercise, cases, results, outcomes, expected, known),
        diagnosis=diagnose([case.label for case in cases], [case.inputs for case in cases], outcomes),
        changed=_changed(exercise, results),
    )


def failed_verdict(exercise: type[Exercise], problem: str) -> Verdict:
    """Return a verdict of zero points, with one reason that applies to the whole exercise."""
    return Verdict(exercise.name, float(exercise.points), 0.0, problem=problem)


def _changed(exercise: type[Exercise], results: Results) -> tuple[str, ...]:
    """Return the arguments that were changed in place. Unknown names are dropped, because they could leak data."""
    reported = {name for result in results for name in result.changed}
    return tuple(name for name in inspect.signature(exercise.reference).parameters if name in reported)


def known_mistakes(exercise: type[Exercise], cases: Cases) -> tuple[KnownMistake, ...]:
    """Return each known mistake with its results on `cases` or, if a property decides, with its outcomes.

    If answers train a network, the outcomes are those on the public cases.
    """
    if exercise.judge is None:
        return tuple(KnownMistake(m.name, m.hint, run_here(exercise, m.function, cases)) for m in exercise.mistakes)
    return _found_after_training(exercise) if exercise.trains else _found_in_mistakes(exercise, cases)


def mistake_verdicts(exercise: type[Exercise], cases: Cases) -> dict[str, Verdict]:
    """Return the verdict on each known mistake, keyed by its name.

    Each mistake runs only once if the exercise compares outputs.
    """
    known, expected = known_mistakes(exercise, cases), expected_runs(exercise, cases)
    return {
        mistake.name: verdict(
            exercise, cases, found.runs or run_here(exercise, mistake.function, cases), known=known, expected=expected
        )
        for mistake, found in zip(exercise.mistakes, known, strict=True)
    }


def is_named(exercise: type[Exercise], mistake: Marked, found: Verdict) -> bool:
    """Return whether the verdict on a known mistake names it, and not another mistake of the exercise.

    It may also be named as what can go wrong in any exercise, such as a missing return.
    """
    others = {other.name for other in exercise.mistakes if other is not mistake}
    return found.mistake is not None and found.mistake.name not in others


def _found_in_mistakes(exercise: type[Exercise], cases: Cases) -> tuple[KnownMistake, ...]:
    expected = expected_runs(exercise, cases)

    def outcomes(function: Callable[..., Any]) -> tuple[Outcome, ...]:
        return decide_all(exercise, cases, expected, run_here(exercise, function, cases))

    return tuple(KnownMistake(m.name, m.hint, outcomes=outcomes(m.function)) for m in exercise.mistakes)


@cached
def _found_after_training(exercise: type[Exercise]) -> tuple[KnownMistake, ...]:
    """Judge the known mistakes once, on the public cases.

    Training takes a long time, and a mistake leads to the same findings whatever the numbers are.
    """
    return _found_in_mistakes(exercise, public_cases(exercise)[0])


def _recognize(
    exercise: type[Exercise],
    cases: Cases,
    results: Results,
    outcomes: Sequence[Outcome],
    expected: Expected,
    known: Sequence[KnownMistake] | None,
) -> tuple[KnownMistake, ...]:
    if all(outcome.passed for outcome in outcomes):
        return ()
    return recognize(
        exercise.name,
        results,
        outcomes,
        [right.outputs if right and exercise.judge is None else None for right in expected],
        known_mistakes(exercise, cases) if known is None else known,
        by_findings=exercise.judge is not None,
        hidden=True,
    )
