"""Explain a failing public case to a student: which outputs are wrong, where, and what was expected there."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..drivers._rows import ANSWERS, arguments_of_call
from .outcome import Outcome, Part, Problem

MOST = 3  # the most outputs explained one by one; the others are only counted
SIZE = 6  # entries of the largest array or list shown in full

NUMBERED = re.compile(r"result (\d+)")


def explain_case(functions: Sequence[str], driver: str, inputs: dict[str, Any], outcome: Outcome) -> tuple[str, ...]:
    """Return a few sentences about a failing case.

    Parameters
    ----------
    functions : sequence of str
        The name of the student's function, then the names of the functions checked together with it.
    driver : str
        The name of the driver.
    inputs : dict
        The inputs of the case.
    outcome : Outcome

    Returns
    -------
    tuple of str
        Empty if the case passes, or if a property found the outputs wrong: the table shows its finding.
    """
    if outcome.passed:
        return ()
    wrong = [part for part in outcome.parts if not part.passed]
    if not wrong:
        return (_problem(functions, outcome.problem),) if outcome.problem else ()
    lines = [_sentence(functions[0], driver, inputs, part) for part in wrong[:MOST]]
    if len(wrong) > MOST:
        lines.append("1 more is wrong." if len(wrong) == MOST + 1 else f"{len(wrong) - MOST} more are wrong.")
    right = [part.output for part in outcome.parts if part.passed]
    if right and not any(NUMBERED.fullmatch(name) for name in right):
        lines.append(f"Right: {', '.join(right)}.")
    return tuple(lines)


def _problem(functions: Sequence[str], problem: Problem) -> str:
    return f"In `{functions[problem.function]}`: {problem.sentence}" if problem.function else problem.sentence


def _sentence(function: str, driver: str, inputs: dict[str, Any], part: Part) -> str:
    number = NUMBERED.fullmatch(part.output)
    arguments = arguments_of_call(driver, inputs, int(number[1]) - 1) if number else {}
    finding, detail = part.finding, part.detail
    if not number and driver == "sweep" and (row := re.match(r"at call (\d+): ", detail)):
        arguments = arguments_of_call(driver, inputs, int(row[1]) - 1)
        detail = f"{called(function, arguments)}: {detail[row.end() :]}"
        arguments = {}
    subject = called(function, arguments) if arguments else _subject(part.output, driver)
    if not finding:
        return f"{subject}: {detail}." if detail else f"{subject} is wrong."
    return f"{subject} {finding}." + (f" {detail[:1].upper()}{detail[1:]}." if detail else "")


def _subject(output: str, driver: str) -> str:
    if output in ("result", "values"):
        return "The result"
    if number := NUMBERED.fullmatch(output):
        return f"Answer {number[1]}" if driver in ANSWERS else f"Value {number[1]} of the returned tuple"
    return f"`{output}`"


def called(function: str, arguments: dict[str, Any]) -> str:
    """Return a call as a student would write it, such as ``step_decay(step=3)``; long values are shortened."""
    return f"`{function}({', '.join(f'{name}={_short(value)}' for name, value in arguments.items())})`"


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.size > SIZE:
        return f"array of shape {value.shape}"
    if isinstance(value, list) and len(value) > SIZE:
        return f"list of length {len(value)}"
    if isinstance(value, np.ndarray) and value.ndim:
        return np.array2string(value, precision=4, separator=", ").replace("\n", "")
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    if isinstance(value, np.generic):
        return repr(value.item())
    return repr(value)
