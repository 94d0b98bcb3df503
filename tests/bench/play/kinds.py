"""The kinds of submissions in a simulated class, and the points that each kind earns."""

import functools
import json
from collections.abc import Iterator

import nbformat

from autograder.catalogue import Assignment, assignments
from autograder.demo.standalone import standalone
from autograder.demo.students import Student, broken, cheating, mistaken, perfect, reference, unusual
from autograder.paths import ROOT

from .machine import Machine

SLOPPY = "step_decay"  # an exercise in which one kind is off by 1e-5
SLOPPY_END = f"\n\n\ndef {SLOPPY}(*args, **kwargs):\n    return exact(*args, **kwargs) * (1 + 1e-5)"
MISTAKEN = {"adam", "sgd", "rmsprop", "step_decay", "schedule_race", "linear_warmup"}  # exercises with a known mistake
UNREADABLE = ("mangled", "missing")


class Kind:
    """A kind of submission.

    Attributes
    ----------
    name : str
    content : bytes or None
        The contents of the notebook's file; None if there is no file.
    readable, filled : bool
        Whether the file is a notebook, and whether it has answers to this assignment.
    """

    def __init__(self, student: Student, assignment: Assignment, released: nbformat.NotebookNode) -> None:
        self.name, self.assignment, self.student = student.name, assignment, student
        self.content = student.notebook(assignment, released)
        self.readable = student.name not in UNREADABLE
        self.filled = student.raw is None and not student.untouched

    def answer(self, name: str) -> str:
        """Return a text that differs if the answer to an exercise or a question differs; "" if there is no answer."""
        return self.student.answers.get(name, "as the reference") if self.filled else ""


class Points:
    """Knows the points for each kind.

    They are known in advance if an exercise has not changed and its answer is the reference or a variant, or if the
    submission earns nothing at all. Otherwise, `python -m autograder try` judges that answer separately.
    """

    def __init__(self) -> None:
        self._tried: dict[tuple[str, str, str], float] = {}

    def of(self, kind: Kind, machine: Machine) -> dict[str, float]:
        """Return the points for each exercise, with the exercises as they are now on a machine."""
        if kind.student.gets == "none":
            return dict.fromkeys(kind.assignment.exercises, 0.0)
        return {name: self._points(kind, name, machine) for name in kind.assignment.exercises}

    def _points(self, kind: Kind, name: str, machine: Machine) -> float:
        exercises, file = kind.assignment.exercises, machine.exercise_file(f"{kind.assignment.name}/{name}")
        code = file.read_text(encoding="utf-8")
        unchanged = code == (ROOT / file.relative_to(machine.course)).read_text(encoding="utf-8")
        together = [each for each in exercises[name].function_names() if each in exercises]
        right = all(is_right(kind, each) for each in together)
        if unchanged and right:
            return float(exercises[name].points)
        answers = (kind.student.answers.get(each) or reference(exercises[each]) for each in together)
        key = name, "\n\n\n".join(["import numpy as np", *answers]), code
        if key not in self._tried:
            answer = machine.home / "answer.py"
            answer.write_text(key[1], encoding="utf-8")
            self._tried[key] = json.loads(machine.autograder("try", name, str(answer), "--json"))["score"]
        return self._tried[key]


@functools.cache
def is_right(kind: Kind, name: str) -> bool:
    """Return whether an answer is the reference or a variant."""
    variants = (standalone(variant.function, name) for variant in kind.assignment.exercises[name].variants)
    return name not in kind.student.answers or kind.student.answers[name] in variants


def make_kinds(name: str, released: nbformat.NotebookNode, other: str) -> tuple[list[Kind], list[Kind]]:
    """Make a notebook of each kind. Return those that can be read and make some sense, and the broken ones.

    Parameters
    ----------
    name : str
        An assignment.
    released : NotebookNode
        The assignment's released notebook.
    other : str
        Another assignment, whose notebook is submitted by mistake.
    """
    assignment = assignments()[name]
    mistakes = [each for each in mistaken(assignment) if not each.answers.keys().isdisjoint(MISTAKEN)]
    good = [*perfect(), *unusual(assignment), *mistakes, *cheating(assignment), *wrong(assignment, other)]
    return [Kind(each, assignment, released) for each in good], [
        Kind(each, assignment, released) for each in broken(assignment)
    ]


def wrong(assignment: Assignment, other: str) -> Iterator[Student]:
    """Yield a student whose answer is slightly off, and a student who submits another assignment's notebook."""
    if SLOPPY in assignment.exercises:
        answer = standalone(assignment.exercises[SLOPPY].reference, "exact") + SLOPPY_END
        yield Student("sloppy", "off by a factor of 1.00001", {SLOPPY: answer}, gets="all but one")
    built = nbformat.read(ROOT / "assignments" / other / f"{other}.ipynb", as_version=4)
    filled = Student("ada", "").notebook(assignments()[other], built)
    yield Student("swapped", f"the notebook of {other}", raw=filled, gets="none")
