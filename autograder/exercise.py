"""An exercise is one class: the task, how the function is called, the answer, the cases, and the known mistakes.

    class Sgd(Exercise):
        name, points = "sgd", 2
        driver = drivers.trajectory

        def reference(w, dw, config=None): ...
        def cases(rng): yield Case("ten steps", w=..., gradients=..., config=...)

        @mistake("The step goes along the gradient, so the loss rises: subtract.")
        def wrong_sign(w, dw, config=None): ...

        @variant
        def in_place(w, dw, config=None): ...

Nothing has to be registered: `autograder.catalogue` finds every such class in `autograder/exercises/`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from gradlab import drivers
from gradlab.checks.outcome import Outcome

TOLERANCE = {"float64": 1e-7, "float32": 1e-4}


@dataclass(frozen=True)
class Oracle:
    """A function among a case's inputs. The judge evaluates it; the student's process only holds a stub.

    Attributes
    ----------
    function : callable
        Takes and returns arrays, scalars, text or None. In the public check, which calls the function in the
        notebook itself, it must be a `functools.partial` of a function in `gradlab.oracles`.
    limit : int
        The number of calls allowed. Any further call raises an error in the student's code.
    """

    function: Callable[..., Any]
    limit: int = 10_000


@dataclass(frozen=True, init=False)
class Case:
    """One labeled set of inputs. Students read the labels, and partial credit is given case by case.

    Attributes
    ----------
    label : str
        What the case tests, in words a student understands. Unique within an exercise.
    inputs : dict
        Arguments for the driver: arrays, scalars, text, None, flat dicts of these, or `Oracle`.
    truth : dict or None
        What only the judge may know, for exercises with a `judge`.
    weight : float
        The case's fraction of the points, relative to the other cases.
    """

    label: str
    inputs: dict[str, Any]
    truth: dict[str, Any] | None = None
    weight: float = 1.0

    def __init__(self, label: str, /, *, truth: dict[str, Any] | None = None, weight: float = 1.0, **inputs: Any):
        for name, value in (("label", label), ("inputs", inputs), ("truth", truth), ("weight", weight)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Marked:
    """A known mistake or a correct variant: a function in an exercise's body, with its hint."""

    function: Callable[..., Any]
    hint: str = ""
    indistinguishable: str = ""

    @property
    def name(self) -> str:
        return self.function.__name__


@dataclass(frozen=True)
class mistake:
    """Mark a function as a known mistake. Students who make it see the `hint`.

    If feedback cannot tell the mistake from another one, `indistinguishable` says why: "gives the same output as ...".
    """

    hint: str
    indistinguishable: str = ""

    def __call__(self, function: Callable[..., Any]) -> Marked:
        return Marked(function, self.hint, self.indistinguishable)


class variant(Marked):
    """Mark a function as correct although it is written differently: it must get full marks."""


class Exercise:
    """Base class of all exercises. The class itself is the exercise; it is never instantiated.

    A subclass defines, in its body and as plain functions (there is no ``self``):

    name, points : str, float
        `name` is the function's name, the solution cell's ``grade_id`` and the first argument of ``check``.
    driver : callable
        From `gradlab.drivers`: how the function is called on one case.
    reference : function
        The answer. Students get its signature and docstring; its body goes into the solution region.
        It may use ``np`` and nothing else from outside.
    cases : function (rng) -> iterable of Case
        Fresh inputs from a `numpy.random.Generator`, always with the same labels in the same order.
    public_cases : function (rng) -> iterable of Case, optional
        Separate cases for the public check, with the same labels, if the hidden ones hold what students must not see.
    judge : function (case, outputs) -> Outcome, optional
        Decides where comparing with the reference's outputs cannot. A function from `gradlab.properties` also
        decides in the public check; one defined in the class is secret.
    partners : tuple of exercises
        Exercises whose functions are passed along, as in ``check("dropout_backward", dropout_backward,
        dropout_forward)``.
    tolerance : float
        The largest relative error in float64. float32 has its own.
    seconds : float
        Processor time allowed for all cases of one run.
    trains : bool
        Whether an answer trains a network. Such an exercise needs a `judge`, which also checks the outputs' names.
        `validate` tries fewer seeds, and known mistakes are run only on the public cases.
    """

    name: ClassVar[str]
    points: ClassVar[float]
    reference: ClassVar[Callable[..., Any]]
    cases: ClassVar[Callable[..., Iterable[Case]]]
    driver: ClassVar[Callable[..., dict[str, Any]]] = drivers.call
    public_cases: ClassVar[Callable[..., Iterable[Case]] | None] = None
    judge: ClassVar[Callable[..., Outcome] | None] = None
    partners: ClassVar[tuple[type["Exercise"], ...]] = ()
    tolerance: ClassVar[float] = TOLERANCE["float64"]
    seconds: ClassVar[float] = 10.0
    trains: ClassVar[bool] = False

    mistakes: ClassVar[tuple[Marked, ...]] = ()
    variants: ClassVar[tuple[Marked, ...]] = ()

    def __init_subclass__(cls) -> None:
        marked = [value for value in vars(cls).values() if isinstance(value, Marked)]
        cls.variants = tuple(m for m in marked if isinstance(m, variant))
        cls.mistakes = tuple(m for m in marked if not isinstance(m, variant))

    def __new__(cls, *_: Any) -> Self:
        raise TypeError(f"{cls.__name__} is used as a class and never instantiated.")

    @classmethod
    def function_names(cls) -> tuple[str, ...]:
        """The functions that are checked together: the exercise's own, then its partners'."""
        return (cls.name, *(partner.name for partner in cls.partners))

    @classmethod
    def tolerance_of(cls, case: Case) -> float:
        """The tolerance for `case`: float32's if any of its arrays is float32, in a dict or by itself."""
        values = [item for v in case.inputs.values() for item in (v.values() if isinstance(v, dict) else [v])]
        single = any(isinstance(v, np.ndarray) and v.dtype == np.float32 for v in values)
        return max(cls.tolerance, TOLERANCE["float32"]) if single else cls.tolerance


@dataclass(frozen=True)
class Written:
    """A question that students answer in words and a person grades in the formgrader.

    Attributes
    ----------
    name : str
        The answer cell's ``grade_id``.
    points : float
    question : str
        Markdown, shown in a separate locked cell.
    answer : str
        A model answer: in the instructor's notebook only.
    guide : str
        What earns how many points. Only the graders see it; it is never in the feedback.
    """

    name: str
    points: float
    question: str
    answer: str
    guide: str
