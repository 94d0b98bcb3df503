"""The summary at the top of a feedback page: the exercises and written answers, and why they lost points."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.grading.grader import CHECK
from gradlab.checks.report import number

NO_RESPONSE = "No response."  # nbgrader's comment on an answer that is unchanged since the release


@dataclass(frozen=True)
class Entry:
    """An exercise or a written answer.

    Attributes
    ----------
    id : str
        The cell's ``grade_id``, which is also the id of its section on the page.
    score, points : float
        The points earned, without the bonus, and the points possible.
    bonus : float
        The extra credit that was given in the formgrader.
    automatic : float or None
        The automatic score, if a different one was set by hand; otherwise None.
    pending : bool
        Whether the answer is still to be graded by hand.
    commented : bool
        Whether the instructor has commented on the answer.
    reasons : tuple of str
        Sentences that say why points were lost.
    """

    id: str
    score: float
    points: float
    bonus: float
    automatic: float | None
    pending: bool
    commented: bool
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.id.removesuffix(CHECK)

    @property
    def is_exercise(self) -> bool:
        return self.id.endswith(CHECK)

    @property
    def lost(self) -> bool:
        return not self.pending and self.score < self.points

    @property
    def result(self) -> str:
        """The points in words, such as "1 of 2", "1 of 1, and a bonus of 0.5", or "not graded yet (out of 3)"."""
        if self.pending:
            return f"not graded yet (out of {number(self.points)})"
        return f"{number(self.score)} of {number(self.points)}" + (f", and {bonus(self.bonus)}" if self.bonus else "")

    @property
    def by_hand(self) -> str:
        """The automatic score and the one that was set by hand, or "" if only one of them exists."""
        if self.automatic is None:
            return ""
        return f"set by hand to {number(self.score)}, instead of the automatic {number(self.automatic)}"


def bonus(points: float) -> str:
    """Return extra credit in words: as a bonus or, if it is negative, as a deduction."""
    return f"a bonus of {number(points)}" if points >= 0 else f"a deduction of {number(-points)}"


def entries(notebook: NotebookNode) -> list[Entry]:
    """Return an entry for each graded cell in a notebook, where `GetGradesAndPending` has put the grades."""
    return list(_entries(notebook))


def _entries(notebook: NotebookNode) -> Iterator[Entry]:
    reasons = notebook.metadata.get("gradlab", {}).get("reasons", {})
    marks: list[dict[str, Any]] = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    commented = {mark["grade_id"] for mark in marks if mark.get("comment") not in (None, "", NO_RESPONSE)}
    for grade in marks:
        if grade.get("grade"):
            name = grade["grade_id"].removesuffix(CHECK)
            extra = grade.get("bonus", 0.0)
            corrected = not grade.get("solution") and grade.get("by_hand") is not None
            yield Entry(
                id=grade["grade_id"],
                score=grade["score"] - extra,
                points=grade["points"],
                bonus=extra,
                automatic=grade["automatic"] if corrected else None,
                pending=bool(grade.get("pending")),
                commented=bool({grade["grade_id"], name} & commented),
                reasons=tuple(reasons.get(name, ())),
            )
