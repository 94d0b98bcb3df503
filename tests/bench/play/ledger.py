"""Compute what a term's exports and feedback must say, from what happened in the term.

This is a second implementation of the rules in docs/term.md. It uses none of the grader's code, and exact times instead
of whole seconds.
"""

import csv
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

DAY = timedelta(days=1)
PERSON = ["student_id", "last_name", "first_name", "email"]
POSSIBLE = "points possible"  # in the student_id column of the row that has each exercise's points


@dataclass
class Assignment:
    """The due date, and the points for each exercise and written answer, in the notebook's order."""

    due: datetime
    points: dict[str, float]


@dataclass
class Work:
    """The submission that counts: its time, in UTC, and the automatic points for each exercise."""

    time: datetime
    automatic: dict[str, float]


@dataclass
class Ledger:
    """What has happened in a term.

    Attributes
    ----------
    people : dict
        The columns `PERSON`, keyed by student.
    assignments : dict
    percent_per_day, most, grace, late_days, per_assignment
        The late policy.
    extensions : dict
        Days, keyed by student and by assignment or "*".
    works : dict
        Keyed by student and assignment.
    by_hand, bonus : dict
        Points that people have entered, keyed by student, assignment, and exercise or written answer.
    """

    people: dict[str, dict[str, str]]
    assignments: dict[str, Assignment]
    percent_per_day: float
    most: float
    grace: timedelta
    late_days: int
    per_assignment: int
    extensions: dict[tuple[str, str], float] = field(default_factory=dict)
    works: dict[tuple[str, str], Work] = field(default_factory=dict)
    by_hand: dict[tuple[str, str, str], float] = field(default_factory=dict)
    bonus: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def points(self, student: str, name: str) -> dict[str, float]:
        """Return a student's points for each exercise and written answer."""
        points = dict.fromkeys(self.assignments[name].points, 0.0)
        if work := self.works.get((student, name)):
            points |= work.automatic
            for cell in points:
                points[cell] = self.by_hand.get((student, name, cell), points[cell])
                points[cell] += self.bonus.get((student, name, cell), 0)
        return points

    def days_late(self, student: str, name: str) -> int:
        """Return the days late, counting a part of a day as a day, after the extension and the grace period."""
        days = max(self.extensions.get((student, key), 0) for key in (name, "*"))
        deadline = self.assignments[name].due + days * DAY + self.grace
        return max(0, -((deadline - self.works[student, name].time) // DAY))

    def used(self, student: str) -> dict[str, int]:
        """Return the late days that a student has used for each assignment, in the order of due dates."""
        used: dict[str, int] = {}
        for name in sorted(self.assignments, key=lambda name: self.assignments[name].due):
            late = self.days_late(student, name) if (student, name) in self.works else 0
            used[name] = min(late, self.per_assignment, self.late_days - sum(used.values()))
        return used

    def penalty(self, student: str, name: str) -> float:
        if (student, name) not in self.works:
            return 0.0
        days = self.days_late(student, name) - self.used(student)[name]
        hundredths = sum(self.points(student, name).values()) * min(days * self.percent_per_day, self.most)
        return math.floor(round(hundredths, 6)) / 100

    def files(self) -> dict[str, dict[tuple[str, ...], dict[str, object]]]:
        """Return what `nbgrader export` must write: the columns of each row, keyed by file and by the row's key."""
        files: dict[str, dict[tuple[str, ...], dict[str, object]]] = {"grades.csv": {}, "late_days.csv": {}}
        for student, person in self.people.items():
            used = self.used(student)
            days = {**used, "used": sum(used.values()), "left": self.late_days - sum(used.values())}
            files["late_days.csv"][(student,)] = {**person, **days}
            for name, assignment in self.assignments.items():
                points, penalty = self.points(student, name), self.penalty(student, name)
                raw, work = sum(points.values()), self.works.get((student, name))
                sums = {"late_submission_penalty": penalty, "total": raw - penalty}
                files.setdefault(f"grades/{name}.csv", {})[(student,)] = {**person, **points, **sums}
                files["grades.csv"][student, name] = {
                    **person,
                    "duedate": str(assignment.due),
                    "timestamp": str(work.time) if work else "",
                    "raw_score": raw,
                    "late_submission_penalty": penalty,
                    "score": raw - penalty,
                    "max_score": sum(assignment.points.values()),
                }
        return files

    def page(self, student: str, name: str) -> dict[str, float]:
        """Return the numbers at the top of a student's feedback page."""
        used, penalty = self.used(student), self.penalty(student, name)
        return {
            "score": sum(self.points(student, name).values()) - penalty,
            "max_score": sum(self.assignments[name].points.values()),
            "penalty": penalty,
            "days late": self.days_late(student, name),
            "used": used[name],
            "left": self.late_days - sum(used.values()),
        }


def differences(ledger: Ledger, build: Path, pages: Collection[str] = ()) -> Iterator[str]:
    """Compare the exported files, and the feedback pages of some assignments, with the ledger.

    Yield "" for each value that is equal, and otherwise a line that says what was expected.
    """
    for file, rows in ledger.files().items():
        with open(build / file, encoding="utf-8-sig", newline="") as lines:
            keys = ["student_id", "assignment"] if file == "grades.csv" else ["student_id"]
            read = [row for row in csv.DictReader(lines) if row["student_id"] != POSSIBLE]
        found = {tuple(row[key] for key in keys): row for row in read}
        yield "" if found.keys() == rows.keys() else f"{file}: other rows: {sorted(found.keys() ^ rows.keys())}"
        for key, row in rows.items():
            for column, expected in row.items():
                yield _difference(f"{file}, {' '.join(key)}, {column}", expected, found.get(key, {}).get(column))
    for student, name in (key for key in ledger.works if key[1] in pages):
        shown = _shown(build / "feedback" / student / name / f"{name}.html")
        for key, number in ledger.page(student, name).items():
            yield _difference(f"{student}'s page on {name}, {key}", number, shown.get(key))


def _difference(where: str, expected: object, found: object) -> str:
    """Compare a text or a number. Only numbers with more than two decimals may differ, because only two are written."""
    if isinstance(expected, str):
        return "" if found in (expected, f"'{expected}") else f"{where}: expected {expected!r}, found {found!r}"
    number = float(str(expected))
    tolerance = 1e-9 if math.isclose(number, round(number, 2), abs_tol=1e-9) else 0.0051
    try:
        equal = math.isclose(float(str(found)), number, rel_tol=1e-12, abs_tol=tolerance)
    except ValueError:
        equal = False
    return "" if equal else f"{where}: expected {expected}, found {found}"


def _shown(page: Path) -> dict[str, float]:
    """Read the numbers at the top of a feedback page."""
    text = page.read_text(encoding="utf-8")
    total = re.search(
        r'<p class="total">([\d.]+) (?:of|points, with .+ on top of the) ([\d.]+) points'
        r"(?: possible|, including [^,<]+)?(?:, after a late penalty of ([\d.]+))?</p>",
        text,
    )
    late = re.search(
        r'<p class="late">Submitted (on time|(\d+) days? late): (\d+|no) late days? used, (\d+) left\.', text
    )
    assert total, page
    assert late, page
    texts = (*total.groups(), late[2], late[3].replace("no", "0"), late[4])
    return dict(zip(("score", "max_score", "penalty", "days late", "used", "left"), map(_number, texts), strict=True))


def _number(text: str | None) -> float:
    return float(text or 0)
