"""Outputs of the cells in a graded notebook, including the reports that show students their verdicts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Written
from autograder.judging.judge import Verdict
from autograder.safe_text import clean
from gradlab.checks.outcome import CaseResult, Outcome, Part, Problem
from gradlab.checks.public_report import changed_notes
from gradlab.checks.report import Report, Row

SCOPE = (
    "Graded on hidden cases, with numbers drawn for this submission. The cases ran after the last cell, so nothing "
    "that this notebook shows can contain their numbers."
)
NOT_GRADED = "No case was run."

Cell = dict[str, Any]
Output = dict[str, Any]


def report(
    verdict: Verdict, public_outcomes: Sequence[Outcome] = (), tampering: Sequence[str] = (), remark: str = ""
) -> Report:
    """Return the report on one exercise.

    Parameters
    ----------
    verdict : Verdict
        The verdict on the hidden cases.
    public_outcomes : sequence of Outcome
        The outcomes of the public cases, which have the same labels as the hidden cases. Only these outcomes may show
        what the function returned or raised. For a hidden case, the report says only how the case ended, in words that
        student code cannot influence.
    tampering : sequence of str
        The names, from `autograder.running.tampering.NAMES`, of the parts that the notebook replaced.
    remark : str
        A sentence about the whole submission, or an empty string.

    Returns
    -------
    Report
    """
    if reason := _reason_for_all(verdict):
        return Report(
            verdict.exercise, 0.0, verdict.points, (), scope=NOT_GRADED, notes=(*filter(None, [remark]), reason)
        )
    public = [*public_outcomes, *[None] * (len(verdict.labels) - len(public_outcomes))]
    rows: list[Row] = []
    said: set[str] = set()
    for label, hidden, shown in zip(verdict.labels, verdict.outcomes, public, strict=True):
        details = [detail for detail in _details(shown, hidden.passed) if detail not in said]
        sentences = (*details, *_reached(shown, hidden.passed))
        rows.append(Row(label, discreet(hidden), sentences, counts=label not in verdict.withdrawn))
        said.update(details)
    return Report(
        verdict.exercise,
        verdict.score,
        verdict.points,
        tuple(rows),
        scope=SCOPE if rows else NOT_GRADED,
        diagnosis=verdict.diagnosis,
        hints=tuple(mistake.hint for mistake in verdict.mistakes),
        done=verdict.done,
        notes=(*filter(None, [remark]), *_notes(verdict, tampering)),
    )


def reasons(verdict: Verdict) -> list[str]:
    """Return the sentences that best explain why points were lost: a reason for all cases, hints, or the diagnosis."""
    if reason := _reason_for_all(verdict) or verdict.problem:
        return [reason]
    return [mistake.hint for mistake in verdict.mistakes] or list(filter(None, [verdict.diagnosis]))


def _details(public: Outcome | None, passed: bool) -> tuple[str, ...]:
    return (public.problem.sentence,) if public and public.problem and not passed else ()


def _reached(public: Outcome | None, passed: bool) -> tuple[str, ...]:
    """Say what the answer reached in the public case, if there is a target to reach or if the hidden case fails."""
    reached = public.reached if public else None
    return (f"Public case: {reached.sentence}.",) if reached and (reached.asked or not passed) else ()


def _reason_for_all(verdict: Verdict) -> str:
    """Return the reason why no case could run, or "". The report gives this reason only once."""
    kinds = {outcome.problem.kind if outcome.problem else "" for outcome in verdict.outcomes}
    partner_fails = any(outcome.problem and outcome.problem.function for outcome in verdict.outcomes)
    if kinds == {"not_written"} and not partner_fails:
        return f"`{verdict.exercise}` is not written yet."
    if "missing" in kinds:
        return (
            f"`{verdict.exercise}` is not defined where it is checked: either its cell stopped with an error, which is "
            "shown above, or the function has another name."
        )
    return ""


def _notes(verdict: Verdict, tampering: Sequence[str]) -> Iterator[str]:
    if verdict.problem:
        yield verdict.problem
    yield from changed_notes((verdict.exercise,), (), [CaseResult(changed=verdict.changed)])
    if tampering:
        yield (
            f"This notebook replaced {', '.join(tampering)}. That has no effect, because another process judges the "
            "numbers that the function returns."
        )


def discreet(outcome: Outcome) -> Outcome:
    """Return what may be shown of a hidden case's outcome: the kind of problem, the error's power of ten, and findings.

    A function that knows the correct answer could choose its relative error and encode its inputs in that error's
    digits.
    """
    problem = Problem(outcome.problem.kind) if outcome.problem else None
    error, tolerance, finding = outcome.error, outcome.tolerance, outcome.finding
    if outcome.passed:
        finding = finding or (f"within {tolerance:.0e}" if error is not None and tolerance else "")
        error = None
    elif error:
        error = float(10.0 ** np.floor(np.log10(error)))
    return Outcome(outcome.passed, error, tolerance, problem, finding, tuple(map(_discreet_part, outcome.parts)))


def _discreet_part(part: Part) -> Part:
    return Part(part.output, part.passed, finding=part.finding)


def verdict_output(shown: Report, points: float) -> Output:
    """Return a check cell's output: the points as a number, which nbgrader reads, and the report."""
    data = {"text/plain": repr(float(points)), "text/html": shown.html(graded=True)}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def with_guides(cells: Iterable[Cell], written: Mapping[str, Written]) -> Iterator[Cell]:
    """Yield the cells and, after each written answer, a cell with the grading guide and the model answer.

    The added cells have ``metadata.gradlab.guide``. Graders see these cells, and the feedback leaves them out.
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
                "source": f"**For graders.**\n\n{guide}\n\n**A model answer.**\n\n{answer}",
            }


def cell_outputs(items: Iterable[Mapping[str, Any]], stopped: str = "") -> list[Output]:
    """Return a cell's outputs in the notebook format.

    Parameters
    ----------
    items : iterable of dict
        The items that `autograder.running.messages.parse_outputs` returns.
    stopped : str
        The reason why the cell was stopped. Empty if the cell was not stopped.
    """
    outputs = [_output(item) for item in items]
    if stopped:
        outputs.append(_stream("stderr", f"The grader ended this cell: {stopped}.\n"))
    return outputs


def _output(item: Mapping[str, Any]) -> Output:
    if "stream" in item:
        return _stream(item["stream"], clean(item["text"]))
    if "error" in item:
        lines = [clean(line) for line in item["traceback"]]
        name, value = clean(item["error"]), clean(item["value"])
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}
    shown = item["display"] if "display" in item else item["result"]
    data = {mime: clean(shown[mime]) for mime in ("text/plain", "image/png", "image/jpeg") if mime in shown}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _stream(name: str, text: str) -> Output:
    return {"output_type": "stream", "name": name, "text": text}
