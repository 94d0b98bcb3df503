"""The judge has the reference solutions, draws the cases, compares the results, and computes the points.

No student code runs in the judge's process, which receives only plain values from the student's process.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.exercise import Exercise, Marked
from gradlab.checks.diagnosis import diagnose
from gradlab.checks.known_mistakes import KnownMistake, Program
from gradlab.checks.outcome import Outcome
from gradlab.checks.recognize import recognize, uncounted_cases

from .cases import Cases, Expected, Results, decide_all, expected_runs, run_here
from .known import Known, find_mistakes, known_mistakes


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
    mistakes : tuple of KnownMistake
        The known mistakes that explain the answer, if any do.
    diagnosis : str
        Where the answer goes wrong. Empty if all cases pass, or if there are no cases.
    problem : str
        A sentence that says why there are no cases to show. Empty if there are cases.
    changed : tuple of str
        The arguments that the function changed in place.
    done : str
        What the student can do now. Empty unless all cases that count pass.
    withdrawn : tuple of str
        The labels of the cases that do not count, because their weight is 0. They have outcomes, but the diagnosis
        and the recognized mistakes ignore them.
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
    done: str = ""
    withdrawn: tuple[str, ...] = ()

    @property
    def mistake(self) -> KnownMistake | None:
        """The first known mistake that explains the answer, or None."""
        return self.mistakes[0] if self.mistakes else None


def score(exercise: type[Exercise], cases: Cases, outcomes: Sequence[Outcome]) -> float:
    """Return the points for these outcomes. Each case that passes earns points in proportion to its weight."""
    earned = sum(case.weight for case, outcome in zip(cases, outcomes, strict=True) if outcome.passed)
    # Divide first, so that the fraction is exactly 1 if all cases pass.
    return float(exercise.points) * (earned / sum(case.weight for case in cases))


def verdict(
    exercise: type[Exercise],
    cases: Cases,
    results: Results,
    known: Known | None = None,
    expected: Expected | None = None,
    public: Results | None = None,
    programs: Sequence[Program] | None = None,
    outcomes: tuple[Outcome, ...] | None = None,
) -> Verdict:
    """Judge the results on all cases of an exercise.

    Parameters
    ----------
    exercise : type[Exercise]
    cases : sequence of Case
    results : sequence of CaseResult
        The student's results, in case order.
    known : Known, optional
        The return value of `known_mistakes` on these cases. Pass this value to judge many answers on the same cases.
    expected : sequence of CaseResult or None, optional
        The return value of `expected_runs` on these cases. Like `known`, this saves time if you judge many answers.
    public : sequence of CaseResult, optional
        The student's results on the public cases. If given, and if outputs are compared, pairs of mistakes are
        recognized, too.
    programs : sequence of Program, optional
        The programs in the assignment's ``checks.npz``. If omitted, `catalog` runs all combinations of mistakes.
    outcomes : tuple of Outcome, optional
        The return value of `decide_all` on `results`, if it has already been computed.

    Returns
    -------
    Verdict
    """
    expected = expected_runs(exercise, cases) if expected is None else expected
    outcomes = decide_all(exercise, cases, expected, results) if outcomes is None else outcomes
    counted = [number for number, case in enumerate(cases) if case.weight > 0]
    right = all(outcomes[number].passed for number in counted)
    return Verdict(
        exercise.name,
        points=float(exercise.points),
        score=score(exercise, cases, outcomes),
        labels=tuple(case.label for case in cases),
        outcomes=outcomes,
        mistakes=() if right else _recognize(exercise, cases, results, outcomes, expected, known, public, programs),
        diagnosis=diagnose(
            [cases[number].label for number in counted],
            [cases[number].inputs for number in counted],
            [outcomes[number] for number in counted],
            exercise.driver.__name__,
            tuple(inspect.signature(exercise.reference).parameters),
            some_uncounted=len(counted) < len(cases),
        ),
        changed=_changed(exercise, results),
        done=exercise.done if right else "",
        withdrawn=tuple(case.label for case in cases if case.weight == 0),
    )


def failed_verdict(exercise: type[Exercise], problem: str) -> Verdict:
    """Return a verdict of zero points, with one reason that applies to the whole exercise."""
    return Verdict(exercise.name, float(exercise.points), 0.0, problem=problem)


def _changed(exercise: type[Exercise], results: Results) -> tuple[str, ...]:
    """Return the arguments that were changed in place. Unknown names are dropped, because they could leak data."""
    reported = {name for result in results for name in result.changed}
    return tuple(name for name in inspect.signature(exercise.reference).parameters if name in reported)


def mistake_verdicts(exercise: type[Exercise], cases: Cases) -> dict[str, Verdict]:
    """Return the verdict on each known mistake, keyed by its name. Each mistake runs only once on `cases`."""
    runs = {mistake.name: run_here(exercise, mistake.function, cases) for mistake in exercise.mistakes}
    expected = expected_runs(exercise, cases)
    known = known_mistakes(exercise, cases, runs)
    # If answers train a network, the known outcomes are those on the public cases.
    decided = {} if exercise.trains else {m.name: m.outcomes for m in known.mistakes if m.outcomes}
    return {
        name: verdict(exercise, cases, results, known, expected, outcomes=decided.get(name))
        for name, results in runs.items()
    }


def is_named(exercise: type[Exercise], mistake: Marked, found: Verdict) -> bool:
    """Return whether the verdict on a known mistake names that mistake rather than another mistake of the exercise.

    The verdict may also name a mistake that can happen in any exercise, such as a missing return.
    """
    others = {other.name for other in exercise.mistakes if other is not mistake}
    return found.mistake is not None and found.mistake.name not in others


def _recognize(
    exercise: type[Exercise],
    cases: Cases,
    results: Results,
    outcomes: Sequence[Outcome],
    expected: Expected,
    known: Known | None,
    public: Results | None,
    programs: Sequence[Program] | None,
) -> tuple[KnownMistake, ...]:
    return recognize(
        exercise.function_names(),
        tuple(inspect.signature(exercise.reference).parameters),
        exercise.driver.__name__,
        [case.inputs for case in cases],
        results,
        outcomes,
        [right.outputs if right else None for right in expected],
        lambda: find_mistakes(exercise, cases, results, outcomes, known, public, programs),
        hidden=True,
        uncounted=uncounted_cases(cases),
    )
