"""``regrade``: regrade everything that was graded with an older version of an exercise or of the grader."""

import csv
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from nbgrader.converters.base import NbGraderException

from autograder import catalogue
from autograder.paths import build_folder
from autograder.plugin.generate import outdated_build
from autograder.plugin.regrade import Change, Regrade
from autograder.plugin.safe_csv import escape_formula

from .errors import fail

COLUMNS = ["student", "exercise", "old", "new", "reason"]


def run(course: Path, assignment: str, dry_run: bool, yes: bool) -> int:
    """Regrade an assignment's submissions with stale verdicts, and print and save the changes.

    Parameters
    ----------
    course : Path
    assignment : str
    dry_run : bool
        Whether to change nothing, and only print and write what would change.
    yes : bool
        Whether to save the new scores without asking.

    Returns
    -------
    int
        0 if nothing is stale anymore or, after a dry run, if every stale submission could be graded; otherwise 1.
    """
    known = catalogue.assignments()
    if assignment not in known:
        return fail(f"there is no assignment {assignment!r}. The assignments are {', '.join(known)}.")
    if not (course / "nbgrader_config.py").exists():
        return fail(f"{course} must be a course's folder. It has no nbgrader_config.py.")
    try:
        with Regrade(course, assignment) as regrade:
            return _regrade(regrade, dry_run, yes)
    except NbGraderException as error:
        return fail(str(error))


def _regrade(regrade: Regrade, dry_run: bool, yes: bool) -> int:
    assignment = regrade.assignment
    if regrade.waiting:
        print(
            f"{regrade.waiting} submissions are not graded yet, or are newer than their grades: run "
            f"`nbgrader autograde {assignment}`."
        )
    if not regrade.reasons:
        print(f"Nothing is stale: {regrade.graded} submissions were graded with the current exercises and grader.")
        return 0
    for line in _overview(regrade):
        print(line)
    for number, _ in enumerate(regrade.grade(), 1):
        if sys.stderr.isatty():
            print(f"\rgraded {number} of {len(regrade.reasons)}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    changes = regrade.changes()
    for line in _table(changes):
        print(line)
    print(f"{_summary(changes)} The list is in {_write(regrade.course, assignment, changes)}.")
    for student, reason in regrade.failed.items():
        print(f"{student} could not be graded again: {reason}", file=sys.stderr)
    if outdated := outdated_build(regrade.app.coursedir, assignment):
        print(outdated)
    if dry_run:
        print("This was a dry run: the gradebook and the graded notebooks are unchanged.")
        return int(bool(regrade.failed))
    if not (yes or _confirmed()):
        return fail("Nothing was changed.")
    regrade.save()
    print(
        f"Saved. Next, run `nbgrader generate_feedback {assignment}`, `nbgrader release_feedback {assignment}`, and "
        "`nbgrader export`."
    )
    return int(bool(regrade.failed))


def _overview(regrade: Regrade) -> list[str]:
    """Return one line for each reason, with the exercises concerned and the number of submissions."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for student, reasons in regrade.reasons.items():
        for exercise, reason in reasons.items():
            exercises, students = found.setdefault(reason.sentence, (set(), set()))
            exercises.add(exercise)
            students.add(student)
    total = regrade.graded
    return [
        f"{', '.join(sorted(exercises))}: {sentence} ({len(students)} of {total} submissions)"
        for sentence, (exercises, students) in found.items()
    ]


def _table(changes: Sequence[Change]) -> list[str]:
    """Return the changes as lines with aligned columns, below a line with the columns' names."""
    rows = [_row(change) for change in changes]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    lines = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in ([COLUMNS, *rows]))
    return ["  ".join(line).rstrip() for line in lines] if rows else []


def _row(change: Change) -> list[str]:
    kept = "" if change.by_hand is None else f"; the score set by hand, {change.by_hand:.10g}, is kept"
    return [change.student, change.exercise, f"{change.old:.10g}", f"{change.new:.10g}", change.reason + kept]


def _summary(changes: Sequence[Change]) -> str:
    if not changes:
        return "No score changes."
    students = len({change.student for change in changes})
    up = sum(change.new > change.old for change in changes)
    return f"Students whose scores change: {students}. Scores that rise: {up}; scores that fall: {len(changes) - up}."


def _write(course: Path, assignment: str, changes: Sequence[Change]) -> Path:
    """Write the changes to a CSV file that is safe to open in a spreadsheet, and return its path."""
    path = build_folder(course) / "regrade" / f"{assignment}-{datetime.now():%Y-%m-%d-%H%M%S}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([escape_formula(cell) for cell in _row(change)] for change in changes)
    return path


def _confirmed() -> bool:
    """Ask whether to save the new scores. Without a terminal, the answer is no."""
    try:
        return input("Save the new scores in the gradebook? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False
