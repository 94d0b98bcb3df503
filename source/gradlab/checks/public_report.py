"""Run the public cases of an exercise on a student's functions, and report the results."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .console import TimeIsUp, time_limit
from .decide import decide_case
from .details import explain_case
from .diagnosis import diagnose
from .doubts import doubts, kept_doubts
from .ignored import ignored_scalars, ignored_sentences
from .known_mistakes import KnownMistake, explain, explain_some, name_by_findings
from .outcome import CaseResult, Outcome
from .pictures import draw
from .public_exercise import PublicCase, PublicExercise, driver_of, judge_of
from .reachable import changed_names, kept_values
from .recognize import described, recognize, uncounted_cases
from .report import Report, Row
from .rounding import ROUNDED
from .run import run_case, student_line
from .session import Session
from .signatures import signature
from .skipped import missing_when_graded
from .waiting import Line, Waiting
from .words import series

SCOPE = (
    "These are the public cases. Your submission is graded on hidden cases, with the same labels and different numbers."
)
SECRET_SCOPE = "This check shows only whether your function runs. Grading your submission shows whether it is right."

# A check may take this many times as long as grading, because a student's computer may be slower than the grader's.
PATIENCE = 3


def public_report(
    exercise: PublicExercise,
    functions: Sequence[Any],
    session: Session | None = None,
    line: Line | None = None,
) -> Report:
    """Run the public cases and report the results.

    Parameters
    ----------
    exercise : PublicExercise
    functions : sequence of callable
    session : Session, optional
        The notebook's kernel. With it, the report says why the grade may differ.
    line : Line, optional
        The line that shows which case is running, if the check takes longer than a second.

    Returns
    -------
    Report
    """
    problem = _why_it_cannot_run(exercise, functions, session)
    if problem:
        return _empty_report(exercise, problem)
    runs = list[CaseResult]()
    before = kept_values(functions, session.namespace) if session else {}
    with Waiting([case.label for case in exercise.cases], line) as waiting:
        try:
            _run(exercise, functions, runs, waiting)
        except KeyboardInterrupt as interrupt:
            return _empty_report(exercise, _stopped_sentence(exercise, len(runs), interrupt))
        outcomes = _outcomes(exercise, runs, waiting)
        kept = changed_names(before, kept_values(functions, session.namespace)) if session else []
        once = _cases_that_pass_once(exercise, functions, outcomes, waiting) if kept else []
    if all(outcome.problem and outcome.problem.kind == "not_written" for outcome in outcomes):
        missing = exercise.functions[max(outcome.problem.function for outcome in outcomes if outcome.problem)]
        return _empty_report(exercise, f"`{missing}` is not written yet: fill in its cell, run it, and check again.")
    mistakes = recognize(
        exercise.functions,
        exercise.parameters,
        exercise.driver,
        [case.inputs for case in exercise.cases],
        runs,
        outcomes,
        [case.expected for case in exercise.cases],
        lambda: _known(exercise, runs, outcomes),
        uncounted=uncounted_cases(exercise.cases),
    )
    counted = [number for number, case in enumerate(exercise.cases) if case.weight > 0]
    diagnosis = diagnose(
        [exercise.cases[number].label for number in counted],
        [exercise.cases[number].inputs for number in counted],
        [outcomes[number] for number in counted],
        exercise.driver,
        exercise.parameters,
        some_uncounted=len(counted) < len(exercise.cases),
    )
    if not mistakes:
        diagnosis = " ".join(filter(None, [diagnosis, _ignored(exercise, functions, runs, outcomes)]))
    weights = [case.weight for case in exercise.cases]
    passed = sum(w for w, outcome in zip(weights, outcomes, strict=True) if outcome.passed) / sum(weights)
    return Report(
        exercise.name,
        score=exercise.points * passed,
        points=exercise.points,
        rows=tuple(_rows(exercise, runs, outcomes)),
        scope=SECRET_SCOPE if exercise.judge == "secret" else SCOPE,
        diagnosis=diagnosis,
        hints=tuple(mistake.hint for mistake in mistakes),
        done=exercise.done if passed == 1 and exercise.judge != "secret" else "",
        notes=tuple(changed_notes(exercise.functions, exercise.parameters, runs)),
        doubts=(
            *kept_doubts(exercise.name, kept, once),
            *(doubts(exercise.name, exercise.functions, functions, session) if session else ()),
        ),
    )


def _run(exercise: PublicExercise, functions: Sequence[Any], runs: list[CaseResult], waiting: Waiting) -> None:
    """Append the result of each case to `runs`. Raise KeyboardInterrupt if a run is interrupted or takes too long."""
    driver = driver_of(exercise)
    with time_limit(PATIENCE * exercise.seconds):
        for number, case in enumerate(exercise.cases):
            waiting.begin(number)
            runs.append(run_case(driver, functions, case.inputs, keep_printed=True, on_debug=waiting.stop))


def _outcomes(exercise: PublicExercise, runs: Sequence[CaseResult], waiting: Waiting) -> list[Outcome]:
    outcomes = []
    for number, result in enumerate(runs):
        waiting.begin(number)
        outcomes.append(outcome_of(exercise, exercise.cases[number], result))
    return outcomes


def _cases_that_pass_once(
    exercise: PublicExercise, functions: Sequence[Any], first: Sequence[Outcome], waiting: Waiting
) -> list[str]:
    """Run the public cases again, like grading's extra calls, and return the labels of those that no longer pass."""
    runs = list[CaseResult]()
    try:
        _run(exercise, functions, runs, waiting)
    except TimeIsUp:
        return []
    again = zip(exercise.cases, first, _outcomes(exercise, runs, waiting), strict=True)
    return [case.label for case, before, after in again if before.passed and not after.passed]


def _rows(exercise: PublicExercise, runs: Sequence[CaseResult], outcomes: Sequence[Outcome]) -> Iterator[Row]:
    """Yield the rows.

    Only the first failing case and the first one that stops with an error are explained, and only the first one with
    a picture is drawn.
    """
    explained, drawn = set[bool](), ""
    for case, run, outcome in zip(exercise.cases, runs, outcomes, strict=True):
        details: tuple[str, ...] = ()
        printed = picture = ""
        stopped = bool(outcome.problem and outcome.problem.exception)
        if not outcome.passed and (not explained or (stopped and stopped not in explained)):
            details = explain_case(exercise.functions, exercise.driver, case.inputs, outcome)
            printed = "" if explained else run.printed
            explained.add(stopped)
        if not (outcome.passed or drawn):
            drawn = picture = draw(exercise.picture, exercise.name, exercise.driver, case, outcome, run.outputs or {})
        yield Row(case.label, outcome, details, printed, picture, counts=case.weight > 0)


def _stopped_sentence(exercise: PublicExercise, done: int, interrupt: KeyboardInterrupt) -> str:
    """Say in which case and at which line of the student's code a check was stopped."""
    limit = f"{PATIENCE * exercise.seconds:g} seconds"
    reason = f"Stopped after {limit}" if isinstance(interrupt, TimeIsUp) else "Interrupted"
    line = student_line(interrupt)
    place = f", at the line `{line}`" if line else ""
    return f'{reason} in the case "{exercise.cases[done].label}"{place}. Is there a loop that never ends?'


def _known(
    exercise: PublicExercise, runs: Sequence[CaseResult], outcomes: Sequence[Outcome]
) -> tuple[KnownMistake, ...]:
    """Return the exercise's known mistakes that explain the results."""
    if exercise.judge:
        found = name_by_findings(outcomes, exercise.mistakes)
        return (found,) if found else ()
    given = ([signature(run) for run in runs], outcomes, exercise.programs, uncounted_cases(exercise.cases))
    explanation = explain(*given) or explain_some(*given)
    return described(explanation, exercise.mistakes, [case.label for case in exercise.cases], outcomes)


def _ignored(
    exercise: PublicExercise, functions: Sequence[Any], runs: Sequence[CaseResult], outcomes: Sequence[Outcome]
) -> str:
    """Say which numbers among the inputs do not change the answer, although they should.

    Nothing is said about an answer that is rounded, because rounding may hide the change.
    """
    if any(ROUNDED in part.finding for outcome in outcomes for part in outcome.parts):
        return ""
    cases = [(case.inputs, case.scalars) for case in exercise.cases]
    found = ignored_scalars(driver_of(exercise), functions, cases, runs, outcomes)
    return ignored_sentences(found, [case.label for case in exercise.cases])


def outcome_of(exercise: PublicExercise, case: PublicCase, result: CaseResult) -> Outcome:
    """Return the verdict on one public case."""
    if exercise.judge == "secret" and result.problem is None:
        return Outcome(True, finding="it runs")
    return decide_case(
        case,
        result,
        driver=exercise.driver,
        expected=case.expected,
        tolerance=case.tolerance,
        judge=judge_of(exercise),
        returned=exercise.returned,
    )


def changed_notes(functions: Sequence[str], parameters: Sequence[str], runs: Iterable[CaseResult]) -> Iterator[str]:
    """Yield a note if the functions changed arguments in place, which costs no points but is worth knowing.

    An argument that isn't among the first function's `parameters` belongs to its partner.
    """
    changed = dict.fromkeys(argument for result in runs for argument in result.changed)
    own = [f"`{name}`" for name in changed if name in parameters or len(functions) == 1]
    others = [f"`{name}`" for name in changed if f"`{name}`" not in own]
    for arguments, who in ((own, functions[:1]), (others, functions[1:])):
        if arguments:
            subject = series([f"`{function}`" for function in who], "or")
            yield f"{subject} changes {series(arguments)} in place, so the caller's data changes. This costs no points."


def _empty_report(exercise: PublicExercise, scope: str) -> Report:
    """Return a report without points or cases; `scope` gives the reason."""
    return Report(exercise.name, 0.0, exercise.points, (), scope)


def _why_it_cannot_run(exercise: PublicExercise, functions: Sequence[Any], session: Session | None) -> str:
    call = f'check("{exercise.name}", {", ".join(exercise.functions)})'
    if len(functions) != len(exercise.functions):
        return f"This exercise is checked with {len(exercise.functions)} function(s): {call}."
    for name, function in zip(exercise.functions, functions, strict=True):
        if not callable(function):
            return (
                f"`{name}` must be a function. Got {type(function).__name__}: "
                f"pass functions by name, without parentheses, as in {call}."
            )
    if session is None:
        return ""
    undefined = [name for name in exercise.functions if name not in session.namespace]
    if undefined:
        return (
            f"Grading uses the function named `{undefined[0]}`, and this notebook has no such function yet: give your "
            f"function this name, run its cell, and then run {call}."
        )
    missing = missing_when_graded(exercise.functions, functions, session, exercise.demo_names)
    return _missing_sentence(exercise.name, missing)


def _missing_sentence(function: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    listed = series([f"`{name}`" for name in names])
    return (
        f"`{function}` uses {listed}, set only in a demo cell. Grading skips what demo cells compute, so your answer "
        f"would fail when graded: copy the lines that set {listed} into your function, or into a new cell above it."
    )
