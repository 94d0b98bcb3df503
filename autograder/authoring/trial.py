"""Try an exercise out: draw its cases with several seeds, and run its reference on some of them."""

import functools
import inspect
import itertools
import time
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from autograder.errors import DefinitionError, error_in
from autograder.exercise import Case, Exercise, Oracle
from autograder.judging.cases import PUBLIC_SEED, decide, plain_inputs, run_here
from autograder.notebooks.public import public_input
from gradlab.checks.console import quiet
from gradlab.checks.decide import by_property
from gradlab.checks.outcome import CaseResult
from gradlab.checks.run import SCALARS

SEEDS = range(1, 11)
DRAWS = (*(("cases", seed) for seed in SEEDS), ("cases", PUBLIC_SEED), ("public_cases", PUBLIC_SEED))
Draw: TypeAlias = tuple[str, int, list[str]]  # the name of the function that draws cases, the seed, and the labels
MOST_TIME = 0.5  # for the reference, as a fraction of the time that students' answers may take


def check_cases(exercise: type[Exercise]) -> None:
    """Draw an exercise's cases with several seeds.

    Raises
    ------
    DefinitionError
        If something is wrong with them.
    """
    first: Draw | None = None
    for part, seed in DRAWS:
        if getattr(exercise, part) is None:
            continue
        drawn = _drawn(exercise, part, seed)
        labels = [case.label for case in drawn]
        sentence = _flaw(exercise, drawn, part == "public_cases" or (seed == PUBLIC_SEED and not exercise.public_cases))
        if first and labels != first[-1]:
            difference = _difference(first, (part, seed, labels))
            sentence = f"the labels and their order must be the same for every seed. {difference}"
        if sentence:
            raise error_in(exercise, part, f"`{part}` of {exercise.name}: {sentence}.")
        first = part, seed, labels
    once, again, other = (_frozen(_drawn(exercise, "cases", seed)) for seed in (SEEDS[0], SEEDS[0], SEEDS[1]))
    if once != again:
        sentence = "the same seed gives different cases. Draw all random numbers from rng."
        raise error_in(exercise, "cases", f"`cases` of {exercise.name}: {sentence}")
    if once == other:
        raise error_in(exercise, "cases", f"`cases` of {exercise.name} gives every student the same numbers. Use rng.")


def _difference(first: Draw, second: Draw) -> str:
    """Return the first label that differs between two draws, as a sentence without its period."""
    labels = enumerate(itertools.zip_longest(first[-1], second[-1], fillvalue="missing"), 1)
    number, (one, other) = next((number, pair) for number, pair in labels if pair[0] != pair[1])
    in_first, in_second = (f"in {part} with seed {seed}" for part, seed, _ in (first, second))
    return f"Case {number} is {str(one)!r} {in_first}, but {str(other)!r} {in_second}"


def _drawn(exercise: type[Exercise], part: str, seed: int) -> list[Case]:
    """Return the cases that a seed gives."""
    try:
        cases = getattr(exercise, part)(np.random.default_rng(seed))
        found = list(cases) if isinstance(cases, Iterable) else []
    except Exception as error:
        raise _raised_in(exercise, part, error, f"`{part}` of {exercise.name} fails with seed {seed}") from error
    if not isinstance(cases, Iterable):
        raise error_in(exercise, part, f"`{part}` of {exercise.name} must yield cases. It returns {cases!r:.60}.")
    for item in found:
        if not isinstance(item, Case):
            raise error_in(exercise, part, f"`{part}` of {exercise.name} must yield cases. It yields {item!r:.60}.")
    return found


def _flaw(exercise: type[Exercise], cases: Sequence[Case], public: bool) -> str:
    """Return what is wrong with cases that were drawn, or "" if nothing is."""
    labels = [case.label for case in cases]
    if not cases:
        return "there must be at least one case"
    if not all(isinstance(label, str) and label.strip() for label in labels):
        return f"every label must be text that students understand. Got {labels}"
    if len(set(labels)) < len(labels):
        return f"labels must be unique, but {next(each for each in labels if labels.count(each) > 1)!r} occurs twice"
    if not all(isinstance(case.weight, int | float) and case.weight >= 0 for case in cases):
        return f"a weight must be a number, and at least 0. Got {[case.weight for case in cases]}"
    if sum(case.weight for case in cases) <= 0:
        return "at least one case must have a weight greater than 0"
    return next(filter(None, (_flaw_of_inputs(exercise, case, public) for case in cases)), "")


def _flaw_of_inputs(exercise: type[Exercise], case: Case, public: bool) -> str:
    for name, value in case.inputs.items():
        if not _can_be_sent(value):
            return (
                f"`{name}` of case {case.label!r} is of type {type(value).__name__}. An input must be an array of "
                "numbers or words, a number, a string, None, a dict of these, or an Oracle"
            )
        try:
            public_input(exercise, value) if public else None
        except ValueError as error:
            return str(error).rstrip(".")
    try:
        inspect.signature(exercise.driver).bind(*exercise.function_names(), **case.inputs)
    except TypeError as error:
        return f"the driver {exercise.driver.__name__} cannot run case {case.label!r}: {error}"
    return ""


def _can_be_sent(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(name, str) and _can_be_sent(item) for name, item in value.items())
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fiubU"
    return isinstance(value, (*SCALARS, Oracle))


def _frozen(value: Any) -> Any:
    """Return a value that contains all numbers in a list of cases and can be compared with ``==``."""
    if isinstance(value, Case):
        return value.label, value.weight, _frozen(value.inputs), _frozen(value.truth)
    if isinstance(value, list | tuple):
        return [_frozen(item) for item in value]
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, Oracle):
        return _frozen(value.function)
    if isinstance(value, functools.partial):
        return value.func, _frozen(value.args), _frozen(value.keywords)
    return repr(value) if isinstance(value, SCALARS) else None  # functions and objects may differ from draw to draw


def check_reference(exercise: type[Exercise]) -> None:
    """Run the reference on the hidden cases of one seed, and on the public cases.

    Raises
    ------
    DefinitionError
        If it fails, takes too long, or does not pass its own cases.
    """
    sets = [_drawn(exercise, "cases", SEEDS[0])]
    if exercise.public_cases is not None and not exercise.trains:
        sets.append(_drawn(exercise, "public_cases", PUBLIC_SEED))
    for cases in sets:
        started = time.process_time()
        results = run_here(exercise, exercise.reference, cases)
        seconds = time.process_time() - started
        for case, result in zip(cases, results, strict=True):
            _check_result(exercise, case, result)
        if seconds > MOST_TIME * exercise.seconds:
            sentence = (
                f"the reference of {exercise.name} takes {seconds:.1f} of the {exercise.seconds:g} seconds that an "
                "answer may take. Make the cases smaller, or raise `seconds`."
            )
            raise error_in(exercise, "reference", sentence)


def _check_result(exercise: type[Exercise], case: Case, result: CaseResult) -> None:
    """Raise DefinitionError if something is wrong with the reference's result on a case."""
    reference = f"the reference of {exercise.name}"
    if result.problem:
        sentence = f"{reference} fails on case {case.label!r} with the driver {exercise.driver.__name__}"
        error = _raised_by_reference(exercise, case)
        if error is not None:
            raise _raised_in(exercise, "reference", error, sentence)
        raise error_in(exercise, "reference", f"{sentence}: {result.problem.sentence}.")
    if result.changed:
        sentence = f"{reference} changes `{result.changed[0]}` in place on case {case.label!r}. Let it change a copy."
        raise error_in(exercise, "reference", sentence)
    if exercise.judge is not None:
        try:
            by_property(exercise.judge, case, result)
        except Exception as error:
            sentence = f"`judge` fails on case {case.label!r} with the result of {reference}"
            raise _raised_in(exercise, "judge", error, sentence) from error
    again = result if exercise.trains else run_here(exercise, exercise.reference, [case])[0]
    if not decide(exercise, case, None if exercise.trains else result, again).passed:
        sentence = f"{reference} does not pass case {case.label!r}, or gives different results on the same inputs."
        raise error_in(exercise, "reference", sentence)


def _raised_by_reference(exercise: type[Exercise], case: Case) -> BaseException | None:
    """Run the reference on a case again, and return the exception that it raises, with its traceback."""
    functions = [exercise.reference, *(partner.reference for partner in exercise.partners)]
    try:
        with quiet():
            exercise.driver(*functions, **plain_inputs(case))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    return None


def _raised_in(exercise: type[Exercise], part: str, error: BaseException, sentence: str) -> DefinitionError:
    """Return `sentence` with an exception, located at the line in the exercise's folder that raised the exception."""
    message = f"{sentence}: {type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
    file = inspect.getsourcefile(exercise)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if file and Path(frame.filename).parent == Path(file).parent]
    return DefinitionError(message, own[-1].filename, own[-1].lineno or 1) if own else error_in(exercise, part, message)
