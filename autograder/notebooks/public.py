"""What students get of an exercise: public cases, expected outputs, what known mistakes give, and their hints."""

import functools

from autograder.exercise import Oracle
from autograder.judging.judge import known_mistakes, public_cases
from gradlab import drivers, oracles, properties
from gradlab.checks.store import PublicCase, PublicExercise, public_function


def public_exercise(exercise):
    """The public side of `exercise`: numbers, labels, names of public functions, and hint texts.

    Raises
    ------
    ValueError
        If the driver is not in `gradlab.drivers`, or an oracle not in `gradlab.oracles`.
    """
    if public_function(drivers, exercise.driver.__name__) is not exercise.driver:
        raise ValueError(f"the driver of {exercise.name} is named like one of gradlab.drivers and is another")
    cases, expected = public_cases(exercise)
    judge = _judge_name(exercise)
    return PublicExercise(
        name=exercise.name,
        points=float(exercise.points),
        driver=exercise.driver.__name__,
        judge=judge,
        functions=(exercise.name, *exercise.partners),
        cases=tuple(_case(exercise, case, right, judge) for case, right in zip(cases, expected, strict=True)),
        mistakes=known_mistakes(exercise, cases) if judge != "secret" else (),
    )


def _judge_name(exercise):
    if exercise.judge is None:
        return ""
    name = exercise.judge.__name__
    return name if getattr(properties, name, None) is exercise.judge else "secret"


def _case(exercise, case, expected, judge):
    return PublicCase(
        label=case.label,
        inputs={name: _public_input(exercise, value) for name, value in case.inputs.items()},
        expected=expected.outputs if judge == "" else None,
        truth=case.truth if judge not in ("", "secret") else None,
        tolerance=exercise.tolerance_of(case),
        weight=case.weight,
    )


def _public_input(exercise, value):
    """An oracle travels to students as the name of a public function and its numbers."""
    if not isinstance(value, Oracle):
        return value
    function = value.function
    known = isinstance(function, functools.partial) and function.func in map(oracles.__dict__.get, oracles.__all__)
    if not known or function.args:
        raise ValueError(
            f"an oracle in a public case of {exercise.name} must be a functools.partial of a function in "
            f"gradlab.oracles with keyword arguments. Got {function!r}."
        )
    return function
