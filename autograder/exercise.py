"""An exercise is one class: its name and points, its driver, the reference solution, the cases, and the known mistakes.

    class Sgd(Exercise):
        name, points = "sgd", 2
        done = "You have the rule that all others are measured against."
        driver = drivers.trajectory

        def reference(w, dw, config=None): ...
        def cases(rng): yield Case("ten steps", w=..., gradients=..., config=...)

        wrong_sign = mistake("The step goes along the gradient, so the loss rises: subtract.", {"w - step": "w + step"})

        @mistake("You return the gradient, not the weights.")  # a function, where an edit would be longer
        def gradient_returned(w, dw, config=None): ...

        @variant
        def in_place(w, dw, config=None): ...

Exercises need no registration: `autograder.catalogue` finds every such class in `autograder/exercises/`.
"""

import functools
import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, ClassVar, Self

import numpy as np

from gradlab import drivers
from gradlab.checks.outcome import Outcome
from gradlab.checks.pictures import Picture

from .edits import Edits, Span, editable, edited, spans
from .errors import error_in

TOLERANCE = {"float64": 1e-7, "float32": 1e-4}


@dataclass(frozen=True)
class Oracle:
    """A function among a case's inputs. The judge evaluates the function; the student's process has only a stub.

    Attributes
    ----------
    function : callable
        A function that takes and returns arrays, scalars, text, or None. In a public case, it must be a
        `functools.partial` of a function in `gradlab.oracles`, because the public check calls it in the notebook.
    limit : int
        The number of calls allowed. Any additional call raises an error in the student's code.
    """

    function: Callable[..., Any]
    limit: int = 10_000


@dataclass(frozen=True, init=False)
class Case:
    """One labeled set of inputs. Students read the labels, and partial credit is given case by case.

    Attributes
    ----------
    label : str
        What the case tests, in words that students understand. Labels must be unique within an exercise.
    inputs : dict
        Arguments for the driver: arrays, scalars, text, None, flat dicts of these, or `Oracle`.
    truth : dict or None
        Additional values for the exercise's `judge`, such as the correct labels. They are never passed to student code.
    weight : float
        The case's share of the points, relative to the other cases' weights.
    """

    label: str
    inputs: dict[str, Any]
    truth: dict[str, Any] | None = None
    weight: float = 1.0

    def __init__(self, label: str, /, *, truth: dict[str, Any] | None = None, weight: float = 1.0, **inputs: Any):
        for name, value in (("label", label), ("inputs", inputs), ("truth", truth), ("weight", weight)):
            object.__setattr__(self, name, value)


class Marked:
    """A known mistake or a correct variant of an exercise.

    Attributes
    ----------
    function : callable
        A function written in the exercise's body, or the reference with `edits` applied.
    edits : dict of str to str or None
        Replacements for pieces of text in the reference, keyed by the text they replace; None for a function.
    hint : str
        What to tell a student who makes this mistake. Empty for a variant.
    indistinguishable : str
        If feedback cannot distinguish this mistake from another one, the reason, such as "gives the same output as
        ..."; otherwise empty.
    """

    def __init__(self, written: Callable[..., Any] | Edits, hint: str = "", indistinguishable: str = "") -> None:
        self.edits = None if callable(written) else written
        self.hint, self.indistinguishable = hint, indistinguishable
        self.name = written.__name__ if callable(written) else ""  # for edits, `__set_name__` sets the name
        self.places: tuple[Span, ...] = ()
        if callable(written):
            self.function = written

    def __set_name__(self, owner: type["Exercise"], name: str) -> None:
        self.name = name

    def bind(self, exercise: type["Exercise"]) -> None:
        """Apply the edits to the exercise's reference.

        Raises
        ------
        DefinitionError
            If the text that an edit replaces does not occur exactly once.
        """
        assert self.edits is not None
        self._reference = exercise.reference
        try:
            self.places = tuple(spans(editable(self._reference), self.edits))
        except ValueError as error:
            sentence = f"`{self.name}` of {exercise.__name__} cannot be applied to the reference: {error}"
            raise error_in(exercise, self.name, sentence) from None

    @functools.cached_property
    def function(self) -> Callable[..., Any]:
        return edited(self._reference, self.name, self.places)


class variant(Marked):
    """Mark a correct variant, which is written differently from the reference and must get full credit.

    Decorate a function, or give edits to the reference: ``in_place = variant({"w - step": "np.subtract(w, step)"})``.
    """


def mistake(hint: str, edits: Edits | None = None, *, indistinguishable: str = "") -> Any:
    """Mark a known mistake. Students who make it see the `hint`.

    Decorate a function, or give edits to the reference: ``wrong_sign = mistake("...", {"w - step": "w + step"})``.
    Prefer edits: the judge also recognizes pairs of them.

    Parameters
    ----------
    hint : str
    edits : dict of str to str, optional
        Replacements for pieces of text in the reference, keyed by the text they replace. Each piece must occur exactly
        once.
    indistinguishable : str, optional
        If feedback cannot distinguish the mistake from another one, the reason, such as "gives the same output as ...".
    """
    if edits is not None:
        return Marked(edits, hint, indistinguishable)
    return functools.partial(Marked, hint=hint, indistinguishable=indistinguishable)


class Exercise:
    """Base class of all exercises. Each subclass is an exercise and is never instantiated.

    A subclass defines the following names in its body. The functions are plain functions, without ``self``.

    name, points : str, float
        `name` is the function's name, the solution cell's ``grade_id``, and the first argument of ``check``.
    done : str
        A line of at most 110 characters that says what students have built or can do now. `check` shows the line
        after full credit on the public cases, and feedback after full credit on the hidden cases. The line must not
        mention the grade, because the public cases don't determine the grade.
    driver : callable
        A function from `gradlab.drivers` that calls the student's function on one case.
    reference : function
        The reference solution. Students get its signature and docstring; its body goes into the solution region.
        The body may use ``np`` and built-ins, but no other name from outside the function.
    cases : function (rng) -> iterable of Case
        Draws fresh cases with a `numpy.random.Generator`. The labels and their order must be the same for every seed.
    public_cases : function (rng) -> iterable of Case, optional
        Draws separate cases for the public check, with the same labels. This function is required if the hidden cases
        contain something that students must not see.
    judge : function (case, outputs) -> Outcome, optional
        Decides whether the outputs are correct, if a comparison with the reference's outputs cannot. A function from
        `gradlab.properties` also decides in the public check; a function defined in the class is secret.
    partners : tuple of exercises
        Exercises whose functions are checked together with this one, as in ``check("dropout_backward",
        dropout_backward, dropout_forward)``.
    tolerance : float
        The largest relative error allowed in float64. In float32, at least 1e-4 is allowed.
    seconds : float
        The CPU time allowed for all cases of one run, in seconds. The slowest correct answer that we know of
        takes less than 0.1 s, except in exercises that set their own limit.
    picture : Picture, optional
        What `check` draws in a notebook for a failing public case, if wrong outputs are easier to see than to
        describe.
    trains : bool
        Whether an answer trains a network. Such an exercise needs a `judge`, which also checks the outputs' names.
        `validate` tries fewer seeds for such an exercise, and grading recognizes its known mistakes by the public cases
        only.
    """

    name: ClassVar[str]
    points: ClassVar[float]
    done: ClassVar[str] = ""
    reference: ClassVar[Callable[..., Any]]
    cases: ClassVar[Callable[..., Iterable[Case]]]
    driver: ClassVar[Callable[..., dict[str, Any]]] = drivers.call
    public_cases: ClassVar[Callable[..., Iterable[Case]] | None] = None
    judge: ClassVar[Callable[..., Outcome] | None] = None
    partners: ClassVar[tuple[type["Exercise"], ...]] = ()
    tolerance: ClassVar[float] = TOLERANCE["float64"]
    seconds: ClassVar[float] = 5.0
    picture: ClassVar[Picture | None] = None
    trains: ClassVar[bool] = False

    mistakes: ClassVar[tuple[Marked, ...]] = ()
    variants: ClassVar[tuple[Marked, ...]] = ()

    def __init_subclass__(cls) -> None:
        marked = [value for value in vars(cls).values() if isinstance(value, Marked)]
        cls.variants = tuple(m for m in marked if isinstance(m, variant))
        cls.mistakes = tuple(m for m in marked if not isinstance(m, variant))
        reference = getattr(cls, "reference", None)
        if isinstance(reference, FunctionType) and reference.__name__ != "<lambda>":
            for m in marked:
                if m.edits is not None:
                    m.bind(cls)

    def __new__(cls, *_: Any) -> Self:
        raise TypeError(f"{cls.__name__} is an exercise, which is never instantiated: use the class itself.")

    @classmethod
    def function_names(cls) -> tuple[str, ...]:
        """Return the names of the functions that are checked together: the exercise's own, then its partners'."""
        return (cls.name, *(partner.name for partner in cls.partners))

    @classmethod
    @functools.cache  # the judge asks for them in every case
    def returned_names(cls) -> tuple[str, ...]:
        """Return the names that the reference's docstring gives the returned values, or () if there is only one.

        The docstring must list them as numpydoc does: ``loss : float``, or ``low, high : float``.
        """
        docstring = inspect.getdoc(cls.reference) or ""
        section = re.search(r"^Returns\n-+\n(.*?)(?=\n\n\w+\n-+\n|\Z)", docstring, re.MULTILINE | re.DOTALL)
        entries = re.findall(r"^(\w+(?:, \w+)*) : ", section[1], re.MULTILINE) if section else []
        names = tuple(", ".join(entries).split(", "))
        return names if len(names) > 1 else ()

    @classmethod
    def tolerance_of(cls, case: Case) -> float:
        """Return the tolerance for `case`: at least 1e-4 if an input is a float32 array or a dict that contains one."""
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
        A model answer, which instructors and graders see. It is never released to students.
    guide : str
        A grading guide that says how many points each part of an answer earns. Only graders see the guide; feedback
        never contains it.
    """

    name: str
    points: float
    question: str
    answer: str
    guide: str
