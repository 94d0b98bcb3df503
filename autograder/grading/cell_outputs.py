"""Verdicts as a student reads them: the outputs of the cells of a graded notebook."""

import numpy as np

from gradlab.checks.notebook import changed_notes
from gradlab.checks.outcome import CaseResult, Outcome, Problem
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
    if reason := _same_for_all(verdict):
        return Report(verdict.exercise, 0.0, verdict.points, (), scope=NOT_GRADED, notes=(reason,))
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


def _same_for_all(verdict):
    """Why there was nothing to run, where that is so; it would be the same in every row."""
    kinds = {outcome.problem.kind if outcome.problem else "" for outcome in verdict.outcomes}
    if kinds == {"not_written"}:
        return f"`{verdict.exercise}` is not written yet."
    if "missing" in kinds:
        return (
            f"`{verdict.exercise}` is not defined where it is checked: either its cell stopped with an error, which is "
            "shown above, or the function has another name."
        )
    return ""


def _notes(verdict, tampering):
    if verdict.problem:
        yield verdict.problem
    yield from changed_notes(verdict.exercise, [CaseResult(changed=verdict.changed)])
    if tampering:
        yield (
            f"This notebook replaced {', '.join(tampering)}. That has no effect: another process judges, from the "
            "numbers that the function returns."
        )


def discreet(outcome):
    """An outcome with what a hidden case may tell: its problem's name, or its error to the power of ten.

    A function that knows the right answer can choose its error, and write what it was given into every digit.
    """
    problem = Problem(outcome.problem.kind) if outcome.problem else None
    error, tolerance, finding = outcome.error, outcome.tolerance, outcome.finding
    if outcome.passed:
        finding = finding or (f"within {tolerance:.0e}" if error is not None and tolerance else "")
        error = None
    elif error:
        error = float(10.0 ** np.floor(np.log10(error)))
    return Outcome(outcome.passed, error, tolerance, problem, finding)


def verdict_output(shown, points):
    """The output of a check cell: the points as a number, which nbgrader reads, and the report."""
    data = {"text/plain": repr(float(points)), "text/html": shown.html()}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def with_guides(cells, written):
    """The cells, with the model answer and marking guide after each written answer.

    Parameters
    ----------
    cells : sequence of dict
    written : dict of str to Written

    Yields
    ------
    dict
        Guides carry ``metadata.gradlab.guide``: whoever marks sees them, feedback leaves them out.
    """
    for cell in cells:
        yield cell
        question = written.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if question:
            guide, answer = question.guide.strip(), question.answer.strip()
            yield {
                "cell_type": "markdown",
                "id": f"{question.name[:50]}-guide".replace("_", "-"),
                "metadata": {"gradlab": {"guide": True}},
                "source": f"**For whoever marks this.**\n\n{guide}\n\n**A model answer.**\n\n{answer}",
            }


def cell_outputs(items, stopped=""):
    """What a cell showed, as notebook outputs.

    Parameters
    ----------
    items : list of dict
        As `autograder.running.messages.parse_outputs` gives them.
    stopped : str
        Why the cell was ended, if it was.
    """
    outputs = [_output(item) for item in items]
    if stopped:
        outputs.append(_stream("stderr", f"This cell was ended by the grader: {stopped}.\n"))
    return outputs


def _output(item):
    if "stream" in item:
        return _stream(item["stream"], _clean(item["text"]))
    if "error" in item:
        lines = [_clean(line) for line in item["traceback"]]
        name, value = _clean(item["error"]), _clean(item["value"])
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}
    shown = item.get("display") or item["result"]
    data = {mime: _clean(shown[mime]) for mime in ("text/plain", "image/png", "image/jpeg") if mime in shown}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _stream(name, text):
    return {"output_type": "stream", "name": name, "text": text}


def _clean(text):
    """Without control characters: a terminal that prints a log must not obey them."""
    return "".join(c for c in text if c >= " " or c in "\n\t").encode("utf-8", "replace").decode()
