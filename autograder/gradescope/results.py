"""A submission's results in the format that Gradescope reads: one test per exercise, with the report as output.

About hidden cases, a report says only what feedback pages say (see `autograder.grading.cell_outputs`). What the
container prints is for instructors, so it stays hidden from students.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.atomic import write_text
from autograder.catalogue import Assignment
from autograder.safe_text import escape

Results = dict[str, Any]

MAX_OUTPUT = 20_000  # characters of one output
MAX_ERRORS = 10  # cell errors that are shown
MAX_ERROR = 300  # characters of one such error
COMMON = {"output_format": "text", "visibility": "visible"}


def graded_results(graded: Mapping[str, Any], assignment: Assignment, note: str, seconds: float) -> Results:
    """Return the results of a graded submission.

    Parameters
    ----------
    graded : mapping
        The result that `autograder.grading.job.grade` wrote.
    assignment : Assignment
    note : str
        A sentence that says which file was graded, or "".
    seconds : float
        How long grading took.
    """
    tests = [_test(name, verdict) for name, verdict in graded["verdicts"].items()]
    return {
        "score": sum(test["score"] for test in tests),
        "output": _text("\n".join(_about_everything(graded, assignment, note))),
        "execution_time": round(seconds),
        "stdout_visibility": "hidden",
        "tests": tests,
        **COMMON,
    }


def failure(sentence: str) -> Results:
    """Return results with zero points and one sentence for the student."""
    return {"score": 0.0, "output": _text(sentence), "stdout_visibility": "hidden", "tests": [], **COMMON}


def write(path: Path, results: Results) -> None:
    """Write the results in one step, so that no reader ever finds half a file."""
    write_text(path, json.dumps(results, indent=1, allow_nan=False))


def _test(name: str, verdict: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "score": verdict["score"],
        "max_score": verdict["points"],
        "status": "passed" if verdict["score"] >= verdict["points"] else "failed",
        "output": _text(verdict["report"]),
        **COMMON,
    }


def _about_everything(graded: Mapping[str, Any], assignment: Assignment, note: str) -> Iterator[str]:
    """Yield the lines above the tests, which are about the submission as a whole."""
    if graded["problem"]:
        yield f"Nothing could be graded: {graded['problem']}."
    if note:
        yield note
    if graded["mismatch"]:
        yield f"Check that you submitted the right notebook: {graded['mismatch']}."
    yield from (f"Problem in {phrase}." for phrase in graded["stopped"])
    yield from _errors(graded["notebook"])
    if assignment.written and not graded["problem"]:
        yield f"Written answers ({len(assignment.written)}) are not graded here: your instructor reads them."


def _errors(notebook: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each of the first errors that stopped a cell in the notebook."""
    errors = [output for cell in notebook["cells"] for output in cell.get("outputs", ()) if "ename" in output]
    for error in errors[:MAX_ERRORS]:
        yield " ".join(f"A cell stopped with {error['ename']}: {error['evalue']}"[:MAX_ERROR].split())
    if len(errors) > MAX_ERRORS:
        yield f"{len(errors) - MAX_ERRORS} more cells stopped with errors."


def _text(text: str) -> str:
    return escape(text if len(text) <= MAX_OUTPUT else f"{text[:MAX_OUTPUT]}\n(shortened)")
