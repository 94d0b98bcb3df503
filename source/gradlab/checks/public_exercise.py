"""The public part of an exercise: its cases, which students may see, and what `check` needs to explain an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .. import drivers, properties
from ..typing import Config, Outputs
from .ignored import Scalar
from .known_mistakes import KnownMistake, Program
from .outcome import Property
from .pictures import Picture


@dataclass(frozen=True)
class PublicCase:
    """A case that students may see.

    `expected` is None if a property decides. `scalars` names the numbers among the inputs on which the expected
    outputs depend.
    """

    label: str
    inputs: Config
    expected: Outputs | None
    truth: Config | None
    tolerance: float
    weight: float = 1.0
    scalars: tuple[Scalar, ...] = ()


@dataclass(frozen=True)
class PublicExercise:
    """The parts of an exercise that `check` needs.

    Attributes
    ----------
    name : str
    points : float
    driver : str
        The name of a driver.
    judge : str
        The name of a property; "" if outputs are compared, "secret" for a property that only the judge has.
    functions : tuple of str
        The names of the functions that `check` is called with.
    cases : tuple of PublicCase
    mistakes : tuple of KnownMistake
    programs : tuple of Program
        The functions that make one or two of these mistakes, if outputs are compared; empty otherwise.
    seconds : float
        The CPU time that the grader allows for all cases.
    demo_names : tuple of str
        The names that only the notebook's demo cells set, so grading will not have them.
    demo_cells : tuple of str
        The digests of the notebook's demo cells.
    done : str
        What a student can do after earning full credit.
    picture : Picture or None
        What a failing check draws, if anything.
    parameters : tuple of str
        The names of the parameters in the function's template.
    returned : tuple of str
        The names of the values in the tuple that the function returns, as in its docstring; empty for other functions.
    """

    name: str
    points: float
    driver: str
    judge: str
    functions: tuple[str, ...]
    cases: tuple[PublicCase, ...]
    mistakes: tuple[KnownMistake, ...]
    programs: tuple[Program, ...] = ()
    seconds: float = 5.0
    demo_names: tuple[str, ...] = ()
    demo_cells: tuple[str, ...] = ()
    done: str = ""
    picture: Picture | None = None
    parameters: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()


def driver_of(exercise: PublicExercise) -> Callable[..., Outputs]:
    """Return the driver function for `exercise`."""
    return public_function(drivers, exercise.driver)


def judge_of(exercise: PublicExercise) -> Property | None:
    """Return the property that judges `exercise`, or None if outputs are compared or only the judge has it."""
    return public_function(properties, exercise.judge) if exercise.judge not in ("", "secret") else None


def public_function(module: ModuleType, name: str) -> Callable[..., Any]:
    """Return the function `name` from `module`.

    Raise ValueError unless the module exports the function. It is not enough that the module imports the function.
    """
    if name not in module.__all__:
        raise ValueError(
            f"{module.__name__} has no function {name!r}. In a notebook: update gradlab, or fetch the assignment again."
        )
    return getattr(module, name)
