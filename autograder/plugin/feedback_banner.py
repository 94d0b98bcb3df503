"""The banner at the top of a feedback page: what happened to the submission, apart from its points."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nbformat import NotebookNode

from autograder.grading.grader import CHECK

CELL = re.compile(r"cell ([0-9]{1,5})")


class Stop(NamedTuple):
    """A part of the notebook that was stopped, and why. `address` is its place in the page, or "" if it has none."""

    part: str
    address: str
    reason: str


class Event(NamedTuple):
    """Something that happened, with the parts of the notebook that were stopped, if any."""

    title: str
    text: str
    stops: tuple[Stop, ...] = ()


def events(notebook: NotebookNode) -> list[Event]:
    """Return the events that the judge noticed: a notebook that is unreadable, wrong, or empty, or that was stopped."""
    return list(_events(notebook, notebook.metadata.get("gradlab", {})))


def _events(notebook: NotebookNode, ours: Mapping[str, Any]) -> Iterator[Event]:
    if problem := ours.get("problem"):
        yield Event("Nothing could be graded.", f"{_sentence(problem)} If this surprises you, ask your instructor.")
        return
    if mismatch := ours.get("mismatch"):
        text = "Everything in it was graded. If you sent the wrong file, tell your instructor."
        yield Event("Is this the right notebook?", f"{_sentence(mismatch)} {text}")
    elif ours.get("empty"):
        yield Event("No exercise is written yet.", "If you did write some, you may have sent the wrong file.")
    if stopped := ours.get("stopped"):
        stops = tuple(_stop(phrase, notebook) for phrase in stopped)
        yield Event("Part of your notebook was stopped.", "Everything but these parts was graded as usual:", stops)


def _sentence(phrase: str) -> str:
    return f"{phrase[:1].upper()}{phrase[1:]}."


def _stop(phrase: str, notebook: NotebookNode) -> Stop:
    """Find the place named in a phrase from `autograder.grading.events.stops`, as in "cell 3: it ran for too long"."""
    part, _, reason = phrase.partition(": ")
    reason = reason.removeprefix("stopped: ")
    if match := CELL.fullmatch(part):
        found = next(iter(notebook.cells[int(match[1]) - 1 :]), None)
        return Stop(part, f"#cell-id={found.id}" if found else "", reason)
    names = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    return Stop(part, f"#{part}{CHECK}" if f"{part}{CHECK}" in names else "", reason)
