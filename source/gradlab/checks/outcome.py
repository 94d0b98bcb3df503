"""The result of running one case, and the verdict on it.

A case is one call of a student's function, or a short sequence of calls, on labeled inputs. Running a case gives a
`CaseResult`; judging that result gives an `Outcome`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..typing import Outputs

# Every way in which a case can fail before there are numbers to compare, with its description. The list is deliberately
# closed: feedback on hidden cases uses only these descriptions, and nothing that student code could have written.
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
    "no_answer": "no answer was received",
    "not_run": "not run",
    "property": "not what was asked for",
}


@dataclass(frozen=True)
class Problem:
    """The reason why a case has no numbers to compare.

    Attributes
    ----------
    kind : str
        A key of `PROBLEMS`.
    detail : str
        A sentence that says what was expected and what was returned, shown for public cases only.
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
    """The result of running one case: named outputs, or the problem that prevented them.

    Attributes
    ----------
    outputs : dict or None
        The outputs, keyed by name; None if there was a problem.
    problem : Problem or None
    changed : tuple of str
        The names of the arguments that the function changed in place.
    calls : dict of str to int
        The number of calls to each function among the case's inputs, keyed by the name of the input.
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
        The relative error, which is None if no numbers were compared, and the largest error that passes.
    problem : Problem or None
    finding : str
        What was found besides a relative error, usually by a property: a plain phrase without numbers, such as
        "every row has the same mask". The same fault always gives the same phrase.
    """

    passed: bool
    error: float | None = None
    tolerance: float | None = None
    problem: Problem | None = None
    finding: str = ""

    @classmethod
    def failed(cls, kind: str, detail: str = "", *, tolerance: float | None = None) -> Outcome:
        return cls(passed=False, tolerance=tolerance, problem=Problem(kind, detail))


# A property, `property(case, outputs)`, gives the verdict in exercises that have many correct outputs.
Property = Callable[[Any, Outputs], Outcome]
