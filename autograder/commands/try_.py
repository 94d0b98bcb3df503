"""``try``: judge one function from a file on hidden cases, in the sandbox."""

import ast
import json
from pathlib import Path
from typing import Any

from autograder import catalogue
from autograder.authoring.check import exercise_errors
from autograder.exercise import Exercise
from autograder.grading.host import zygote_host
from autograder.judging.cases import draw, draw_hidden, plain_inputs, public_cases
from autograder.judging.judge import Verdict, failed_verdict, verdict
from autograder.running.settings import require_sandbox
from autograder.running.submission_run import Cell, CheckCell, Limits, Record, SubmissionRun
from autograder.sandbox import Unavailable
from gradlab.checks.details import explain_case
from gradlab.checks.report import Report, Row

from .errors import refuse, report

SCOPE = "These are hidden cases, drawn with the seed that --seed sets."


def run(course: Path, name: str, file: Path, seed: int, as_json: bool) -> int:
    """Judge the function `name` in `file` and print the verdict.

    Returns
    -------
    int
        0 if there is a verdict, even with zero points; 1 if something is wrong with the exercise; 2 if the command
        cannot be carried out.
    """
    try:
        exercise, _ = catalogue.find(name)
    except KeyError as error:
        return refuse(error.args[0])
    if file.suffix == ".ipynb":
        return refuse(
            f"{file.name} is a notebook, but FILE must be a Python file: copy the function's cell into a .py file."
        )
    try:
        source = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return refuse(f"{file} cannot be read: {error}")
    wrong = exercise_errors(exercise)
    if wrong:
        return report(wrong)
    try:
        require_sandbox()
    except Unavailable as reason:
        return refuse(str(reason))
    found, record = judge_source(course, exercise, source, seed)
    if as_json:
        print(json.dumps(as_dict(found), indent=2))
    else:
        print(as_report(exercise, found, record, seed).text())
    return 0


def judge_source(course: Path, exercise: type[Exercise], source: str, seed: int) -> tuple[Verdict, Record | None]:
    """Judge source code that defines the exercise's function and its partners' functions.

    Returns
    -------
    Verdict, Record or None
        The verdict, and the record of the run. The record is None if the source code could not be run.
    """
    reason = _reason_against(exercise, source)
    if reason:
        return failed_verdict(exercise, reason), None
    hidden = draw_hidden(exercise, seed)
    public = public_cases(exercise)[0]
    steps: list[Cell | CheckCell] = [Cell(0, source), CheckCell(1, exercise, public, hidden.shuffled)]
    record = SubmissionRun(zygote_host(str(course), True), [], steps, Limits()).run()
    results = hidden.in_case_order(record.hidden[exercise.name])
    return verdict(exercise, hidden.cases, results, public=record.public[exercise.name]), record


def _reason_against(exercise: type[Exercise], source: str) -> str:
    """Return a sentence that says why the source code cannot be judged, or "" if it can be."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        return f"The file is not valid Python{f' (line {line})' if line else ''}."
    found = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assigned = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    imported = [a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names]
    for name in exercise.function_names():
        if name not in {*found, *assigned, *imported}:
            names = ", ".join(dict.fromkeys(found)) or "none"
            return f"There is no function {name!r} in the file. Functions found: {names}."
    return ""


def as_dict(found: Verdict) -> dict[str, Any]:
    """Return the verdict as values for JSON, in a format that other people's scripts rely on."""
    mistakes = [{"name": mistake.name, "hint": mistake.hint} for mistake in found.mistakes]
    return {
        "exercise": found.exercise,
        "points": found.points,
        "score": found.score,
        "cases": [
            {
                "name": label,
                "passed": outcome.passed,
                "error": outcome.error,
                "tolerance": outcome.tolerance,
            }
            for label, outcome in zip(found.labels, found.outcomes, strict=True)
        ],
        "mistake": mistakes[0] if mistakes else None,
        "mistakes": mistakes,
        "diagnosis": found.diagnosis or found.problem,
        "problem": found.problem or common_problem(found),
    }


def common_problem(found: Verdict) -> str | None:
    """Return a sentence about the first case's problem if every case has a problem, otherwise None."""
    problems = [outcome.problem for outcome in found.outcomes if outcome.problem]
    return problems[0].sentence if problems and len(problems) == len(found.outcomes) else None


def as_report(exercise: type[Exercise], found: Verdict, record: Record | None, seed: int) -> Report:
    """Return the verdict as a report for instructors and authors of exercises, who may see everything."""
    inputs = [plain_inputs(case) for case in draw(exercise, seed)] if found.labels else []
    rows = [
        Row(
            label,
            outcome,
            () if outcome.passed else explain_case(exercise.function_names(), exercise.driver.__name__, given, outcome),
        )
        for label, given, outcome in zip(found.labels, inputs, found.outcomes, strict=True)
    ]
    shown = [item for items in record.outputs.values() for item in items] if record else []
    errors = [f"{item['error']}: {item['value']}" for item in shown if "error" in item]
    return Report(
        found.exercise,
        found.score,
        found.points,
        tuple(rows),
        scope=SCOPE if rows else "",
        diagnosis=found.diagnosis,
        hints=tuple(mistake.hint for mistake in found.mistakes),
        notes=tuple(filter(None, [found.problem, *(f"Running the file: {error}" for error in errors)])),
    )
