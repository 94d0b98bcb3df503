"""Draw an exercise's cases, run trusted functions on them, and decide the outcome of each case."""

import functools
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograder.exercise import Case, Exercise, Oracle
from gradlab.checks.decide import decide_case
from gradlab.checks.outcome import NOT_RUN, CaseResult, Outcome
from gradlab.checks.run import run_case

PUBLIC_SEED = 0
SHUFFLE = 1  # combined with the seed, so that the cases and their order come from separate random streams

T = TypeVar("T")

Cases = Sequence[Case]
Results = Sequence[CaseResult]
Expected = Sequence[CaseResult | None]


def draw(exercise: type[Exercise], seed: int) -> tuple[Case, ...]:
    """Return the hidden cases that `exercise` draws with `seed`."""
    return _generate(exercise, exercise.cases, seed)


@dataclass(frozen=True)
class HiddenCases:
    """An exercise's hidden cases, which the student's process gets in a random order.

    A case's place in that order says nothing about the case, so a function gains nothing by counting its calls.

    Attributes
    ----------
    cases : tuple of Case
        The cases in the order in which verdicts list them.
    order : tuple of int
        The index in `cases` of each case, in the order in which the student's process gets them.
    """

    cases: tuple[Case, ...]
    order: tuple[int, ...]

    @property
    def shuffled(self) -> tuple[Case, ...]:
        """The cases in the order in which the student's process gets them."""
        return tuple(self.cases[index] for index in self.order)

    def in_case_order(self, results: Results) -> list[CaseResult]:
        """Return the results on the `shuffled` cases in the order of `cases`.

        If the process was stopped, the reason goes to the first case, in the order of `cases`, that did not finish.
        """
        # A child cannot forge `NOT_RUN`: identities are compared, and what a child sends is a new object.
        not_run = sum(result is NOT_RUN for result in results)
        finished = len(results) - not_run - 1 if not_run else len(results)
        places = (*self.order[:finished], *sorted(self.order[finished:]))
        return [result for _, result in sorted(zip(places, results, strict=True), key=lambda pair: pair[0])]


def draw_hidden(exercise: type[Exercise], seed: int) -> HiddenCases:
    """Return the hidden cases and the order in which to send them, both of which `seed` determines."""
    cases = draw(exercise, seed)
    order = np.random.default_rng([seed, SHUFFLE]).permutation(len(cases))
    return HiddenCases(cases, tuple(order.tolist()))


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
    """Return the cases that students get, and what `expected_runs` returns for them."""
    cases = _generate(exercise, exercise.public_cases or exercise.cases, PUBLIC_SEED)
    return cases, expected_runs(exercise, cases)


def run_here(exercise: type[Exercise], function: Callable[..., Any], cases: Cases) -> tuple[CaseResult, ...]:
    """Run a trusted function, such as a reference or a known mistake, on `cases` in this process.

    For each partner exercise, the driver gets the partner's reference.
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
        If the reference itself fails on a case. Such a failure is a bug in the exercise, never the student's fault.
    """
    if exercise.trains:
        return (None,) * len(cases)
    results = run_here(exercise, exercise.reference, cases)
    for case, result in zip(cases, results, strict=True):
        if result.problem:
            raise RuntimeError(f"the reference of {exercise.name} fails on {case.label!r}: {result.problem.sentence}")
    return results


def decide(
    exercise: type[Exercise], case: Case, expected: CaseResult | None, result: CaseResult, explain: bool = True
) -> Outcome:
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
    explain : bool
        Whether to look for the place and the kind of an error. If only the points matter, False saves time.

    Returns
    -------
    Outcome
    """

    def log(error: Exception) -> None:
        # The property raised an exception, so the outputs earn no points. The exercise's author should know about the
        # exception.
        logging.getLogger(__name__).error("%s could not judge %r", exercise.name, case.label, exc_info=error)

    return decide_case(
        case,
        result,
        driver=exercise.driver.__name__,
        expected=expected.outputs if expected else None,
        tolerance=exercise.tolerance_of(case),
        judge=exercise.judge,
        returned=exercise.returned_names(),
        on_error=log,
        explain=explain,
    )


def decide_all(
    exercise: type[Exercise], cases: Cases, expected: Expected, results: Results, explain: bool = True
) -> tuple[Outcome, ...]:
    """Return the outcomes of all cases, in case order. For `explain`, see `decide`."""
    decided = zip(cases, expected, results, strict=True)
    return tuple(decide(exercise, case, right, result, explain) for case, right, result in decided)


def passes_all(exercise: type[Exercise], cases: Cases, expected: Expected, results: Results) -> bool:
    """Return whether all cases pass. This function stops at the first failure, so it is faster than `decide_all`."""
    decided = zip(cases, expected, results, strict=True)
    return all(decide(exercise, case, right, result, explain=False).passed for case, right, result in decided)
