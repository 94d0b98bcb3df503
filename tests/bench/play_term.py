"""Play a term from the first release to the last export, and check each number in the exports and on the pages.

    python tests/bench/play_term.py [--students 300] [--keep FOLDER]

A made-up class answers two assignments and then a third, which `watch` grades. Students submit late, twice, or under a
forged time; they submit the wrong notebook, something broken, or nothing. Answers are graded by hand, scores
overridden, extensions granted, exercises changed and regraded, and the course is restored on another machine, where it
is regraded once more. The course is a clone of the last commit, and all commands are those in docs/. After each step,
what play/ledger.py computes is compared with what nbgrader exports.
"""

import argparse
import csv
import re
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from play.exchange import Exchange  # noqa: E402
from play.kinds import Kind, Points, make_kinds  # noqa: E402
from play.ledger import DAY, Assignment, Ledger, Work, differences  # noqa: E402
from play.machine import Machine  # noqa: E402
from play.marks import Marks  # noqa: E402

from autograder import catalogue  # noqa: E402

FIRST, SECOND, WATCHED = "learning_rates", "update_rules", "babysitting"
NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
DUE = {FIRST: NOW - 40 * DAY, SECOND: NOW - 20 * DAY, WATCHED: NOW - timedelta(hours=20)}
# When students submit, in hours after the due date. The grace period is a quarter of an hour.
HOURS = (-100, -30, -2, -0.5, 0, 0.2, 0.25, 0.26, 5, 23.9, 24.25, 24.3, 26, 47, 49, 60, 80, 150, 400)
POLICY = """
c.Exchange.root = {exchange!r}
c.ExchangeCollect.check_owner = False
c.LatePolicy.percent_per_day = 10
c.LatePolicy.most = 50
c.LatePolicy.grace_minutes = 15
c.LatePolicy.late_days = 4
c.LatePolicy.late_days_per_assignment = 2
"""
LEAST = 12  # students, so that enough of them submit for `collect` to notice that the exchange has been moved
UNUSUAL_IDS = ("ada.lovelace", "o'brien", "łukasz", "anna maria", "emmy@example.org", "x-y_z")
# What the instructor changes in exercises: the file, a text in it, and what replaces the text.
LOOSER = (
    "learning_rates/step_decay",
    'name, points = "step_decay", 3',
    'name, points, tolerance = "step_decay", 3, 1e-3',
)
WITHDRAWN = ("update_rules/sgd", 'Case("ten steps, config=None",', 'Case("ten steps, config=None", weight=0,')
OTHER_DEFAULT = ("update_rules/rmsprop", "1e-2", "2e-2")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=300, help=f"{LEAST} or more; by default, 300")
    parser.add_argument("--keep", type=Path, help="a new folder for the courses and for what the commands print")
    options = parser.parse_args()
    if options.students < LEAST:
        parser.error(f"--students must be {LEAST} or more")
    with tempfile.TemporaryDirectory(prefix="gradlab-bench-") as folder:
        play = Play(options.keep or Path(folder), options.students)
        started = time.monotonic()
        play.begin()
        play.grade_and_mark()
        play.submit_again()
        play.change_in_mid_term()
        play.watch()
        play.move()
        print(f"{play.checked} numbers and texts checked, {len(play.wrong)} differ; {time.monotonic() - started:.0f} s")
    return int(bool(play.wrong))


class Play:
    """The term. Each method is a part of it, and ends with a check."""

    def __init__(self, folder: Path, students: int) -> None:
        self.folder, self.exchange = folder.resolve(), Exchange(folder.resolve() / "exchange")
        self.machine = Machine(self.folder / "first", ROOT)
        self.exchange.root.mkdir()
        self.ids = [*UNUSUAL_IDS, *(f"s{number:03}" for number in range(students))][:students]
        self.kinds: dict[str, tuple[list[Kind], list[Kind]]] = {}
        self.points = Points()
        self.sent: dict[tuple[str, str], Kind] = {}  # what counts
        self.checked, self.wrong = 0, list[str]()
        people = {
            student: {"student_id": student, "first_name": "=Ada" if number == 7 else f"Ada {number}", "last_name": "L",
                      "email": f"{number}@example.org"}
            for number, student in enumerate(self.ids)
        }  # fmt: skip
        known = catalogue.assignments()
        self.ledger = Ledger(people, {}, 10, 50, timedelta(minutes=15), 4, 2)
        for name, due in DUE.items():
            cells = {**known[name].exercises, **known[name].written}
            self.ledger.assignments[name] = Assignment(due, {cell: float(each.points) for cell, each in cells.items()})
        self.marks = Marks(self.ledger, self.sent)

    def begin(self) -> None:
        """Set up the course, and release two assignments."""
        course = self.machine.course
        with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
            file.write(POLICY.format(exchange=str(self.exchange.root)))
        with open(course / "students.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", "first_name", "last_name", "email"])
            writer.writeheader()
            for student, person in self.ledger.people.items():
                writer.writerow({key: person.get(key, student) for key in writer.fieldnames})
        self.machine.nbgrader("db", "student", "import", "students.csv")
        for name, due in DUE.items():
            self.machine.nbgrader("db", "assignment", "add", name, f"--duedate={due} UTC")
        self._grant(self.ids[::9], "*", 1)
        for name in DUE:
            other = SECOND if name == FIRST else FIRST
            self.kinds[name] = make_kinds(name, self._release(name), other)

    def grade_and_mark(self) -> None:
        for shift, name in enumerate((FIRST, SECOND)):
            for number, student in enumerate(self.ids):
                if (number + shift) % 17 == 3:
                    continue
                kind = self._kind(name, number + shift)
                sent = DUE[name] + timedelta(hours=HOURS[(number + 4 * shift) % len(HOURS)])
                if number % 6 == 0:
                    self.exchange.send(self._kind(name, number + 5), name, student, sent - DAY)
                self.exchange.send(kind, name, student, sent)
                self._count(student, name, kind, sent)
            self.exchange.send_malformed(name, self._absent(name)[3:])
            printed = self.machine.nbgrader("collect", name)
            assert "times are believed" in printed, printed
            self._autograde(name)
            self.marks.enter(self.machine, name, self.ids)
        self._export("after the first grading", FIRST, SECOND)

    def submit_again(self) -> None:
        """Some students submit again: new work, the same file, or a file with a forged time. Some get extensions."""
        now = datetime.now(UTC).replace(tzinfo=None)
        absent = self._absent(FIRST)
        for number, student in enumerate(self.ids):
            if student in absent:
                continue
            if number % 8 == 1:
                kind = self._kind(FIRST, number + 3)
                self.exchange.send(kind, FIRST, student, now)
                self._count(student, FIRST, kind, now)
            elif number % 16 == 2:
                self.exchange.send(self.sent[student, FIRST], FIRST, student, now)
            elif number % 32 == 5:
                kind = self._kind(FIRST, number + 1)
                self._count(student, FIRST, kind, self.exchange.send(kind, FIRST, student, DUE[FIRST]))
        for number, student in enumerate(absent[:3]):
            kind = self._kind(FIRST, number)
            sent = self.exchange.submit_with_nbgrader(kind, FIRST, student, self.machine)
            self._count(student, FIRST, kind, sent)
        self.machine.nbgrader("collect", FIRST, "--update")
        self._autograde(FIRST)
        self._grant(self.ids[::13], FIRST, 1.5)
        self._grant(self.ids[4::26], SECOND, 30)
        self._export("after resubmissions and extensions", FIRST, SECOND)

    def change_in_mid_term(self) -> None:
        """Loosen a tolerance, withdraw a case, and regrade."""
        self.machine.change(*LOOSER)
        self.machine.change(*WITHDRAWN)
        self._regrade(FIRST, LOOSER, "--dry-run", "--yes")
        self._regrade(SECOND, WITHDRAWN, "--yes")
        self._export("after the changes in mid-term", FIRST, SECOND)
        self._release(FIRST, "--force")

    def watch(self) -> None:
        """Have `watch` grade the third assignment, with two attempts per student."""
        attempts: dict[str, list[Kind]] = {student: [] for student in self.ids}
        for round_, (every, which) in enumerate(((1, 0), (3, 0), (7, 1), (6, 0))):
            for number, student in enumerate(self.ids):
                if number % every != which or number % 3 == 2:
                    continue
                counts = self.sent.get((student, WATCHED))
                kind = counts if counts and round_ == 2 else self._kind(WATCHED, number + 3 * round_)
                again = counts is not None and kind.content == counts.content  # costs nothing, and changes nothing
                now = datetime.now(UTC).replace(tzinfo=None)
                self.exchange.send(kind, WATCHED, student, now)
                before = attempts[student]
                if not (again or len(before) == 2 or (before and not kind.readable)):
                    attempts[student] = [*before, kind] if kind.readable else before
                    self._count(student, WATCHED, kind, now)
            self.machine.autograder("watch", WATCHED, "--attempts", "2", "--once")
        self.marks.enter(self.machine, WATCHED, self.ids)
        self._export("after watching", WATCHED)
        for student, graded in attempts.items():
            if graded:
                page = self.machine.build / "feedback" / student / WATCHED / f"{WATCHED}.html"
                said = re.search(r"Attempt (\d) of 2 counts", page.read_text(encoding="utf-8"))
                self._check(f"{student}'s attempt", len(graded), int(said[1]) if said else None)

    def move(self) -> None:
        """Restore the course on another machine, and regrade it there."""
        saved = self.folder / "term.tar.gz"
        self.machine.autograder("backup", str(saved))
        old, self.machine = self.machine, Machine(self.folder / "second", self.machine.course)
        moved = Exchange(self.folder / "second" / "exchange")
        config = self.machine.course / "nbgrader_config.py"
        text = config.read_text(encoding="utf-8").replace(str(self.exchange.root), str(moved.root))
        config.write_text(text, encoding="utf-8")
        old.transcript.parent.rename(self.folder / "gone")  # nothing may be read from the old places
        self.exchange.root.rename(self.folder / "gone" / "exchange")
        self.exchange = moved
        self.machine.autograder("restore", str(saved), "--force")
        self._export("on another machine", FIRST)
        for name in DUE:
            self.machine.nbgrader("collect", name, "--update")
            self._autograde(name)
            printed = self.machine.autograder("regrade", name)
            self._check(f"regrade {name} elsewhere", True, printed.startswith("Nothing is stale"))
        self.machine.change(*OTHER_DEFAULT)
        self._regrade(SECOND, OTHER_DEFAULT, "--yes")
        self._export("after a regrade on another machine", *DUE)

    def _release(self, name: str, *options: str) -> nbformat.NotebookNode:
        self.machine.autograder("build", name)
        self.machine.nbgrader("generate_assignment", name, *options)
        self.machine.nbgrader("release_assignment", name, *options)
        return nbformat.read(self.machine.build / "release" / name / f"{name}.ipynb", as_version=4)

    def _grant(self, students: Iterable[str], name: str, days: float) -> None:
        self.ledger.extensions |= {(student, name): days for student in students}
        with open(self.machine.course / "extensions.csv", "w", encoding="utf-8", newline="") as file:
            rows = ((*key, days) for key, days in self.ledger.extensions.items())
            csv.writer(file).writerows([("student_id", "assignment", "days"), *rows])

    def _kind(self, name: str, number: int) -> Kind:
        """Return the kind for a number. Every tenth number has a broken kind."""
        good, bad = self.kinds[name]
        return bad[number // 10 % len(bad)] if number % 10 == 9 else good[number % len(good)]

    def _absent(self, name: str) -> list[str]:
        """Return the students who have submitted nothing for an assignment."""
        return [student for student in self.ids if (student, name) not in self.sent]

    def _count(self, student: str, name: str, kind: Kind, when: datetime) -> None:
        self.sent[student, name] = kind
        self.ledger.works[student, name] = Work(when, self.points.of(kind, self.machine))

    def _autograde(self, name: str) -> str:
        """Grade, and check the summary."""
        printed = self.machine.nbgrader("autograde", name)
        counts = re.search(rf"{name}: (\d+) graded, (\d+) skipped, (\d+) unreadable.*; (\d+) to be graded", printed)
        assert counts, printed
        *submissions, to_mark = map(int, counts.groups())
        self._check(f"{name}: submissions", sum(of == name for _, of in self.sent), sum(submissions))
        self._check(f"{name}: to be graded by hand", self.marks.to_mark(name), to_mark)
        return printed

    def _regrade(self, name: str, change: tuple[str, str, str], *options: str) -> None:
        """Regrade after a change, and check what autograde says, the list of changes, and the dry run."""
        exercise = change[0].partition("/")[2]
        before = {student: work.automatic for (student, of), work in self.ledger.works.items() if of == name}
        printed = self._autograde(name)
        said = re.search(rf"(\d+) of (\d+) submissions were graded with an older `{exercise}`", printed)
        self._check(f"stale {exercise}", (len(before), len(before)), said and (int(said[1]), int(said[2])))
        after = {student: self.points.of(self.sent[student, name], self.machine) for student in before}
        expected = {
            (student, cell, f"{old:.10g}", f"{after[student][cell]:.10g}")
            for student, points in before.items()
            for cell, old in points.items()
            if old != after[student][cell]
        }
        for option in options:
            self.machine.autograder("regrade", name, option)
            newest = max((self.machine.build / "regrade").glob(f"{name}-*.csv"), key=lambda path: path.stat().st_mtime)
            with open(newest, encoding="utf-8-sig", newline="") as file:
                found = {(row["student"], row["exercise"], row["old"], row["new"]) for row in csv.DictReader(file)}
            for row in expected | found:
                self._check(f"regrade {option} {row}", row in expected, row in found)
            if option == "--dry-run":
                self.machine.nbgrader("export")
                self._compare("after a dry run")
        for student, points in after.items():
            self.ledger.works[student, name].automatic = points

    def _export(self, title: str, *names: str) -> None:
        """Write the feedback of assignments and the exports, and compare them with the ledger."""
        for name in names:
            self.machine.nbgrader("generate_feedback", name)
            self.machine.nbgrader("release_feedback", name)
        self.machine.nbgrader("export")
        self._compare(title, *names)

    def _compare(self, title: str, *names: str) -> None:
        found = list(differences(self.ledger, self.machine.build, names))
        wrong = [line for line in found if line]
        self.checked, self.wrong = self.checked + len(found), self.wrong + wrong
        print(f"{title}: {len(found)} checked, {len(wrong)} differ", *wrong[:20], sep="\n  ", flush=True)

    def _check(self, where: str, expected: object, found: object) -> None:
        self.checked += 1
        if expected != found:
            self.wrong.append(f"{where}: expected {expected}, found {found}")
            print(self.wrong[-1], flush=True)


if __name__ == "__main__":
    sys.exit(main())
