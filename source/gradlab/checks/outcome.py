"""The result of running one case, and the verdict on it.

A case is one call of a student's function, or a short sequence of calls, on labeled inputs. Running a case gives a
`CaseResult`; judging that result gives an `Outcome`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..typing import Outputs

# Every way in which a case can fail before there are numbers to compare, with its description. The list is deliberately
# closed: feedback on hidden cases uses only these descriptions, and nothing that student code could have written.
PROBLEMS = {
    "missing": "not defined",
    "not_written": "not written yet",
    "error": "stopped with an error",
    "wrong_parameters": "different parameters than the template",
    "wrong_return": "did not return what was asked for",
    "wrong_names": "returned the wrong set of outputs",
    "wrong_type": "not the type of value that was asked for",
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
    line : str
        The line of the student's code that raised the exception.
    got : str
        A description of the value that was returned, for ``kind="wrong_return"``, "wrong_type", and "wrong_shape"; of
        the names that are missing or not expected, for "wrong_names"; the parameters, for "wrong_parameters".
    function : int
        The function at fault: 0 for the function being checked, n for the n-th of those checked together with it.
    """

    kind: str
    detail: str = ""
    exception: str = ""
    line: str = ""
    got: str = ""
    function: int = 0

    def __post_init__(self) -> None:
        if self.kind not in PROBLEMS:
            raise ValueError(f"kind must be one of {sorted(PROBLEMS)}. Got {self.kind!r}.")

    @property
    def sentence(self) -> str:
        return (self.detail or PROBLEMS[self.kind]) + (f" (in `{self.line}`)" if self.line else "")


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
    printed : str
        The function's printed output and warnings, if they were kept.
    """

    outputs: Outputs | None = None
    problem: Problem | None = None
    changed: tuple[str, ...] = ()
    calls: dict[str, int] = field(default_factory=dict)
    printed: str = ""


# The result of every case after the one at which a process was stopped.
NOT_RUN = CaseResult(problem=Problem("not_run", "not run because of an earlier problem"))


@dataclass(frozen=True)
class Part:
    """The verdict on one output, for a case that is decided by comparison.

    Attributes
    ----------
    output : str
        The output's name.
    passed : bool
    error : float or None
        The relative error; None if no real numbers were compared, for example because the shape is wrong.
    finding : str
        How or where the output is wrong, as a phrase with a verb but no number from the case, such as "is twice as
        large". Feedback on hidden cases shows it too.
    detail : str
        The worst or first wrong entry, expected and returned; shown for public cases only.
    """

    output: str
    passed: bool
    error: float | None = None
    finding: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Reached:
    """What an answer reached in a case with a goal, such as an accuracy.

    Attributes
    ----------
    shown : str
        What was reached, such as "88.9%" or "17 of 20".
    asked : str
        What was asked for, in the same form; empty if the answer can only be right or wrong.
    what : str
        What was counted, such as "named correctly".
    rank : tuple of float
        Of two answers, the one with the larger rank reached more.
    """

    shown: str
    asked: str = ""
    what: str = ""
    rank: tuple[float, ...] = ()

    @property
    def sentence(self) -> str:
        reached = f"{self.shown} {self.what}" if self.what else self.shown
        return f"{reached} (required: {self.asked})" if self.asked else reached

    @classmethod
    def fraction(cls, value: float, asked: float, what: str = "") -> Reached:
        """Return a fraction as a percentage, rounded down, so that falling just short never looks like enough."""
        percent = math.floor(1000 * value + 1e-9) / 10
        return cls(f"{percent:.1f}".removesuffix(".0") + "%", f"{100 * asked:g}%", what, (float(value),))


@dataclass(frozen=True)
class Outcome:
    """The verdict on one case.

    Attributes
    ----------
    passed : bool
    error, tolerance : float or None
        The relative error, which is None if no real numbers were compared, and the largest error that passes.
    problem : Problem or None
    finding : str
        What was found besides a relative error, usually by a property: a plain phrase without numbers from the case,
        such as "every row has the same mask". The same fault always gives the same phrase.
    parts : tuple of Part
        The verdicts on the outputs one by one, if they were compared with the expected ones.
    reached : Reached or None
        What the answer reached, whether it passes or not; shown for public cases only.
    """

    passed: bool
    error: float | None = None
    tolerance: float | None = None
    problem: Problem | None = None
    finding: str = ""
    parts: tuple[Part, ...] = ()
    reached: Reached | None = None

    def with_names(self, returned: Sequence[str]) -> Outcome:
        """Return this outcome with names for the values of a returned tuple, which drivers only number.

        Parameters
        ----------
        returned : sequence of str
            The names, in order. Nothing changes unless there is one for each output, and all outputs are numbered.
        """
        numbered = [f"result {number}" for number in range(1, len(returned) + 1)]
        if not returned or [part.output for part in self.parts] != numbered:
            return self
        problem = self.problem
        if problem and (match := re.match(r"result (\d+): ", problem.detail)):
            problem = replace(problem, detail=f"{returned[int(match[1]) - 1]}: {problem.detail[match.end() :]}")
        parts = tuple(replace(part, output=name) for part, name in zip(self.parts, returned, strict=True))
        return replace(self, parts=parts, problem=problem)

    @classmethod
    def failed(cls, kind: str, detail: str = "", *, tolerance: float | None = None) -> Outcome:
        return cls(passed=False, tolerance=tolerance, problem=Problem(kind, detail))


# A property, `property(case, outputs)`, gives the verdict in exercises that have many correct outputs.
Property = Callable[[Any, Outputs], Outcome]
