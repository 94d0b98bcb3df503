"""Verdicts as a student reads them: the outputs of the cells of a graded notebook."""

from nbformat.v4 import new_markdown_cell, new_output

from gradlab.checks.notebook import changed_notes
from gradlab.checks.outcome import Outcome, Problem, Ran
from gradlab.checks.report import Report, Row

SCOPE = (
    "Graded on hidden cases, with numbers drawn for this submission. They ran after the last cell, so nothing that "
    "this notebook shows can hold them."
)
NOT_GRADED = "No case was run."


def report(verdict, public_outcomes=(), tampering=()):
    """The report on one exercise.

    Parameters
    ----------
    verdict : Verdict
        On the hidden cases.
    public_outcomes : sequence of Outcome
        On the public cases of the same labels. Only these may tell what the function returned or raised; of a
        hidden case nothing is told but how it ended, in words that student code has no part in.
    tampering : sequence of str
        What the notebook did to the tools around it.

    Returns
    -------
    Report
    """
    rows = []
    details = [outcome.problem.sentence if outcome.problem else "" for outcome in public_outcomes]
    details += [""] * (len(verdict.labels) - len(details))
    for label, outcome, detail in zip(verdict.labels, verdict.outcomes, details, strict=True):
        rows.append(Row(label, discreet(outcome), "" if outcome.passed else detail))
    return Report(
        verdict.exercise,
        verdict.score,
        verdict.points,
        tuple(rows),
        scope=SCOPE if rows else NOT_GRADED,
        hint=verdict.mistake.hint if verdict.mistake else "",
        notes=tuple(_notes(verdict, tampering)),
    )


def _notes(verdict, tampering):
    if verdict.problem:
        yield verdict.problem
    yield from changed_notes(verdict.exercise, [Ran(changed=verdict.changed)])
    if tampering:
        yield (
            f"In this notebook {' and '.join(tampering)}. That has no effect: another process judges, from the "
            "numbers that the function returns."
        )


def discreet(outcome):
    """An outcome with what a hidden case may tell: its problem's name, or its error to one digit."""
    problem = Problem(outcome.problem.kind) if outcome.problem else None
    error = float(f"{outcome.error:.0e}") if outcome.error is not None else None
    return Outcome(outcome.passed, error, outcome.tolerance, problem, outcome.finding)


def verdict_output(shown, points):
    """The output of a check cell: the points as a number, which nbgrader reads, and the report."""
    return new_output(
        "execute_result", {"text/plain": repr(float(points)), "text/html": shown.html()}, execution_count=1
    )


def with_guides(cells, written):
    """The cells, with the model answer and marking guide after each written answer.

    Parameters
    ----------
    cells : sequence of NotebookNode
    written : dict of str to Written

    Yields
    ------
    NotebookNode
        Guides carry ``metadata.gradlab.guide``: whoever marks sees them, feedback leaves them out.
    """
    for cell in cells:
        yield cell
        question = written.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if question:
            text = (
                f"**For whoever marks this.** {question.guide.strip()}\n\n**A model answer.** {question.answer.strip()}"
            )
            guide = new_markdown_cell(text, metadata={"gradlab": {"guide": True}})
            guide["id"] = f"{question.name[:50]}-guide".replace("_", "-")
            yield guide


def cell_outputs(items, stopped=""):
    """What a cell showed, as notebook outputs.

    Parameters
    ----------
    items : list of dict
        As `autograder.running.submission.parse_outputs` gives them.
    stopped : str
        Why the cell was ended, if it was.
    """
    outputs = [_output(item) for item in items]
    if stopped:
        outputs.append(new_output("stream", name="stderr", text=f"This cell was ended by the grader: {stopped}.\n"))
    return outputs


def _output(item):
    if "stream" in item:
        return new_output("stream", name=item["stream"], text=_clean(item["text"]))
    if "error" in item:
        lines = [_clean(line) for line in item["traceback"]]
        return new_output("error", ename=_clean(item["error"]), evalue=_clean(item["value"]), traceback=lines)
    shown = item.get("display") or item["result"]
    kept = {mime: _clean(shown[mime]) for mime in ("text/plain", "image/png", "image/jpeg") if mime in shown}
    return new_output("display_data", kept)


def _clean(text):
    """Without control characters: a terminal that prints a log must not obey them."""
    return "".join(c for c in text if c >= " " or c in "\n\t").encode("utf-8", "replace").decode()
