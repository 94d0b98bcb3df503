"""A made-up class. Each student submits the released notebook, filled in or unchanged, or something broken."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import nbformat
from nbformat.v4 import new_code_cell

from autograder.catalogue import Assignment
from autograder.exercise import Exercise
from autograder.judging.cases import cached

from . import cheats
from .standalone import standalone

NAMES = [
    *("alan", "blaise", "carl", "david", "euler", "fermat", "george", "henri", "isaac", "john"),
    *("kurt", "leon", "mary", "niels", "oskar", "paul", "rene", "tycho", "ulam", "viete"),
]


@dataclass(frozen=True)
class Student:
    """One submission.

    Attributes
    ----------
    name : str
    story : str
        A description of the submission, for the demo's table.
    answers : mapping of str to str
        The answers' source code, keyed by exercise. Exercises that are not listed are answered with the reference.
    cells : sequence of str
        The source code of cells that the student adds at the end of the notebook.
    first : sequence of str
        The source code of cells that the student adds near the start, after the first cell.
    raw : bytes or None
        Contents of the notebook file. If None, the released notebook is filled in. If empty, there is no file.
    untouched : bool
        Whether the answer cells are submitted as they were released.
    mistake : tuple of str or None
        The exercise that contains a known mistake, and the mistake's name.
    gets : str
        The points that the submission must earn: "all", "none", or "all but one" (one exercise loses points).
    """

    name: str
    story: str
    answers: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    raw: bytes | None = None
    untouched: bool = False
    mistake: tuple[str, str] | None = None
    gets: Literal["all", "none", "all but one"] = "all"

    def notebook(self, assignment: Assignment, released: nbformat.NotebookNode) -> bytes | None:
        """Return the contents of the submitted notebook file, or None if there is no file."""
        if self.raw is not None:
            return self.raw or None
        notebook = copy.deepcopy(released)
        for cell in notebook.cells:
            metadata = cell.metadata.get("nbgrader")
            if metadata and metadata.solution and not self.untouched:
                cell.source = self._answer(assignment, metadata.grade_id)
        # Fixed cell ids keep the file the same and, with the same course secret, its hidden cases, too.
        notebook.cells[1:1] = [new_code_cell(source, id=f"first-{i}") for i, source in enumerate(self.first)]
        notebook.cells += [new_code_cell(source, id=f"last-{i}") for i, source in enumerate(self.cells)]
        return nbformat.writes(notebook).encode()

    def _answer(self, assignment: Assignment, name: str) -> str:
        if name in assignment.written:
            return assignment.written[name].answer.split("\n\n")[0]  # only the first paragraph
        return self.answers.get(name) or reference(assignment.exercises[name])


@cached  # most students of a class submit it
def reference(exercise: type[Exercise]) -> str:
    """Return the source of an exercise's reference answer."""
    return standalone(exercise.reference, exercise.name)


def make_class(assignment: Assignment, size: int) -> list[Student]:
    """Return a class, sorted by name: the students of all scenarios, plus enough perfect ones to reach `size`."""
    students = [
        *perfect(),
        *unusual(assignment),
        *mistaken(assignment),
        *broken(assignment),
        *cheating(assignment),
    ]
    more = [Student(f"student{i:02}", "all correct") for i in range(1, size - len(students) + 1)]
    return sorted(students + more, key=lambda student: student.name)


def perfect() -> Iterator[Student]:
    yield Student("ada", "all correct")
    yield Student("emmy", "all correct")


def unusual(assignment: Assignment) -> Iterator[Student]:
    """Yield students whose correct answers differ from the reference in style."""
    for index, name in enumerate(("grace", "sofia")):
        answers = {
            exercise.name: standalone(exercise.variants[index].function, exercise.name)
            for exercise in assignment.exercises.values()
            if len(exercise.variants) > index
        }
        yield Student(name, "all correct, in an unusual style", answers)


def mistaken(assignment: Assignment) -> Iterator[Student]:
    """Yield one student per exercise, whose answer to that exercise contains a known mistake."""
    for name, exercise in zip(NAMES, assignment.exercises.values(), strict=False):
        mistake = exercise.mistakes[len(name) % len(exercise.mistakes)]
        answers = {exercise.name: standalone(mistake.function, exercise.name)}
        story = f"in {exercise.name}: {mistake.name.replace('_', ' ')}"
        yield Student(name, story, answers, mistake=(exercise.name, mistake.name), gets="all but one")


def broken(assignment: Assignment) -> Iterator[Student]:
    """Yield students whose submissions fail although they don't try to cheat."""
    first = next(iter(assignment.exercises))
    yield Student("loop", f"an endless loop in {first}", {first: cheats.endless_loop(first)}, gets="all but one")
    yield Student("crash", f"{first} crashes its process", {first: cheats.crash(first)}, gets="all but one")
    yield Student("hog", f"{first} uses up all memory", {first: cheats.memory_hog(first)}, gets="all but one")
    yield Student("mangled", "half a notebook", raw=b'{"cells": [{"cell_type": "code", "source": "x = ', gets="none")
    yield Student("missing", "a folder without a notebook", raw=b"", gets="none")
    yield Student("quiet", "the released notebook, unchanged", untouched=True, gets="none")


def cheating(assignment: Assignment) -> Iterator[Student]:
    """Yield four students who try to get points without correct answers."""
    wrong = {name: cheats.does_nothing(exercise) for name, exercise in assignment.exercises.items()}
    equal = {name: cheats.always_equal(exercise) for name, exercise in assignment.exercises.items()}
    peeking = {name: cheats.peeks(name, answer) for name, answer in wrong.items()}
    yield Student("dropper", "cheats: removes the check lines", wrong, first=(cheats.DROP_CHECKS,), gets="none")
    yield Student("equal", "cheats: arrays that equal everything", equal, first=(cheats.ALWAYS_EQUAL,), gets="none")
    yield Student("patcher", "cheats: replaces np.allclose", wrong, first=(cheats.PATCH,), gets="none")
    story = "cheats: stores hidden inputs to print them"
    yield Student("peeper", story, peeking, first=(cheats.STORE,), cells=(cheats.PRINT,), gets="none")
