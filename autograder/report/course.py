"""The numbers in the report on a course: how assignments, exercises, and students develop over the term."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from gradlab.checks.words import series

from .grades import Grades
from .numbers import Numbers, item_numbers
from .statistics import mean, quartiles

RECENT = 2  # the latest assignments, which are compared with all earlier ones
DROP = 20.0  # percentage points

Percents = Mapping[str, float | None]  # of each assignment's points; None if nothing was submitted


def course_numbers(
    course: str,
    assignments: Iterable[Grades],
    students: Collection[str],
    unreadable: Mapping[str, Collection[str]],
    now: datetime,
) -> Numbers:
    """Return the numbers in the report on a course, as values for JSON.

    Parameters
    ----------
    course : str
        The course's name.
    assignments : iterable of Grades
        The assignments with graded submissions.
    students : collection of str
    unreadable : mapping
        The students whose submissions could not be read, keyed by assignment.
    now : datetime
        The time, in UTC without a time zone. Nobody falls behind on an assignment that is due later.
    """
    term = sorted(assignments, key=lambda grades: (grades.due or datetime.max, grades.assignment))
    percents = {student: {grades.assignment: _percent(grades, student) for grades in term} for student in students}
    medians = {grades.assignment: quartiles(_submitted(percents, grades.assignment))[1] for grades in term}
    due = [grades.assignment for grades in term if grades.due is None or grades.due <= now]
    reasons = {
        student: falling_behind({name: percents[student][name] for name in due}, medians) for student in students
    }
    return {
        "course": course,
        "students": len(students),
        "assignments": {grades.assignment: _assignment(grades, percents) for grades in term},
        "exercises": [
            {"assignment": grades.assignment, "name": item.name}
            | item_numbers(
                item,
                grades,
                [
                    submission
                    for student, submission in grades.submissions.items()
                    if student not in unreadable.get(grades.assignment, ())
                ],
            )
            for grades in term
            for item in grades.graded
        ],
        "trajectories": percents,
        "behind": {student: reason for student, reason in reasons.items() if reason},
    }


def falling_behind(percents: Percents, medians: Mapping[str, float]) -> str:
    """Return why a student seems to be falling behind, or "".

    Parameters
    ----------
    percents : mapping
        The student's scores, in percent of the points, in the order of the term.
    medians : mapping
        The medians of the class, in percent of the points.
    """
    names = list(percents)
    recent, earlier = names[-RECENT:], names[:-RECENT]
    missing = [name for name in recent if percents[name] is None]
    if len(names) >= RECENT and len(missing) == RECENT:
        return f"submitted neither {' nor '.join(missing)}"
    now, before = (_above_median(percents, medians, part) for part in (recent, earlier))
    if now is None or before is None or now >= 0 or before - now < DROP:
        return ""
    return f"{before - now:.0f} percentage points lower than before, relative to the class, in {series(recent)}"


def _above_median(percents: Percents, medians: Mapping[str, float], names: Sequence[str]) -> float | None:
    """Return the mean difference between a student's scores and the medians, or None if nothing was submitted."""
    differences = [value - medians[name] for name in names if (value := percents[name]) is not None]
    return float(np.mean(differences)) if differences else None


def _assignment(grades: Grades, percents: Mapping[str, Percents]) -> dict[str, Any]:
    shown = _submitted(percents, grades.assignment)
    return {
        "due": grades.due and f"{grades.due:%Y-%m-%d %H:%M} UTC",
        "points": grades.points,
        "submitted": len(grades.submissions),
        "missing": sum(each[grades.assignment] is None for each in percents.values()),
        "mean": mean([submission.total for submission in grades.submissions.values()]),
        "percent": mean(shown),
        "quartiles": quartiles(shown),
    }


def _submitted(percents: Mapping[str, Percents], assignment: str) -> list[float]:
    return [value for each in percents.values() if (value := each[assignment]) is not None]


def _percent(grades: Grades, student: str) -> float | None:
    submission = grades.submissions.get(student)
    return 100 * submission.total / (grades.points or 1.0) if submission else None
