"""Recognize the mistakes in an answer, in the same way in a student's notebook and in the judge."""

from collections.abc import Iterable, Sequence

from ..typing import Outputs
from .known_mistakes import KnownMistake, name_mistake
from .outcome import CaseResult, Outcome
from .universal import universal_mistake


def recognize(
    function: str,
    results: Sequence[CaseResult],
    outcomes: Sequence[Outcome],
    expected: Sequence[Outputs | None],
    known: Iterable[KnownMistake],
    *,
    by_findings: bool,
    hidden: bool = False,
) -> tuple[KnownMistake, ...]:
    """Return the mistakes that explain an answer, or an empty tuple if none is known that does.

    Parameters
    ----------
    function : str
        The name of the student's function.
    results, outcomes : sequence
        The results of the student's function and the verdicts on them, in case order.
    expected : sequence of dict or None
        The reference's outputs, or None where a property decides.
    known : iterable of KnownMistake
        The known mistakes of the exercise.
    by_findings : bool
        Whether a property decides.
    hidden : bool
        Whether the cases are hidden, so that hints must not quote anything that the student's code could have written.
    """
    universal = universal_mistake(function, results, outcomes, expected, hidden)
    if universal and not universal.name.startswith(VAGUE):
        return (universal,)
    found = name_mistake(results, outcomes, known, by_findings) or universal
    return (found,) if found else ()


# A known mistake says more than these, which only describe what came back.
VAGUE = ("raises", "shape")
