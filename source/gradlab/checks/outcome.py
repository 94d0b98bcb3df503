"""What came of one case: first what running it gave, then what comparing that showed.

A case is one call of a student's function, or one short sequence of calls, on inputs with a label.
Running it gives a `CaseResult`; comparing that with what was expected gives an `Outcome`.
"""

from dataclasses import dataclass, field

# Every way in which a case can go wrong without there being numbers to compare, and what it is called in
# a sentence. The list is closed on purpose: for cases whose inputs are hidden, feedback says one of these
# and nothing that student code could have written.
PROBLEMS = {
    "missing": "not defined",
    "not_written": "not written yet",
    "error": "stopped with an error",
    "wrong_return": "returned something else than asked",
    "wrong_names": "returned other things than asked",
    "wrong_type": "not an array of numbers",
    "wrong_shape": "wrong shape",
    "wrong_kind": "wrong kind of number",
    "not_finite": "not finite",
    "wrong_word": "another word than expected",
    "too_slow": "stopped: took too long",
    "no_memory": "stopped: took too much memory",
    "crashed": "the process died",
    "no_answer": "no answer came back",
    "not_run": "not run",
    "property": "not what was asked",
}


@dataclass(frozen=True)
class Problem:
    """Why there are no numbers to compare.

    Attributes
    ----------
    kind : str
        One of `PROBLEMS`.
    detail : str
        What was expected and what came, in a sentence; shown for public cases only.
    exception : str
        The name of the exception's class, for ``kind="error"``.
    """

    kind: str
    detail: str = ""
    exception: str = ""

    def __post_init__(self):
        if self.kind not in PROBLEMS:
            raise ValueError(f"kind must be one of {sorted(PROBLEMS)}. Got {self.kind!r}.")

    @property
    def sentence(self):
        return self.detail or PROBLEMS[self.kind]


@dataclass(frozen=True)
class CaseResult:
    """What running one case gave: named outputs, or the problem that stopped it.

    `changed` names the arguments that the function changed in place; `calls` counts its calls of the functions
    that it was given.
    """

    outputs: dict | None = None
    problem: Problem | None = None
    changed: tuple = ()
    calls: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """The verdict on one case.

    Attributes
    ----------
    passed : bool
    error, tolerance : float or None
        The relative error and what it may be; None where no numbers could be compared.
    problem : Problem or None
    finding : str
        What a judge found, where equality does not decide: a plain sentence without numbers, such as
        "every row has the same mask". The same fault always gives the same sentence.
    """

    passed: bool
    error: float | None = None
    tolerance: float | None = None
    problem: Problem | None = None
    finding: str = ""

    @classmethod
    def failed(cls, kind, detail="", **more):
        return cls(passed=False, problem=Problem(kind, detail), **more)
