"""Recognize a submitted notebook that is not the released one: another assignment's, an earlier release, or a fragment.

What a student wrote is only compared with names and ids that we know, and the sentences quote nothing else.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from autograder import catalogue

from .intake import Submitted

DEFINED = re.compile(r"^def (\w+)", re.MULTILINE)


def mismatch(submitted: Submitted, released: Mapping[str, Any], assignment: str, releases: Collection[str]) -> str:
    """Say why a notebook may be the wrong one, or return "" if it seems to be the right one.

    Answers are recognized by their ``grade_id`` or, since some tools drop it, by the function that they define.

    Parameters
    ----------
    submitted : Submitted
    released : dict
        The released notebook's JSON.
    assignment : str
    releases : collection of str
        The ids of the assignment's releases so far.
    """
    found, answers = _names(submitted), _answers(released)
    present = answers_found(submitted, released)
    if 2 * present < len(answers) and (other := _most_like(found, assignment, present / len(answers))):
        return f"this looks like {other}, not {assignment}"
    if submitted.release in releases and submitted.release != _release(released):
        return f"this notebook comes from an earlier release of {assignment}"
    if 2 * present < len(answers):
        count = f"only {present}" if present else "none"
        return f"{count} of the {len(answers)} answers for {assignment} can be found in this notebook"
    return ""


def answers_found(submitted: Submitted, released: Mapping[str, Any]) -> int:
    """Return how many of a released notebook's answers a submitted notebook contains."""
    return len(_answers(released) & _names(submitted))


def likeness(submitted: Submitted) -> dict[str, float]:
    """Return, for each assignment, the fraction of its answers that can be found in a notebook."""
    return _fractions(_names(submitted))


def _names(submitted: Submitted) -> set[str]:
    """Return every ``grade_id`` in a submitted notebook, and the name of every function that it defines."""
    code = [cell.source for cell in submitted.cells if cell.cell_type == "code"]
    return {cell.grade_id for cell in submitted.cells} | {name for text in code for name in DEFINED.findall(text)}


def _answers(released: Mapping[str, Any]) -> set[str]:
    """Return the ``grade_id`` of each answer in a released notebook."""
    cells = [cell["metadata"].get("nbgrader", {}) for cell in released["cells"]]
    return {nbgrader["grade_id"] for nbgrader in cells if nbgrader.get("solution")}


def _release(released: Mapping[str, Any]) -> str:
    return str(released["metadata"].get("gradlab", {}).get("release", ""))


def _most_like(found: Collection[str], assignment: str, at_least: float) -> str:
    """Return the other assignment with the largest fraction of its answers in `found`.

    Return "" if that fraction is less than `at_least`, or less than half.
    """
    fractions = {name: fraction for name, fraction in _fractions(found).items() if name != assignment}
    best = max(fractions, key=lambda name: fractions[name], default="")
    return best if best and fractions[best] >= max(0.5, at_least) else ""


def _fractions(found: Collection[str]) -> dict[str, float]:
    answers = {name: {*each.exercises, *each.written} for name, each in catalogue.assignments().items()}
    return {name: len(names & set(found)) / len(names) for name, names in answers.items()}
