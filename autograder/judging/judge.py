"""The judge: has the references, draws the cases, compares what came back, and puts it into points.

No student code runs where this runs. It is given what a confined process sent, as plain values.
"""

import functools
import inspect
import logging
from dataclasses import dataclass

import numpy as np

from autograder.catalogue import find
from autograder.exercise import Oracle
from gradlab.checks.compare import by_property, compare
from gradlab.checks.known_mistakes import KnownMistake, name_mistake
from gradlab.checks.outcome import Outcome
from gradlab.checks.run import run_case

PUBLIC_SEED = 0


@dataclass(frozen=True)
class Verdict:
    """What an answer to one exercise is worth, and why.

    Attributes
    ----------
    exercise : str
    points, score : float
    labels, outcomes : sequence
        Case by case.
    mistake : KnownMistake or None
    problem : str
        Why there are no cases to show, if so, in a sentence.
    """

    exercise: str
    points: float
    score: float
    labels: tuple = ()
    outcomes: tuple = ()
    mistake: object = None
    problem: str = ""
    changed: tuple = ()


def draw(exercise, seed):
    """The cases of `exercise` for a seed.

    Returns
    -------
    tuple of Case
    """
    return _drawn(exercise, exercise.cases, seed)


def _drawn(exercise, cases, seed):
    cases = tuple(cases(np.random.default_rng(seed)))
    labels = [case.label for case in cases]
    if len(set(labels)) != len(labels):
        raise ValueError(f"the labels of {exercise.name}'s cases must be unique. Got {labels}.")
    return cases


@functools.cache
def public_cases(exercise):
    """The cases that students are given, and what the reference gives on them.

    Returns
    -------
    tuple of Case, tuple of CaseResult
    """
    cases = _drawn(exercise, exercise.public_cases or exercise.cases, PUBLIC_SEED)
    return cases, expected_runs(exercise, cases)


def run_here(exercise, function, cases):
    """Run a trusted function (a reference, a known mistake) on `cases` in this process.

    Returns
    -------
    tuple of CaseResult
    """
    functions = [function, *(find(partner)[0].reference for partner in exercise.partners)]
    return tuple(run_case(exercise.driver, functions, plain_inputs(case)) for case in cases)


def plain_inputs(case):
    """A case's inputs with every oracle as the function behind it."""
    return {name: value.function if isinstance(value, Oracle) else value for name, value in case.inputs.items()}


def expected_runs(exercise, cases):
    """What the reference gives on each case; None where an answer trains a network, which may be any.

    Raises
    ------
    RuntimeError
        If the reference itself fails on a case: a fault of the exercise, never the student's.
    """
    if exercise.trains:
        return (None,) * len(cases)
    runs = run_here(exercise, exercise.reference, cases)
    for case, ran in zip(cases, runs, strict=True):
        if ran.problem:
            raise RuntimeError(f"the reference of {exercise.name} fails on {case.label!r}: {ran.problem.sentence}")
    return runs


def decide(exercise, case, expected, ran):
    """The verdict on one case.

    Parameters
    ----------
    exercise : type[Exercise]
    case : Case
    expected, ran : CaseResult
        What the reference gave, and what came back.

    Returns
    -------
    Outcome
    """
    tolerance = exercise.tolerance_of(case)
    if ran.problem is not None:
        return Outcome(False, tolerance=tolerance, problem=ran.problem)
    if exercise.judge is not None:
        return _by_property(exercise, case, expected, ran)
    return compare(expected.outputs, ran.outputs, tolerance)


def _by_property(exercise, case, expected, ran):
    # Networks differ in their layers, so the property itself looks at the names of trained parameters.
    if expected is not None and set(ran.outputs) != set(expected.outputs):
        return Outcome.failed("wrong_names")
    try:
        return by_property(exercise.judge, case, ran)
    except Exception:
        # What came is of a form that the property cannot measure: no points, and the course's author is told.
        logging.getLogger(__name__).exception("%s could not judge %r", exercise.name, case.label)
        return Outcome.failed("wrong_return")


def decide_all(exercise, cases, expected, runs):
    """The verdicts on all cases, as a tuple of `Outcome`."""
    return tuple(decide(exercise, case, right, ran) for case, right, ran in zip(cases, expected, runs, strict=True))


def score(exercise, cases, outcomes):
    """The points that outcomes earn: each case its share."""
    earned = sum(case.weight for case, outcome in zip(cases, outcomes, strict=True) if outcome.passed)
    # In this order, because a share of 1 stays 1.
    return float(exercise.points) * (earned / sum(case.weight for case in cases))


def verdict(exercise, cases, runs, known=None):
    """Judge what came back for all cases of an exercise.

    Parameters
    ----------
    exercise : type[Exercise]
    cases : sequence of Case
    runs : sequence of CaseResult
        In the cases' order.
    known : sequence of KnownMistake, optional
        What `known_mistakes` gives on these cases, for who judges many answers on the same.

    Returns
    -------
    Verdict
    """
    expected = expected_runs(exercise, cases)
    outcomes = decide_all(exercise, cases, expected, runs)
    return Verdict(
        exercise.name,
        points=float(exercise.points),
        score=score(exercise, cases, outcomes),
        labels=tuple(case.label for case in cases),
        outcomes=outcomes,
        mistake=_recognize(exercise, cases, runs, outcomes, known),
        changed=_changed(exercise, runs),
    )


def _changed(exercise, runs):
    """The arguments that were changed in place; other names than the reference's may be made up to tell something."""
    said = {name for ran in runs for name in ran.changed}
    return tuple(name for name in inspect.signature(exercise.reference).parameters if name in said)


def known_mistakes(exercise, cases):
    """Each known mistake with what it gives on `cases`, or, where a property decides, with what that finds.

    Returns
    -------
    tuple of KnownMistake
    """
    if exercise.judge is None:
        return tuple(KnownMistake(m.name, m.hint, run_here(exercise, m.function, cases)) for m in exercise.mistakes)
    return _found_after_training(exercise) if exercise.trains else _found_in_mistakes(exercise, cases)


def _found_in_mistakes(exercise, cases):
    expected = expected_runs(exercise, cases)

    def found(function):
        return decide_all(exercise, cases, expected, run_here(exercise, function, cases))

    return tuple(KnownMistake(m.name, m.hint, outcomes=found(m.function)) for m in exercise.mistakes)


@functools.cache
def _found_after_training(exercise):
    """On the public cases, once: trainings take long, and the same fault gives the same findings on any numbers."""
    return _found_in_mistakes(exercise, public_cases(exercise)[0])


def _recognize(exercise, cases, runs, outcomes, known):
    if all(outcome.passed for outcome in outcomes):
        return None
    known = known_mistakes(exercise, cases) if known is None else known
    return name_mistake(runs, outcomes, known, by_findings=exercise.judge is not None)


def failed_verdict(exercise, problem):
    """No points, for one reason that is not about cases."""
    return Verdict(exercise.name, float(exercise.points), 0.0, problem=problem)
