"""Recognize the mistakes in an answer, the same way in a student's notebook and in the judge."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..typing import Outputs
from .known_mistakes import Explanation, KnownMistake
from .outcome import CaseResult, Outcome
from .universal import universal_mistake
from .words import series

# Prefixes of the names of universal mistakes that only describe the result. A known mistake says more.
VAGUE = ("raises", "shape", "missing_key", "unexpected_key", "none_for_some_inputs")

Mistakes = tuple[KnownMistake, ...]


def recognize(
    functions: Sequence[str],
    parameters: Sequence[str],
    driver: str,
    inputs: Sequence[dict[str, Any]],
    results: Sequence[CaseResult],
    outcomes: Sequence[Outcome],
    expected: Sequence[Outputs | None],
    known: Callable[[], Mistakes],
    *,
    hidden: bool = False,
    uncounted: Collection[int] = (),
) -> Mistakes:
    """Return the mistakes that explain an answer, or an empty tuple if no known mistake does.

    Parameters
    ----------
    functions : sequence of str
        The name of the student's function, then the names of the functions checked together with it.
    parameters : sequence of str
        The names of the parameters that the template gives the function.
    driver : str
        The name of the driver.
    inputs : sequence of dict
        The inputs of the cases, in case order.
    results, outcomes : sequence
        The results of the student's function and the verdicts on them, in case order.
    expected : sequence of dict or None
        The reference's outputs, or None if a property decides.
    known : callable
        A function that returns the exercise's known mistakes that explain the answer. It is called only if needed.
    hidden : bool
        Whether the cases are hidden, so that hints must not quote anything that the student's code could have written.
    uncounted : collection of int
        The indices of the cases that are worth no points.
    """
    if all(outcome.passed for outcome in outcomes):
        return ()
    universal = universal_mistake(functions, parameters, driver, inputs, results, outcomes, expected, hidden, uncounted)
    if universal and not universal.name.startswith(VAGUE):
        return (universal,)
    return known() or ((universal,) if universal else ())


def uncounted_cases(cases: Iterable[Any]) -> list[int]:
    """Return the indices of the cases, hidden or public, that are worth no points."""
    return [number for number, case in enumerate(cases) if case.weight == 0]


def described(
    explanation: Explanation, mistakes: Iterable[KnownMistake], labels: Sequence[str], outcomes: Sequence[Outcome]
) -> Mistakes:
    """Return the mistakes in an explanation. Their hints mention what they leave unexplained."""
    by_name = {mistake.name: mistake for mistake in mistakes}
    found = [by_name[name] for name in explanation.names]
    if explanation.some:
        hints = _hints_for_some(found, explanation.some, labels, outcomes)
        return tuple(replace(mistake, hint=hint) for mistake, hint in zip(found, hints, strict=True))
    note = _unexplained(explanation, labels, outcomes)
    return tuple(replace(mistake, hint=f"{mistake.hint} ({note})") if note else mistake for mistake in found)


def _hints_for_some(
    found: Sequence[KnownMistake], explained: Sequence[int], labels: Sequence[str], outcomes: Sequence[Outcome]
) -> Iterator[str]:
    """Yield hints that say in which cases the mistakes explain an answer.

    In the other cases, there must be something else, which may even be the cause of all failures. So the hints claim
    no more than that the results are equal.
    """
    failing = sum(not outcome.passed for outcome in outcomes)
    named = series([f'"{labels[case]}"' for case in explained])
    where = f"In {named}" if len(explained) == 2 else f"In {len(explained)} of the {failing} failing cases"
    if len(found) == 1:
        yield f"{where}, your results are exactly what this mistake gives. {found[0].hint}"
    else:
        yield f"{where}, your results are exactly what two mistakes together give. The first: {found[0].hint}"
        yield f"The second: {found[1].hint}"


def _unexplained(explanation: Explanation, labels: Sequence[str], outcomes: Sequence[Outcome]) -> str:
    """Return a sentence that says which case an explanation does not cover, or "" if it covers all of them."""
    if explanation.some_uncounted:
        return "This explains the cases worth points."
    if explanation.exception is None:
        return ""
    label = labels[explanation.exception]
    if outcomes[explanation.exception].passed:
        return f'With this mistake alone, "{label}" would fail, too, but it passes.'
    return f'This explains every case but "{label}".'
