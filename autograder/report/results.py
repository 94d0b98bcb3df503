"""Reads what the judge wrote about each submission, and keeps only what a report needs.

A result also contains the whole graded notebook. A thousand results would fill up memory, so they are read one by one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.grading.job import read_result
from autograder.paths import verdict_file

WHOLE = 1e-9  # points: a score that is short of the maximum by less than this counts as full


@dataclass(frozen=True)
class Answer:
    """The automatic verdict on one answer, and the answer itself.

    Attributes
    ----------
    cases : tuple of (str, bool)
        The label of each hidden case that counts, and whether the answer passes it.
    mistakes : tuple of str
        The names of the known mistakes that explain the answer.
    hint : str
        The hint for the first of these mistakes.
    source : str
        The code of the answer's cell.
    """

    loses_points: bool
    cases: tuple[tuple[str, bool], ...] = ()
    problems: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    hint: str = ""
    diagnosis: str = ""
    source: str = ""

    @property
    def is_written(self) -> bool:
        """Whether the student has written anything, as far as the judge can see."""
        return self.problems != ("not_written",)

    @property
    def failing(self) -> tuple[str, ...]:
        """The labels of the cases that the answer fails."""
        return tuple(label for label, passed in self.cases if not passed)


@dataclass(frozen=True)
class Result:
    """The judge's result for one submission. For the meaning of the attributes, see `autograder.grading.job.grade`."""

    problem: str
    mismatch: str
    stopped: tuple[str, ...]
    tampering: tuple[str, ...]
    cpu: float
    peak: float
    answers: dict[str, Answer] = field(default_factory=dict)


def read_results(course: Path, assignment: str, students: Iterable[str]) -> Iterator[tuple[str, Result]]:
    """Yield the result of each student's submission. Students without a result are left out."""
    for student in students:
        found = read_result(verdict_file(course, assignment, student))
        if found:
            yield student, _result(found)


def _result(found: dict[str, Any]) -> Result:
    problem = str(found["problem"])
    return Result(
        problem=problem,
        mismatch=str(found.get("mismatch", "")),  # grades from earlier versions have none
        stopped=tuple(found["stopped"]),
        tampering=tuple(found["tampering"]),
        cpu=float(found["cpu"]),
        peak=float(found["peak"]),
        answers={} if problem else _answers(found),
    )


def _withdrawn(verdict: dict[str, Any]) -> list[str]:
    """Return the labels of the cases that don't count. Grades from earlier versions have no such list."""
    return list(verdict.get("withdrawn", ()))


def _answers(found: dict[str, Any]) -> dict[str, Answer]:
    sources = {}
    for cell in found["notebook"]["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution"):
            sources[mark["grade_id"]] = cell["source"]
    return {
        name: Answer(
            loses_points=verdict["score"] < verdict["points"] - WHOLE,
            cases=tuple((label, passed) for label, passed in verdict["cases"] if label not in _withdrawn(verdict)),
            problems=tuple(verdict["problems"]),
            mistakes=tuple(verdict.get("mistakes", ())),
            hint=verdict["hint"],
            diagnosis=verdict.get("diagnosis", ""),
            source=sources.get(name, ""),
        )
        for name, verdict in found["verdicts"].items()
    }
