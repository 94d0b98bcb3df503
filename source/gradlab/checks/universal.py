"""Recognize mistakes that can happen in any exercise: a missing `return`, a list, a misspelled key.

A hint appears only if it is true of every failing case.
"""

import builtins
import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ..drivers._rows import ANSWERS
from ..typing import Outputs
from .compare import tuple_length, values
from .failing_cases import settings_keys
from .known_mistakes import KnownMistake
from .outcome import CaseResult, Outcome
from .words import series

TOO_MANY_TO_LIST = 6

FAILS = {
    "error": "stops with an error",
    "not_written": "is not written yet",
    "wrong_parameters": "does not have the parameters of its template",
    "wrong_return": "does not return what it should",
}

WHY_NONE = "Does a branch end without a `return`, or does a variable that starts as None stay None?"

# The name of a mistake, its hint, and an addition to the hint that contains text from the student's code.
Found = tuple[str, str, str] | None


@dataclass(frozen=True)
class Checked:
    """What an exercise asks for: its functions, the first function's parameters, and the settings in its cases.

    `answers` says whether the outputs are separate answers rather than the values that one call returns, and
    `sometimes_right` whether any case passes. `settings` maps each settings dict's name to its keys in all cases.
    """

    functions: tuple[str, ...]
    parameters: tuple[str, ...]
    answers: bool
    sometimes_right: bool
    settings: dict[str, set[str]]

    @property
    def function(self) -> str:
        return self.functions[0]


@dataclass(frozen=True)
class Failure:
    """A failing case: its inputs, the student's result, the verdict, and the reference's outputs if there are any."""

    inputs: dict[str, Any]
    result: CaseResult
    outcome: Outcome
    right: Outputs | None


def universal_mistake(
    functions: Sequence[str],
    parameters: Sequence[str],
    driver: str,
    inputs: Sequence[dict[str, Any]],
    results: Sequence[CaseResult],
    outcomes: Sequence[Outcome],
    expected: Sequence[Outputs | None],
    hidden: bool = False,
    uncounted: Collection[int] = (),
) -> KnownMistake | None:
    """Recognize a mistake that is not specific to the exercise.

    Parameters
    ----------
    functions : sequence of str
        The name of the student's function, then the names of the functions checked together with it.
    parameters : sequence of str
        The names of the parameters that the template gives the function.
    driver : str
        The name of the driver, which says whether its outputs are separate answers.
    inputs : sequence of dict
        The inputs of the cases, in case order.
    results : sequence of CaseResult
        The results of the student's function, in case order.
    outcomes : sequence of Outcome
        The verdicts on `results`.
    expected : sequence of dict or None
        The reference's outputs, or None if a property decides.
    hidden : bool
        Whether the cases are hidden. If so, the hint contains nothing that the student's code could have written, such
        as an error message, because that could contain a hidden case's numbers.
    uncounted : collection of int
        The indices of the cases that are worth no points. They matter only if all other cases pass.

    Returns
    -------
    KnownMistake or None
        None unless all failing cases show the same mistake.
    """
    cases = [Failure(*case) for case in zip(inputs, results, outcomes, expected, strict=True)]
    failing = [case for number, case in enumerate(cases) if not case.outcome.passed and number not in uncounted]
    failing = failing or [case for case in cases if not case.outcome.passed]
    exercise = Checked(
        tuple(functions),
        tuple(parameters),
        driver in ANSWERS,
        any(case.outcome.passed for case in cases),
        settings_keys(inputs),
    )
    for recognize in RECOGNIZERS if failing else ():
        found = [recognize(exercise, failure) for failure in failing]
        if (first := found[0]) and all(other and other[0] == first[0] for other in found):
            name, hint, written = first
            return KnownMistake(name, f"{hint} {written}" if written and not hidden else hint)
    return None


def _partner_fails(exercise: Checked, failure: Failure) -> Found:
    problem = failure.result.problem
    if problem is None or problem.kind not in FAILS or not 0 < problem.function < len(exercise.functions):
        return None
    partner = exercise.functions[problem.function]
    where = " in the failing cases" if exercise.sometimes_right else ""
    there = " there" if exercise.sometimes_right else ""
    hint = (
        f"`{partner}` {FAILS[problem.kind]}{where}, so `{exercise.function}` could not be checked{there}. Fix "
        f"`{partner}` first, then check again."
    )
    return f"partner_fails: {partner}", hint, ""


def _wrong_parameters(exercise: Checked, failure: Failure) -> Found:
    problem = failure.result.problem
    if problem is None or problem.kind != "wrong_parameters":
        return None
    hint = f"Keep the parameters as in the template, `{exercise.function}({', '.join(exercise.parameters)})`."
    return "wrong_parameters", hint, f"You wrote `{exercise.function}({problem.got})`."


def _returns_none(exercise: Checked, failure: Failure) -> Found:
    if failure.right and all(value is None for value in failure.right.values()):
        return None
    problem, outputs = failure.result.problem, failure.result.outputs
    returned = [problem and problem.got] if outputs is None else list(outputs.values())
    if not returned or any(not (value is None or (isinstance(value, str) and value == "None")) for value in returned):
        return None
    if exercise.sometimes_right:
        return "none_for_some_inputs", f"`{exercise.function}` returns None in the failing cases. {WHY_NONE}", ""
    hint = (
        f"`{exercise.function}` returns None. Is the `return` missing at the end, or does the function print its "
        "result instead of returning it?"
    )
    return "returns_none", hint, ""


def _missing_setting(exercise: Checked, failure: Failure) -> Found:
    """Recognize a `KeyError` for a setting that the case leaves at its default."""
    problem = failure.result.problem
    if problem is None or problem.exception != "KeyError":
        return None
    for name, keys in exercise.settings.items():
        given = failure.inputs.get(name)
        absent = keys - set(given) if isinstance(given, dict) else keys
        if any(repr(key) in problem.detail for key in absent):
            hint = (
                f"`{name}` may lack any of its settings, and `{exercise.function}` stops with a KeyError when it looks "
                "up a missing one. Fill in a default for each missing setting, not only when all are missing."
            )
            return f"missing_setting: {name}", hint, f"The line is `{problem.line}`." if problem.line else ""
    return None


def _raises(exercise: Checked, failure: Failure) -> Found:
    problem = failure.result.problem
    if problem is None or not problem.exception:
        return None
    name = problem.exception if isinstance(getattr(builtins, problem.exception, None), type) else "exception"
    article = "an" if name[0].lower() in "aeiou" else "a"
    line = f"The line is `{problem.line}`." if problem.line else ""
    when = "in the failing cases" if exercise.sometimes_right else "before it returns anything"
    return f"raises_{name}", f"`{exercise.function}` stops with {article} {name} {when}.", line


def _wrong_names(exercise: Checked, failure: Failure) -> Found:
    """Recognize missing, misspelled, and additional keys, and tuples that are too short or too long."""
    right, outputs = failure.right, failure.result.outputs
    if not right or outputs is None or set(outputs) == set(right):
        return None
    wanted, got = tuple_length(right), tuple_length(outputs)
    if wanted is not None and got is not None:
        hint = f"`{exercise.function}` returns the wrong number of values: it should return {values(wanted)}."
        return "wrong_number_of_values", hint, f"It returns {values(got)}."
    missing, extra = sorted(set(right) - set(outputs)), sorted(map(str, set(outputs) - set(right)))
    if not missing:
        return "unexpected_key", "The returned dict has a key that should not be in it.", f"It has {_listed(extra)}."
    hint = f"The returned dict has no {_listed(missing)}."
    close = [(key, *difflib.get_close_matches(key, extra, n=1, cutoff=0.6)) for key in missing]
    spelled = [f"`{pair[1]}` should be `{pair[0]}`" for pair in close if len(pair) == 2]
    if spelled:
        return "misspelled_key", hint, f"Check the spelling: {series(spelled)}."
    return "missing_key", hint, ""


def _returns_another_kind(exercise: Checked, failure: Failure) -> Found:
    problem = failure.outcome.problem
    if problem is None or problem.kind not in ("wrong_return", "wrong_type"):
        return None
    words = re.fullmatch(r"(?:([^:]*): )?expected (.*), got (.*)", problem.detail)
    if not words:
        return "returns_another_kind", f"`{exercise.function}` returns the wrong kind of value.", ""
    output, wanted, got = words.groups()
    if failure.result.problem is not None:  # the student's process sent the whole sentence
        hint = f"`{exercise.function}` returns the wrong kind of value."
        return "returns_another_kind", hint, f"Expected {wanted}, got {got}."
    if output is not None and exercise.answers and got == "None":
        hint = f"For some inputs, `{exercise.function}` returns None instead of {wanted}. {WHY_NONE}"
        return "none_for_some_inputs", hint, ""
    if output in (None, "result") or exercise.answers:
        return "returns_another_kind", f"`{exercise.function}` should return {wanted}.", f"It returns {got}."
    return f"another_kind: {output}", f"`{output}` should be {wanted}.", f"It is {got}."


def _wrong_shape(exercise: Checked, failure: Failure) -> Found:
    outcome = failure.outcome
    if not outcome.problem or outcome.problem.kind != "wrong_shape":
        return None
    # A part with a problem has no error. `outcome.problem` is the problem of the first such part.
    wrong = next((part for part in outcome.parts if not part.passed and part.error is None), None)
    finding = wrong.finding if wrong else outcome.finding
    if not finding:
        return None
    finding = finding.partition(";")[0]  # whether the numbers are right may differ from case to case
    subject = "the result" if wrong and wrong.output == "result" else f"`{wrong.output}`" if wrong else ""
    hint = f"The shape of {subject} is wrong: it {finding}." if wrong else f"The shape is wrong: {finding}."
    if "extra axis" in finding:
        hint += " `keepdims=True`, or a column instead of a vector, gives such an axis."
    if finding == "lacks an axis":
        hint += " Does a sum, a mean, or an argmax remove an axis that should stay?"
    return f"shape: {finding}", hint, ""


RECOGNIZERS: tuple[Callable[..., Found], ...] = (
    _partner_fails,
    _wrong_parameters,
    _returns_none,
    _missing_setting,
    _raises,
    _wrong_names,
    _returns_another_kind,
    _wrong_shape,
)


def _listed(names: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in names[:TOO_MANY_TO_LIST]]
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown)} more")
    return series(shown)
