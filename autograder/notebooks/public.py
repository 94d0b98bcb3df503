"""An exercise's public part: public cases, expected outputs, and the outputs and hints of known mistakes."""

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from autograder.exercise import Case, Exercise, Oracle
from autograder.judging.cases import decide, public_cases, run_here
from autograder.judging.known import catalog, known_mistakes
from gradlab import drivers, oracles, properties
from gradlab.checks.ignored import Scalar, scalars, with_changes
from gradlab.checks.outcome import CaseResult
from gradlab.checks.public_exercise import PublicCase, PublicExercise, public_function


def public_exercise(exercise: type[Exercise]) -> PublicExercise:
    """Return the public part of `exercise`: numbers, labels, names of public functions, and hint texts.

    Raises
    ------
    ValueError
        If the driver is not in `gradlab.drivers`, or if an oracle is not a partial of a function in `gradlab.oracles`.
    """
    if public_function(drivers, exercise.driver.__name__) is not exercise.driver:
        raise ValueError(
            f"the driver of {exercise.name} must be a function in gradlab.drivers. Got another function with the same "
            "name."
        )
    cases, expected = public_cases(exercise)
    judge = _judge_name(exercise)
    known = known_mistakes(exercise, cases) if judge != "secret" else None
    return PublicExercise(
        name=exercise.name,
        points=float(exercise.points),
        done=exercise.done,
        driver=exercise.driver.__name__,
        judge=judge,
        functions=exercise.function_names(),
        cases=tuple(_case(exercise, case, right, judge) for case, right in zip(cases, expected, strict=True)),
        mistakes=known.mistakes if known else (),
        seconds=float(exercise.seconds),
        picture=exercise.picture,
        programs=catalog(exercise).programs if judge == "" else (),
        parameters=tuple(inspect.signature(exercise.reference).parameters),
        returned=exercise.returned_names(),
    )


def _judge_name(exercise: type[Exercise]) -> str:
    """Return the name of the exercise's property, "secret" if only the judge has it, or "" if outputs are compared."""
    if exercise.judge is None:
        return ""
    name = exercise.judge.__name__
    return name if getattr(properties, name, None) is exercise.judge else "secret"


def _case(exercise: type[Exercise], case: Case, expected: CaseResult | None, judge: str) -> PublicCase:
    return PublicCase(
        label=case.label,
        inputs={name: public_input(exercise, value) for name, value in case.inputs.items()},
        expected=expected.outputs if expected and judge == "" else None,
        truth=case.truth if judge not in ("", "secret") else None,
        tolerance=exercise.tolerance_of(case),
        weight=case.weight,
        scalars=tuple(_scalars_that_matter(exercise, case, expected)) if expected and judge == "" else (),
    )


def _scalars_that_matter(exercise: type[Exercise], case: Case, expected: CaseResult) -> Iterator[Scalar]:
    """Yield the numbers among a case's inputs that the function receives and that affect the reference's outputs."""
    parameters = inspect.signature(exercise.reference).parameters
    for scalar in scalars(case.inputs):
        if len(scalar) > 1 or scalar[0] in parameters:
            changed = [Case(case.label, **inputs) for inputs in with_changes(case.inputs, scalar)]
            results = run_here(exercise, exercise.reference, changed)
            ran = [result for result in results if not result.problem]
            if any(not decide(exercise, case, expected, result, explain=False).passed for result in ran):
                yield scalar


def public_input(exercise: type[Exercise], value: Any) -> Any:
    """Return an input in its stored form. An oracle is stored as a public function with its keyword arguments.

    Raises
    ------
    ValueError
        If an oracle is not a partial of a function in `gradlab.oracles` with keyword arguments only.
    """
    if not isinstance(value, Oracle):
        return value
    function = value.function
    if (
        not isinstance(function, functools.partial)
        or function.args
        or function.func not in [getattr(oracles, name) for name in oracles.__all__]
    ):
        raise ValueError(
            f"an oracle in a public case of {exercise.name} must be a functools.partial of a function in "
            f"gradlab.oracles with keyword arguments. Got {function!r}."
        )
    return function
