"""The result of one case: what running it returned, and the verdict on that.

A case is one call of a student's function, or a short sequence of calls, on labeled inputs. Running a case gives a
`CaseResult`; judging that gives an `Outcome`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..typing import Outputs

# Every way a case can go wrong before there are numbers to compare, with the words for it. The list is closed on
# purpose: feedback on hidden cases uses these words only, and nothing that student code could have written.
PROBLEMS = {
    "missing": "not defined",
    "not_written": "not written yet",
    "error": "stopped with an error",
    "wrong_return": "did not return what was asked for",
    "wrong_names": "returned the wrong set of outputs",
    "wrong_type": "not an array of numbers",
    "wrong_shape": "wrong shape",
    "wrong_kind": "wrong kind of number",
    "not_finite": "not finite",
    "wrong_word": "not the expected word",
    "too_slow": "stopped: took too long",
    "no_memory": "stopped: took too much memory",
    "crashed": "the process died",
    "no_answer": "no answer came back",
    "not_run": "not run",
    "property": "not what was asked for",
}


@dataclass(frozen=True)
class Problem:
    """Why there are no numbers to compare.

    Attributes
    ----------
    kind : str
        One of `PROBLEMS`.
    detail : str
        A sentence on what was expected and what was returned; shown for public cases only.
    exception : str
        The name of the exception's class, for ``kind="error"``.
    """

    kind: str
    detail: str = ""
    exception: str = ""

    def __post_init__(self) -> None:
        if self.kind not in PROBLEMS:
            raise ValueError(f"kind must be one of {sorted(PROBLEMS)}. Got {self.kind!r}.")

    @property
    def sentence(self) -> str:
        return self.detail or PROBLEMS[self.kind]


@dataclass(frozen=True)
class CaseResult:
    """What running one case gave: named outputs, or the problem that prevented them.

    Attributes
    ----------
    outputs : dict or None
        The outputs by name; None if there was a problem.
    problem : Problem or None
    changed : tuple of str
        The arguments that the function changed in place.
    calls : dict of str to int
        How often the function called each of the functions among its arguments.
    """

    outputs: Outputs | None = None
    problem: Problem | None = None
    changed: tuple[str, ...] = ()
    calls: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """The verdict on one case.

    Attributes
    ----------
    passed : bool
    error, tolerance : float or None
        The relative error and the largest one allowed; None if no numbers could be compared.
    problem : Problem or None
    finding : str
        What a property found, where comparing with one expected output would not do: a plain phrase without
        numbers, such as "every row has the same mask". The same fault always gives the same phrase.
    """

    passed: bool
    error: float | None = None
    tolerance: float | None = None
    problem: Problem | None = None
    finding: str = ""

    @classmethod
    def failed(cls, kind: str, detail: str = "", *, tolerance: float | None = None) -> Outcome:
        return cls(passed=False, tolerance=tolerance, problem=Problem(kind, detail))


# A property: `property(case, outputs)` gives the verdict where many answers are right.
Property = Callable[[Any, Outputs], Outcome]
