"""The numbers in the report on one assignment, as values for JSON. The page shows these and no others.

Points come from the gradebook: they include scores set by hand and extra credit. What the judge found, such as a
mistake, comes from its automatic verdicts, even if a person has changed the score.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from autograder.exercise import Exercise

from .answers import AnswerTally
from .grades import Graded, Grades, Submission
from .results import Result
from .statistics import discrimination, fraction_full, fraction_zero, histogram, mean, outliers, quartiles

Numbers = dict[str, Any]
Roster = Mapping[str, Collection[str]]  # the names and email address of each student, keyed by student ID


def assignment_numbers(
    grades: Grades,
    roster: Roster,
    waiting: Collection[str],
    exercises: Mapping[str, type[Exercise]],
    results: Iterable[tuple[str, Result]],
) -> Numbers:
    """Return the numbers in the report on one assignment.

    Parameters
    ----------
    grades : Grades
    roster : mapping
        The students in the course.
    waiting : collection of str
        The students whose submissions have been collected, but not graded.
    exercises : mapping
        The assignment's exercises, keyed by name.
    results : iterable of (str, Result)
        The judge's results for graded submissions, each with its student.
    """
    tallies = {item.name: AnswerTally(exercises.get(item.name)) for item in grades.graded if item.is_exercise}
    kept: dict[str, Result] = {}
    for student, result in results:
        for name, answer in result.answers.items():
            if name in tallies:
                tallies[name].add(answer, (student, *roster.get(student, ())))
        kept[student] = replace(result, answers={})  # a class's answers take up a lot of memory
    return (
        _class(grades, roster, waiting)
        | {"unreadable": {student: result.problem for student, result in kept.items() if result.problem}}
        | _items(grades, tallies, kept)
        | _people(grades.submissions, kept)
        | _resources(kept)
    )


def _class(grades: Grades, roster: Roster, waiting: Collection[str]) -> Numbers:
    submissions = grades.submissions
    totals = [submission.total for submission in submissions.values()]
    return {
        "assignment": grades.assignment,
        "due": grades.due and f"{grades.due:%Y-%m-%d %H:%M} UTC",
        "points": grades.points,
        "students": len(roster),
        "submitted": len(submissions) + len(waiting),
        "missing": [student for student in roster if student not in submissions and student not in waiting],
        "waiting": sorted(waiting),
        "scores": {student: submission.total for student, submission in submissions.items()},
        "mean": mean(totals),
        "quartiles": quartiles(totals),
        "distribution": histogram(totals, grades.points),
    }


def _items(grades: Grades, tallies: Mapping[str, AnswerTally], results: Mapping[str, Result]) -> Numbers:
    submissions = grades.submissions
    readable = [each for student, each in submissions.items() if student not in results or not results[student].problem]
    points = {item.name: item_numbers(item, grades, readable) for item in grades.graded}
    unmarked = Counter(name for submission in submissions.values() for name in submission.unmarked)
    return {
        "exercises": {name: points[name] | tally.numbers() for name, tally in tallies.items()},
        "written": {name: points[name] | {"unmarked": unmarked[name]} for name in points if name not in tallies},
        "suspects": [
            {"exercise": name, "case": label, "failed": tally.failed[label], "judged": tally.judged}
            for name, tally in tallies.items()
            for label in tally.suspects()
        ],
        "misleading": [name for name in tallies if (points[name]["discrimination"] or 0.0) < 0.0],
    }


def item_numbers(item: Graded, grades: Grades, readable: Collection[Submission]) -> Numbers:
    """Return the statistics of the points for one exercise or one written answer.

    Unreadable submissions count as zero points, as in the gradebook. Only the discrimination leaves them out: zeros for
    every exercise would make all exercises look alike.
    """
    scores = [submission.scores.get(item.name, 0.0) for submission in grades.submissions.values()]
    others = [other.name for other in grades.graded if other.is_exercise and other.name != item.name]
    return {
        "points": item.points,
        "mean": mean(scores),
        "full": fraction_full(scores, item.points),
        "zero": fraction_zero(scores),
        "discrimination": discrimination(
            [submission.scores.get(item.name, 0.0) for submission in readable],
            [sum(submission.scores.get(name, 0.0) for name in others) for submission in readable],
        ),
    }


def _people(submissions: Mapping[str, Submission], results: Mapping[str, Result]) -> Numbers:
    """Return the students whose submissions need attention, and why."""
    return {
        "stopped": {student: list(result.stopped) for student, result in results.items() if result.stopped},
        "tampering": {student: list(result.tampering) for student, result in results.items() if result.tampering},
        "mismatch": {student: result.mismatch for student, result in results.items() if result.mismatch},
        "flagged": [student for student, each in submissions.items() if each.flagged],
        "unmarked": {student: each.unmarked for student, each in submissions.items() if each.unmarked},
        "by_hand": {student: each.by_hand for student, each in submissions.items() if each.by_hand},
        "late": {student: each.penalty for student, each in submissions.items() if each.penalty},
        "unrecorded": [student for student in submissions if student not in results],
    }


def _resources(results: Mapping[str, Result]) -> Numbers:
    """Return the students far above the rest in CPU time (s) or peak memory (bytes), and the medians and limits."""
    ran = {student: result for student, result in results.items() if not result.problem}
    found: dict[str, dict[str, float]] = {}
    limits = {}
    for name in ("cpu", "peak"):
        values = {student: float(getattr(result, name)) for student, result in ran.items()}
        far, limit = outliers(values)
        limits[name] = {"median": quartiles(list(values.values()))[1], "limit": limit}
        for student, value in far.items():
            found.setdefault(student, {})[name] = value
    return {"outliers": dict(sorted(found.items())), "resources": limits}
