"""The page that shows the pairs side by side, and the same findings as JSON."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from autograder.catalogue import Assignment
from autograder.safe_text import escape

from .pairs import SHUFFLED, Findings, Pair
from .prose import prose_fragments
from .submissions import Submissions
from .syntax import Fragment, code_fragments

MOST_PAIRS = 50  # on the page
MOST_CHARACTERS = 20_000  # of an answer on the page
RARE = 0.05  # of the answers
MARKS = ("", "common", "rare")
MARGIN = re.compile(r"^[ \t]+|\n", re.MULTILINE)  # white space that has no mark

Span = tuple[str, str]  # one of the `MARKS`, and the text that has it


@dataclass(frozen=True)
class Compared:
    """Two answers side by side.

    Attributes
    ----------
    name : str
    as_close, among : int
        How many of the other answers are as close to one of the two as the two are to each other.
    sides : list of list of Span
        The two answers, in parts that are marked or not.
    """

    name: str
    as_close: int
    among: int
    sides: list[list[Span]]


def page(assignment: Assignment, submissions: Submissions, findings: Findings) -> str:
    """Return the findings as an HTML page that needs no other file."""
    folder = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.j2").render(
        style=(folder / "page.css").read_text(encoding="utf-8"),
        title=assignment.name.replace("_", " "),
        findings=findings,
        shuffled=SHUFFLED,
        unreadable={student: escape(reason) for student, reason in submissions.unreadable.items()},
        pairs=[(pair, _side_by_side(assignment, submissions, findings, pair)) for pair in findings.pairs[:MOST_PAIRS]],
    )


def as_json(assignment: Assignment, submissions: Submissions, findings: Findings) -> str:
    """Return the findings as JSON."""
    found: dict[str, Any] = {
        "assignment": assignment.name,
        "students": len(findings.students),
        "threshold": findings.threshold,
        "pairs": [
            {
                "students": list(pair.students),
                "score": pair.score,
                "exercises": {
                    name: {"as_close": count, "among": findings.exercises[name].among}
                    for name, count in pair.as_close.items()
                },
            }
            for pair in findings.pairs
        ],
        "undecidable": findings.undecidable,
        "unreadable": submissions.unreadable,
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _side_by_side(assignment: Assignment, submissions: Submissions, findings: Findings, pair: Pair) -> list[Compared]:
    """Return two students' answers, starting with those to which the fewest other answers are as close."""
    rows = []
    for name, as_close in sorted(pair.as_close.items(), key=lambda item: item[1]):
        split = prose_fragments if name in assignment.written else code_fragments
        exercise = findings.exercises[name]
        answers = [submissions.answers[student][name] for student in pair.students]
        fragments = [split(answer) for answer in answers]
        shared = set.intersection(*({each.key for each in found} for found in fragments)) & exercise.counts.keys()
        few = max(2.0, RARE * exercise.among)
        marks = {key: 2 if exercise.counts[key] <= few else 1 for key in shared}
        sides = [list(spans(answer, found, marks)) for answer, found in zip(answers, fragments, strict=True)]
        rows.append(Compared(name, as_close, exercise.among, sides))
    return rows


def spans(answer: str, fragments: Iterable[Fragment], marks: Mapping[int, int]) -> Iterator[Span]:
    """Yield the parts of an answer with their marks, and with unsafe characters escaped.

    Parameters
    ----------
    answer : str
    fragments : iterable of Fragment
        The fragments of the answer.
    marks : mapping of int to int
        Indices into `MARKS`, keyed by the keys of fragments. Where fragments overlap, the larger index counts.
    """
    marked = bytearray(len(answer))
    for each in sorted(fragments, key=lambda each: marks.get(each.key, 0)):
        if mark := marks.get(each.key):
            marked[each.start : each.end] = bytes([mark]) * (each.end - each.start)
    for match in MARGIN.finditer(answer):
        marked[match.start() : match.end()] = bytes(match.end() - match.start())
    for mark, group in itertools.groupby(range(min(len(answer), MOST_CHARACTERS)), marked.__getitem__):
        places = list(group)
        yield MARKS[mark], escape(answer[places[0] : places[-1] + 1])
    if len(answer) > MOST_CHARACTERS:
        yield "", f"\n[{len(answer) - MOST_CHARACTERS:,} more characters are not shown]"
