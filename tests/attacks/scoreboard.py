"""The scoreboard: what each attack in this folder did to stock nbgrader, and what it did to our grader.

    python -m tests.attacks.scoreboard        # as in `make attacks`

This command runs the tests in this folder, prints the scoreboard, and writes it between two markers in
``docs/security.md``. All numbers on the scoreboard come from the run. An attack is a submission that a module lists in
``SUBMISSIONS``, or a test that is marked ``attack(name)``. If another test shows that a marked attack works in stock
nbgrader or plain Python, the mark is ``attack(name, stock)``, and ``stock`` says what the attack does there.

`test_scoreboard` measures what each submission achieved, and records the result as a property named "attack". A test
that runs an attack in stock nbgrader records what happened there as "stock". The property "attack" contains the name as
`shown` spells it, because pytest-xdist can't send every name from one process to another.
"""

import importlib
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
# The same submissions in a Gradescope container. Without this variable, only some of them are graded there.
CONTAINER, EVERY = FOLDER.with_name("gradescope") / "test_attacks.py", "GRADLAB_EVERY_ATTACK"
PAGE = FOLDER.parents[1] / "docs" / "security.md"
START, END = "<!-- The scoreboard starts here. `make attacks` writes it. -->\n", "<!-- The scoreboard ends here. -->\n"
KINDS = {
    "test_accomplices": "passes numbers between submissions",
    "test_cheats": "forges the verdict",
    "test_formgrader_button": "through the formgrader's button",
    "test_frames": "forges messages to the judge",
    "test_hidden_stay_hidden": "carries hidden inputs out",
    "test_hidden_truth": "looks for hidden answers",
    "test_links": "adds files or links",
    "test_mangled": "breaks the notebook",
    "test_reading_secrets": "reads secrets",
    "test_resource_exhaustion": "uses up resources",
    "test_scripts": "runs scripts in our pages",
}
# What the column on stock nbgrader says about an attack that was not run there.
NOT_RUN = {
    "test_frames": "has no judge to write to",
    "test_resource_exhaustion": "not run, because it could exhaust this machine",
}
# This test compares the page with the attacks, and the page is about to be replaced.
OUTDATED = "tests/attacks/test_scoreboard.py::test_scoreboard_lists_every_attack"
COUNTS = ("points gained", "secrets read", "effects outside its own run", "other submissions affected")


@dataclass
class Row:
    """One attack on the scoreboard: its name, what it tries, and what happened in stock nbgrader and in our grader."""

    name: str
    kind: str
    stock: str = ""
    here: str = ""


def modules():
    """Return the modules with attacks, in alphabetical order."""
    names = sorted(path.stem for path in FOLDER.glob("test_*.py") if path.stem != "test_scoreboard")
    return [importlib.import_module(f".{name}", __package__) for name in names]


def attacks():
    """Yield the name of every attack, the name of its module, and the submission, or None if it is a marked test."""
    for module in modules():
        stem = module.__name__.rpartition(".")[2]
        for student in getattr(module, "SUBMISSIONS", ()):
            yield student.name, stem, student
        for value in vars(module).values():
            for mark in getattr(value, "pytestmark", ()):
                if mark.name == "attack":
                    yield mark.args[0], stem, None


def kind_of(stem):
    return KINDS.get(stem, stem.removeprefix("test_").replace("_", " "))


def shown(name):
    """Return a name as it appears in the table. Unprintable characters are escaped."""
    return f"`{repr(name)[1:-1]}`"


def listed():
    """Return the names of the attacks on the scoreboard in ``docs/security.md``, as `shown` spells them."""
    board = PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]
    return re.findall(r"^\| (`.*?`) \|", board, re.MULTILINE)


class Recorder:
    """A pytest plugin that collects what tests record about attacks."""

    def __init__(self):
        self.stock, self.here, self.counts = {}, {}, Counter()
        self.passed, self.failed, self.in_containers = 0, [], 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item):
        report = yield
        if report.failed:
            self.failed.append(item.name)
        if report.when == "call":
            self.passed += report.passed
            self._record(item, report)
        return report

    def _record(self, item, report):
        for key, value in report.user_properties:
            if key == "stock":
                self.stock |= dict([value])
            if key == "attack":
                name, here, counts = value
                self.here[name] = here
                self.counts.update(counts)
            if key == "gradescope":
                self.in_containers += value
            if key == "class":
                self.counts.update(dict(zip(COUNTS[2:], value, strict=True)))
        for mark in item.iter_markers("attack"):
            name, *stock = mark.args
            if stock:
                self.stock[name] = stock[0]
            self.here[shown(name)] = "refused" if report.passed else "SUCCEEDED"

    def rows(self):
        for name, stem, _ in attacks():
            stock = self.stock.get(name, NOT_RUN.get(stem, ""))
            yield Row(name, kind_of(stem), stock, self.here.get(shown(name), "not measured"))

    def board(self):
        """Return the scoreboard as Markdown."""
        rows = list(self.rows())
        totals = [f"{len(rows)} attacks", *(f"{count}: {self.counts[count]:g}" for count in COUNTS)]
        totals += [f"gradings of these submissions in a Gradescope container: {self.in_containers}"]
        totals += [f"{len(self.stock)} attacks were also run against stock nbgrader or plain Python"]
        totals += [f"{self.passed} tests passed and {len(self.failed)} failed"]
        lines = ["", "Written by `make attacks`.", "", *(f"- {total}" for total in totals)]
        lines += [f"- **failed**: {name}" for name in self.failed]
        lines += ["", "| attack | what it tries | in stock nbgrader | here |", "| --- | --- | --- | --- |"]
        lines += [f"| {shown(row.name)} | {row.kind} | {row.stock} | {row.here} |" for row in rows]
        return "\n".join([*lines, "", ""])


def write(board):
    """Put the scoreboard between the markers in ``docs/security.md``."""
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.partition(START)[0], page.partition(END)[2]
    PAGE.write_text(before + START + board + END + after, encoding="utf-8")


def main():
    recorder = Recorder()
    os.environ[EVERY] = "yes"
    status = pytest.main([str(FOLDER), str(CONTAINER), f"--deselect={OUTDATED}"], plugins=[recorder])
    if not recorder.here:
        return status or "no attack was run, so there is no scoreboard"
    board = recorder.board()
    write(board)
    print(board)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
