"""A made-up class: who hands in what. Everyone fills in the notebook that was handed out, or mangles it."""

import copy
from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_code_cell

from . import cheats
from .standalone import standalone


@dataclass(frozen=True)
class Student:
    """One submission.

    Attributes
    ----------
    name : str
    story : str
        What was handed in, for whoever reads the demo's table.
    answers : dict of str to str
        Source by exercise; exercises that are not named are answered with the reference.
    cells : sequence of str
        The student's own cells, at the end of the notebook.
    first : sequence of str
        The student's own cells, at the start.
    raw : bytes or None
        What lies in the folder instead of a notebook; empty for nothing at all.
    untouched : bool
        Whether the notebook is handed in as it was handed out.
    mistake : tuple of str or None
        The exercise with a known mistake in it, and the mistake's name.
    gets : str
        What the grades must be: "all" points, "none", or "the rest", all but those of one exercise.
    """

    name: str
    story: str
    answers: dict = field(default_factory=dict)
    cells: tuple = ()
    first: tuple = ()
    raw: bytes | None = None
    untouched: bool = False
    mistake: tuple | None = None
    gets: str = "all"

    def notebook(self, assignment, released):
        """The bytes of the submitted notebook, or None where the folder has none."""
        if self.raw is not None:
            return self.raw or None
        notebook = copy.deepcopy(released)
        for cell in notebook.cells:
            mark = cell.metadata.get("nbgrader")
            if mark and mark.solution and not self.untouched:
                cell.source = self._answer(assignment, mark.grade_id)
        notebook.cells[1:1] = [new_code_cell(source) for source in self.first]
        notebook.cells += [new_code_cell(source) for source in self.cells]
        return nbformat.writes(notebook).encode()

    def _answer(self, assignment, name):
        if name in assignment.written:
            return assignment.written[name].answer.split("\n\n")[0]  # the first of several parts
        return self.answers.get(name) or reference(assignment.exercises[name])


def reference(exercise):
    return standalone(exercise.reference, exercise.name)


def make_class(assignment, size):
    """At least `size` students, and one for every scenario.

    Returns
    -------
    list of Student
    """
    found = [
        *perfect(),
        *unusual(assignment),
        *mistaken(assignment),
        *stuck(assignment),
        *cheating(assignment),
    ]
    more = [Student(f"student{i:02}", "everything right") for i in range(1, size - len(found) + 1)]
    return sorted(found + more, key=lambda student: student.name)


def perfect():
    yield Student("ada", "everything right")
    yield Student("emmy", "everything right")


def unusual(assignment):
    """Correct, but written otherwise than the reference."""
    for index, name in enumerate(("grace", "sofia")):
        answers = {
            exercise.name: standalone(exercise.variants[index].function, exercise.name)
            for exercise in assignment.exercises.values()
            if len(exercise.variants) > index
        }
        yield Student(name, "everything right, written in unusual ways", answers)


def mistaken(assignment):
    """One student for each exercise, with a known mistake in it."""
    names = (
        "alan",
        "blaise",
        "carl",
        "david",
        "euler",
        "fermat",
        "george",
        "henri",
        "isaac",
        "john",
        "kurt",
        "leon",
    )
    names += ("mary", "niels", "oskar", "paul", "rene", "tycho", "ulam", "viete")
    for name, exercise in zip(names, assignment.exercises.values(), strict=False):
        mistake = exercise.mistakes[len(name) % len(exercise.mistakes)]
        answers = {exercise.name: standalone(mistake.function, exercise.name)}
        story = f"in {exercise.name}: {mistake.name.replace('_', ' ')}"
        yield Student(name, story, answers, mistake=(exercise.name, mistake.name), gets="the rest")


def stuck(assignment):
    """What goes wrong without bad intent."""
    first = next(iter(assignment.exercises))
    yield Student("loop", f"an endless loop in {first}", {first: cheats.endless_loop(first)}, gets="the rest")
    yield Student("crash", f"{first} kills its process", {first: cheats.crash(first)}, gets="the rest")
    yield Student("hog", f"{first} takes all memory", {first: cheats.memory_hog(first)}, gets="the rest")
    yield Student("mangled", "half a notebook", raw=b'{"cells": [{"cell_type": "code", "source": "x = ', gets="none")
    yield Student("missing", "a folder without a notebook", raw=b"", gets="none")
    yield Student("quiet", "the notebook as it was handed out", untouched=True, gets="none")


def cheating(assignment):
    """Four who want points for nothing."""
    wrong = {name: cheats.does_nothing(exercise) for name, exercise in assignment.exercises.items()}
    equal = {name: cheats.always_equal(exercise) for name, exercise in assignment.exercises.items()}
    peeking = {name: cheats.peeks(name, answer) for name, answer in wrong.items()}
    yield Student("dropper", "cheats: drops the checks' lines", wrong, first=(cheats.DROP_CHECKS,), gets="none")
    yield Student("equal", "cheats: arrays that equal everything", equal, first=(cheats.ALWAYS_EQUAL,), gets="none")
    yield Student("patcher", "cheats: replaces np.allclose", wrong, first=(cheats.PATCH,), gets="none")
    story = "cheats: stores hidden inputs to print"
    yield Student("peeper", story, peeking, first=(cheats.STORE,), cells=(cheats.PRINT,), gets="none")
