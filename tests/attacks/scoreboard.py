"""The scoreboard: what each attack in this folder did to stock nbgrader, and what it did to our grader.

    python -m tests.attacks.scoreboard        # as in `make attacks`

This command runs the tests in this folder and in ``tests/gradescope/test_attacks.py``. It writes ``docs/attacks.md``,
with one line per attack, and a summary between two markers in ``docs/security.md``. All numbers come from the run. An
attack is a submission that a module lists in ``SUBMISSIONS``, or a test that is marked ``attack(name)``. If another
test shows that a marked attack works in stock nbgrader or plain Python, the mark is ``attack(name, stock)``, and
``stock`` says what the attack does there.

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
# These tests grade the same submissions in a Gradescope container. Unless this variable is set, they grade only some.
CONTAINER, EVERY = FOLDER.with_name("gradescope") / "test_attacks.py", "GRADLAB_EVERY_ATTACK"
DOCS = FOLDER.parents[1] / "docs"
LIST, SUMMARY = DOCS / "attacks.md", DOCS / "security.md"
START, END = "<!-- The summary starts here. `make attacks` writes it. -->\n", "<!-- The summary ends here. -->\n"
INTRODUCTION = """\
# Attacks on the grader

Each row is either a notebook or set of files that `nbgrader autograde` graded together with all the others, or a test
that attacks one part directly. "Here" says what became of the submission. Many submissions earn all points,
because their answers are right and the attack is after something else: a hidden number that the student could read,
for example, counts as a secret read.

Where possible, the attack first ran in stock nbgrader or in plain Python, to show that a protection, not a typo, stops
it here. If the column "in stock nbgrader" is empty or missing, the attack did not run there. In stock nbgrader, each
forger's wrong answer earns nothing without its trick. [Security](security.md) says what is protected, and what isn't.

Written by `make attacks`.
"""
KINDS = {
    "test_accomplices": "Passing numbers between submissions",
    "test_cheats": "Forging the verdict",
    "test_formgrader_button": "Going through the formgrader's button",
    "test_frames": "Forging messages to the judge",
    "test_hidden_stay_hidden": "Carrying hidden inputs out",
    "test_hidden_truth": "Looking for hidden answers",
    "test_links": "Adding files or links",
    "test_mangled": "Breaking the notebook",
    "test_reading_secrets": "Reading secrets",
    "test_resource_exhaustion": "Using up resources",
    "test_scripts": "Running scripts in our pages",
}
# Why the attacks in these modules were not run in stock nbgrader.
NOT_RUN = {
    "test_frames": "Stock nbgrader has no judge to write to.",
    "test_resource_exhaustion": "We did not run these in stock nbgrader, because they could exhaust the machine.",
}
# These tests compare the pages with the attacks, and the pages are about to be replaced.
OUTDATED = [
    f"tests/attacks/test_scoreboard.py::{name}"
    for name in ("test_scoreboard_lists_every_attack", "test_readme_counts_the_attacks")
]
COUNTS = ("points gained", "secrets read", "effects outside its own run", "other submissions affected")


@dataclass
class Row:
    """One attack on the scoreboard: its name and module, and what happened in stock nbgrader and in our grader."""

    name: str
    module: str
    stock: str = ""
    here: str = ""


def modules():
    """Return the modules that may contain attacks, in alphabetical order."""
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
    return KINDS.get(stem, stem.removeprefix("test_").replace("_", " ").capitalize())


def shown(name):
    """Return a name as it appears in the table. Unprintable characters are escaped."""
    return f"`{repr(name)[1:-1]}`"


def listed():
    """Return the names of the attacks in ``docs/attacks.md``, as `shown` spells them."""
    return re.findall(r"^\| (`.*?`) \|", LIST.read_text(encoding="utf-8"), re.MULTILINE)


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
        """Return the attacks as rows, in a list for each kind."""
        kinds = {}
        for name, stem, _ in attacks():
            row = Row(name, stem, self.stock.get(name, ""), self.here.get(shown(name), "not measured"))
            kinds.setdefault(kind_of(stem), []).append(row)
        return kinds

    def summary(self):
        """Return the summary as Markdown: the totals, and the number of attacks of each kind."""
        kinds = self.rows()
        totals = [f"{sum(map(len, kinds.values()))} attacks"]
        totals += [f"{count}: {self.counts[count]:g}" for count in COUNTS]
        totals += [f"gradings of these submissions in a Gradescope container: {self.in_containers}"]
        totals += [f"{len(self.stock)} attacks were also run against stock nbgrader or plain Python"]
        totals += [f"{self.passed} tests passed and {len(self.failed)} failed"]
        lines = ["", "Written by `make attacks`.", "", *(f"- {total}" for total in totals)]
        lines += [f"- **failed**: {name}" for name in self.failed]
        lines += ["", "| kind of attack | attacks | run in stock nbgrader |", "| --- | --- | --- |"]
        for kind, rows in kinds.items():
            there = sum(bool(row.stock) for row in rows)
            lines.append(f"| [{kind}](attacks.md#{anchor(kind)}) | {len(rows)} | {there or ''} |")
        return "\n".join([*lines, "", ""])

    def page(self):
        """Return the page that lists every attack, as Markdown."""
        lines = [INTRODUCTION]
        for kind, rows in self.rows().items():
            lines += [f"## {kind}", ""]
            if reason := NOT_RUN.get(rows[0].module):
                lines += [reason, ""]
            if any(row.stock for row in rows):
                lines += ["| attack | in stock nbgrader | here |", "| --- | --- | --- |"]
                lines += [f"| {shown(row.name)} | {row.stock} | {row.here} |" for row in rows]
            else:
                lines += ["| attack | here |", "| --- | --- |"]
                lines += [f"| {shown(row.name)} | {row.here} |" for row in rows]
            lines.append("")
        return "\n".join(lines)


def anchor(heading):
    """Return the anchor that code hosts and the site give a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def write(recorder):
    """Write ``docs/attacks.md``, and put the summary between the markers in ``docs/security.md``."""
    LIST.write_text(recorder.page(), encoding="utf-8")
    page = SUMMARY.read_text(encoding="utf-8")
    before, after = page.partition(START)[0], page.partition(END)[2]
    SUMMARY.write_text(before + START + recorder.summary() + END + after, encoding="utf-8")


def main():
    recorder = Recorder()
    os.environ[EVERY] = "yes"
    leave_out = [f"--deselect={test}" for test in OUTDATED]
    status = pytest.main([str(FOLDER), str(CONTAINER), *leave_out], plugins=[recorder])
    if not recorder.here:
        return status or "no attack was run, so there is no scoreboard"
    write(recorder)
    print(recorder.summary(), recorder.page(), sep="\n")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
