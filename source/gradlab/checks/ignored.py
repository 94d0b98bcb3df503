"""Find out whether an answer uses a number that it is given, by running a case again with this number changed.

Unlike the comparison with known mistakes, this requires no guess about the value that the answer uses instead. The
public cases say which numbers matter: those that change the reference's outputs.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..typing import Config, Outputs
from .console import time_limit
from .outcome import CaseResult, Outcome
from .run import run_case
from .words import series

SECONDS = 0.3  # of CPU time, for all calls together
MOST = 3  # the most ignored numbers that a sentence names

# The name of an argument or, for a number in a dict, the names of the dict and of its key.
Scalar = tuple[str, ...]


def scalars(inputs: Config) -> Iterator[Scalar]:
    """Yield the numbers among the inputs of a case, including those in dicts."""
    for name, value in inputs.items():
        if isinstance(value, dict):
            yield from ((name, key) for key, item in value.items() if _is_number(item))
        elif _is_number(value):
            yield (name,)


def with_changes(inputs: Config, scalar: Scalar) -> Iterator[Config]:
    """Yield the inputs with one number changed: to n + 1 for an int n, or to x / 2 and to x · 1e-9 for a float x.

    A float 0 is changed as if it were 1.
    """
    name, *key = scalar
    if key:
        yield from (inputs | {name: changed} for changed in with_changes(inputs[name], tuple(key)))
    elif isinstance(inputs[name], int):
        yield inputs | {name: inputs[name] + 1}
    else:
        yield from (inputs | {name: (inputs[name] or 1.0) * factor} for factor in (0.5, 1e-9))


def ignored_scalars(
    driver: Callable[..., Outputs],
    functions: Sequence[Any],
    cases: Sequence[tuple[Config, Sequence[Scalar]]],
    results: Sequence[CaseResult],
    outcomes: Sequence[Outcome],
    seconds: float = SECONDS,
) -> dict[Scalar, int]:
    """Find numbers that should change an answer but don't.

    Parameters
    ----------
    driver : callable
    functions : sequence of callable
        The student's function, followed by the functions checked together with it.
    cases : sequence of tuple
        The inputs of each case, and the numbers that matter in it.
    results, outcomes : sequence
        The results of the student's function on these cases, and the verdicts on them.
    seconds : float
        The CPU time for all calls together.

    Returns
    -------
    dict of Scalar to int
        The ignored numbers, each with the index of the first failing case in which it matters. Changing it left the
        outputs exactly equal there and in every other case in which it matters. The search ends when the time is up.
    """
    asked: dict[Scalar, list[int]] = {}
    # The failing cases come first.
    for number in sorted(range(len(outcomes)), key=lambda number: outcomes[number].passed):
        if outcomes[number].problem is None:
            for scalar in cases[number][1]:
                asked.setdefault(scalar, []).append(number)
    found: dict[Scalar, int] = {}
    try:
        with time_limit(seconds, processor=True):
            for scalar, numbers in asked.items():
                if outcomes[numbers[0]].passed:
                    continue
                changed = ((number, inputs) for number in numbers for inputs in with_changes(cases[number][0], scalar))
                if all(_same(results[number], run_case(driver, functions, inputs)) for number, inputs in changed):
                    found[scalar] = numbers[0]
    except KeyboardInterrupt:  # `TimeIsUp`, or Ctrl-C
        pass
    return found


def ignored_sentences(found: dict[Scalar, int], labels: Sequence[str]) -> str:
    """Say in which cases the answer stays the same when a number changes."""
    sentences = []
    for number in dict.fromkeys(found.values()):
        names = [_written(scalar) for scalar, case in found.items() if case == number][:MOST]
        listed = series(names, "or")
        sentences.append(f'In the case "{labels[number]}", your answer does not change when {listed} changes.')
    return " ".join(sentences)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _written(scalar: Scalar) -> str:
    return " in ".join(f"`{name}`" for name in reversed(scalar))


def _same(before: CaseResult, after: CaseResult) -> bool:
    """Return whether both results have outputs, and all of these are exactly equal."""
    if before.outputs is None or after.outputs is None or set(before.outputs) != set(after.outputs):
        return False
    return all(_equal(value, after.outputs[name]) for name, value in before.outputs.items())


def _equal(before: Any, after: Any) -> bool:
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        return before.dtype == after.dtype and before.shape == after.shape and before.tobytes() == after.tobytes()
    return isinstance(before, (int, float, str, type(None))) and before == after
