"""What people enter in the formgrader in a simulated term: manual grades, scores, and bonuses."""

from nbgrader.api import Gradebook

from autograder import catalogue

from .kinds import Kind
from .ledger import Ledger
from .machine import Machine

Key = tuple[str, str, str]  # a student, an assignment, and an exercise or a written answer


class Marks:
    """Enters manual grades in the gradebook and in the ledger, and knows what still needs to be graded by hand.

    Parameters
    ----------
    ledger : Ledger
    sent : dict
        The kind of the submission that counts, keyed by student and assignment.
    """

    def __init__(self, ledger: Ledger, sent: dict[tuple[str, str], Kind]) -> None:
        self.ledger, self.sent = ledger, sent
        self._entered: dict[Key, tuple[str, float]] = {}  # the answer that was graded by hand, and its automatic points
        self._to_review: set[Key] = set()

    def enter(self, machine: Machine, name: str, students: list[str]) -> None:
        """Grade nine in ten written answers, set some scores by hand, and give some bonuses."""
        assignment = catalogue.assignments()[name]
        (written,), exercise = assignment.written, next(iter(assignment.exercises))
        with Gradebook(f"sqlite:///{machine.build / 'gradebook.db'}", "gradlab") as gradebook:
            for number, student in enumerate(students):
                if (student, name) not in self.sent:
                    continue
                grades = {grade.name: grade for grade in gradebook.find_submission(name, student).notebooks[0].grades}
                by_hand = {}
                if self.sent[student, name].filled and number % 10 != 4:
                    by_hand[written] = number % 7 / 2
                if number % 25 == 6:
                    by_hand[exercise] = 0.25
                for cell, points in by_hand.items():
                    grade = grades[cell if cell == written else f"{cell}-check"]
                    grade.manual_score, grade.needs_manual_grade = points, False  # as the formgrader does
                    self.ledger.by_hand[student, name, cell] = points
                    self._entered[student, name, cell] = self._state(student, name, cell)
                if number % 20 == 7:
                    self.ledger.bonus[student, name, written] = 0.75
                    grades[written].extra_credit = 0.75
            gradebook.db.commit()

    def to_mark(self, name: str) -> int:
        """Return how many submissions of an assignment need someone's attention after `autograde`.

        These have a written answer without a grade, or a score that was set by hand for an answer that has changed or
        whose automatic points have changed since.
        """
        for key, state in self._entered.items():
            if key[1] == name and self._state(*key) != state:
                self._to_review.add(key)
        students = {student for student, of, _ in self._to_review if of == name}
        (written,) = catalogue.assignments()[name].written
        for (student, of), kind in self.sent.items():
            if of == name and kind.filled and (student, name, written) not in self._entered:
                students.add(student)
        return len(students)

    def _state(self, student: str, name: str, cell: str) -> tuple[str, float]:
        work = self.ledger.works[student, name]
        return self.sent[student, name].answer(cell), work.automatic.get(cell, 0.0)
