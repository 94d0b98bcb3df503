"""An exercise is one class: what it asks, how it is called, the answer, the cases, the known mistakes.

    class Sgd(Exercise):
        name, points = "sgd", 2
        driver = drivers.trajectory

        def reference(w, dw, config=None): ...
        def cases(rng): yield Case("ten steps", w=..., gradients=..., config=...)

        @mistake("The step goes along the gradient, so the loss rises: subtract.")
        def wrong_sign(w, dw, config=None): ...

        @variant
        def in_place(w, dw, config=None): ...

Nothing is registered: `autograder.catalogue` finds every such class in `autograder/exercises/`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradlab import drivers

TOLERANCE = {"float64": 1e-7, "float32": 1e-4}


@dataclass(frozen=True)
class Oracle:
    """A function among a case's inputs. It is evaluated at the judge; the student's process holds a stub.

    Attributes
    ----------
    function : callable
        Takes and returns arrays, scalars, text or None. A `functools.partial` of a function in
        `gradlab.oracles` also works in the public check, where it is called in the notebook itself.
    limit : int
        Calls beyond this many are refused with an error to the caller.
    """

    function: Callable
    limit: int = 10_000


@dataclass(frozen=True, init=False)
class Case:
    """One labeled set of inputs. Labels are what a student reads and what partial credit goes by.

    Attributes
    ----------
    label : str
        What the case tests, in words a student understands. Unique within an exercise.
    inputs : dict
        Arguments for the driver: arrays, scalars, text, None, flat dicts of these, or `Oracle`.
    truth : dict or None
        What only the judge may know, for exercises with a `judge`.
    weight : float
        Its share of the points, relative to the other cases.
    """

    label: str
    inputs: dict
    truth: dict | None = None
    weight: float = 1.0

    def __init__(self, label, /, *, truth=None, weight=1.0, **inputs):
        for name, value in (("label", label), ("inputs", inputs), ("truth", truth), ("weight", weight)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Marked:
    """A known mistake or a correct variant: a function in an exercise's body, with its hint."""

    function: Callable
    hint: str = ""
    indistinguishable: str = ""

    @property
    def name(self):
        return self.function.__name__


@dataclass(frozen=True)
class mistake:
    """Mark a function as a known mistake. `hint` is what to tell a student who made it.

    `indistinguishable` says why feedback cannot name it, where it cannot: "gives the same output as ...".
    """

    hint: str
    indistinguishable: str = ""

    def __call__(self, function):
        return Marked(function, self.hint, self.indistinguishable)


class variant(Marked):
    """Mark a function as correct though written otherwise: it must get full marks."""


class Exercise:
    """Base of every exercise; the class itself is the exercise, it is never instantiated.

    A subclass defines, in its body and as plain functions (there is no ``self``):

    name, points : str, float
        `name` is the function's name, the solution cell's ``grade_id`` and the first argument of ``check``.
    driver : callable
        From `gradlab.drivers`: how the function is called on one case.
    reference : function
        The answer. Its signature and docstring go to the student, its body into the solution region.
        It may use ``np`` and nothing else from outside.
    cases : function (rng) -> iterable of Case
        Fresh inputs from a `numpy.random.Generator`, always the same labels in the same order.
    public_cases : function (rng) -> iterable of Case, optional
        Those of the public check, with the same labels, where the hidden ones hold what no student may have.
    judge : function (case, returned) -> Outcome, optional
        Decides where equality with the reference's output does not. A function from `gradlab.properties`
        also decides in the public check; one defined in the class is secret.
    partners : tuple of str
        Exercises whose functions are passed along, as in ``check("dropout_backward", dropout_backward,
        dropout_forward)``.
    tolerance : float
        The largest relative error, in float64; float32 has its own.
    seconds : float
        Processor time allowed for all cases of one run.
    trains : bool
        Whether an answer trains a network. Then it needs a `judge`, which also looks at the outputs' names;
        `validate` judges fewer draws of the cases, and known mistakes are run on the public cases only.
    """

    name: str
    points: float
    driver: Callable = drivers.call
    public_cases: Callable | None = None
    judge: Callable | None = None
    partners: tuple = ()
    tolerance: float = TOLERANCE["float64"]
    seconds: float = 10.0
    trains: bool = False

    mistakes: tuple = ()
    variants: tuple = ()

    def __init_subclass__(cls):
        marked = [value for value in vars(cls).values() if isinstance(value, Marked)]
        cls.variants = tuple(m for m in marked if isinstance(m, variant))
        cls.mistakes = tuple(m for m in marked if not isinstance(m, variant))

    def __new__(cls, *_):
        raise TypeError(f"{cls.__name__} is used as a class and never instantiated.")

    @classmethod
    def tolerance_of(cls, case):
        """The tolerance for `case`: float32's if any of its arrays is float32, in a dict or by itself."""
        values = [item for v in case.inputs.values() for item in (v.values() if isinstance(v, dict) else [v])]
        single = any(isinstance(v, np.ndarray) and v.dtype == np.float32 for v in values)
        return max(cls.tolerance, TOLERANCE["float32"]) if single else cls.tolerance


@dataclass(frozen=True)
class Written:
    """A question answered in words and marked by a person, in the formgrader.

    Attributes
    ----------
    name : str
        The answer cell's ``grade_id``.
    points : float
    question : str
        Markdown; stands in a locked cell of its own.
    answer : str
        A model answer: in the instructor's notebook only.
    guide : str
        What earns which points; shown to whoever marks, never in feedback.
    """

    name: str
    points: float
    question: str
    answer: str
    guide: str
