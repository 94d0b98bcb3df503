"""Small exercises that tests check answers to, and one right answer."""

import numpy as np

from gradlab.checks.known_mistakes import KnownMistake, Program
from gradlab.checks.outcome import CaseResult
from gradlab.checks.public_exercise import PublicCase, PublicExercise
from gradlab.checks.signatures import signature

X = np.array([1.0, -2.0, 3.0])


def case(label, x, weight=1.0, expected=True, **inputs):
    """Return a case of `double`, with the expected output x + x if `expected` is True."""
    return PublicCase(label, {"x": x, **inputs}, {"result": x + x} if expected else None, None, 1e-7, weight)


HALVES = KnownMistake("halves", "Multiply instead of dividing.")
HALVING = Program(("halves",), tuple(signature(CaseResult(outputs={"result": x / 2})) for x in (X, X[:2])))
DOUBLE = PublicExercise(
    "double",
    4.0,
    "call",
    "",
    ("double",),
    (case("three", X), case("two", X[:2], 3.0)),
    (HALVES,),
    (HALVING,),
    parameters=("x",),
)
PAIR = PublicExercise("pair", 2.0, "call", "", ("pair", "partner"), (case("three", X),), ())
SECRET = PublicExercise("secret", 2.0, "call", "secret", ("secret",), (case("any", X, expected=False),), ())


def double(x):
    return 2 * x
