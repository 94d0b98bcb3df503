"""`check("adam", adam)` shows at once which public cases pass, and names a known mistake if it recognizes one."""

import difflib
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from . import store
from .decide import decide_case
from .details import explain_case
from .diagnosis import diagnose
from .known_mistakes import KnownMistake, explain, name_by_findings
from .outcome import CaseResult, Outcome
from .recognize import described, recognize
from .report import Report, Row
from .run import run_case
from .signatures import signature

SCOPE = (
    "These are the public cases. Your submission is graded on hidden cases, with the same labels and different numbers."
)
SECRET_SCOPE = (
    "This shows only whether your function runs. Whether it is right is decided when your submission is graded."
)


class Points(float):
    """The points earned on the public cases, displayed in a notebook as the table of cases."""

    report: Report

    def __new__(cls, report: Report) -> Self:
        points = super().__new__(cls, report.score)
        points.report = report
        return points

    def _repr_html_(self) -> str:
        return self.report.html()


class Check:
    """``check(name, function, *partners)``: run the public cases of an exercise on your function."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[Path, int], dict[str, store.PublicExercise]] = {}

    def __call__(self, name: str, *functions: Any, checks: str | PathLike[str] | None = None) -> Points:
        """Compare your function's output with the expected output on each public case.

        Parameters
        ----------
        name : str
            The exercise's name.
        *functions : callable
            Your function, followed by any functions that it is checked together with.
        checks : path, optional
            The path of the assignment's ``checks.npz``. By default, the file next to the notebook is used.

        Returns
        -------
        Points
            The points earned, as a float. A notebook displays them as the table of cases; in a terminal, the table is
            printed.

        Raises
        ------
        ValueError
            If the assignment has no exercise called `name`; the message suggests similar names.
        FileNotFoundError
            If ``checks.npz`` is missing.
        """
        exercise = self._exercise(name, checks)
        report = public_report(exercise, functions)
        if _kernel_shell() is None:
            print(report.text())
        elif os.environ.get("NBGRADER_VALIDATING") and report.score < report.points:
            # nbgrader's Validate shows only the stderr of a cell with partial credit.
            print(report.text(), file=sys.stderr)
        return Points(report)

    def hidden(self, name: str, *functions: Any) -> NoReturn:
        """Mark the place in the instructor's notebook where the judge collects a submission's functions."""
        raise RuntimeError(
            f"check.hidden({name!r}, ...) runs only when a submission is graded, by `nbgrader autograde`."
        )

    def _exercise(self, name: str, checks: str | PathLike[str] | None) -> store.PublicExercise:
        exercises = self._exercises(Path(checks or "checks.npz").resolve())
        if name not in exercises:
            close = difflib.get_close_matches(str(name).lower(), exercises, n=3, cutoff=0.5)
            suggested = f"Did you mean {' or '.join(map(repr, close))}?"
            hint = suggested if close else f"Its exercises are {', '.join(exercises)}."
            raise ValueError(f"there is no exercise {name!r} in this assignment. {hint}")
        return exercises[name]

    def _exercises(self, path: Path) -> dict[str, store.PublicExercise]:
        if not path.exists():
            raise FileNotFoundError(
                f"{path.name} must be next to the notebook. No such file in {path.parent}: open the notebook in the "
                "folder where it was released, or fetch the assignment again."
            )
        stamp = (path, path.stat().st_mtime_ns)
        if stamp not in self._loaded:
            self._loaded = {stamp: store.load(path)}
        return self._loaded[stamp]


check = Check()


def public_report(exercise: store.PublicExercise, functions: Sequence[Any]) -> Report:
    """Run the public cases and report on them.

    Parameters
    ----------
    exercise : PublicExercise
    functions : sequence of callable

    Returns
    -------
    Report
    """
    problem = _why_it_cannot_run(exercise, functions)
    if problem:
        return _empty_report(exercise, problem)
    driver = store.driver_of(exercise)
    runs = [run_case(driver, functions, case.inputs) for case in exercise.cases]
    outcomes = [outcome_of(exercise, case, result) for case, result in zip(exercise.cases, runs, strict=True)]
    if all(outcome.problem and outcome.problem.kind == "not_written" for outcome in outcomes):
        return _empty_report(
            exercise, f"`{exercise.name}` is not written yet: fill in its cell, run it, and check again."
        )
    mistakes = recognize(
        exercise.name,
        runs,
        outcomes,
        [case.expected for case in exercise.cases],
        lambda: _known(exercise, runs, outcomes),
    )
    weights = [case.weight for case in exercise.cases]
    passed = sum(w for w, outcome in zip(weights, outcomes, strict=True) if outcome.passed) / sum(weights)
    return Report(
        exercise.name,
        score=exercise.points * passed,
        points=exercise.points,
        rows=tuple(_rows(exercise, outcomes)),
        scope=SECRET_SCOPE if exercise.judge == "secret" else SCOPE,
        diagnosis=diagnose([c.label for c in exercise.cases], [c.inputs for c in exercise.cases], outcomes),
        hints=tuple(mistake.hint for mistake in mistakes),
        notes=tuple(changed_notes(exercise.name, runs)),
    )


def _rows(exercise: store.PublicExercise, outcomes: Sequence[Outcome]) -> Iterator[Row]:
    """Yield the rows of the table. Only the first case that fails is explained."""
    explained = False
    for case, outcome in zip(exercise.cases, outcomes, strict=True):
        show = not outcome.passed and not explained
        yield Row(
            case.label, outcome, explain_case(exercise.name, exercise.driver, case.inputs, outcome) if show else ()
        )
        explained = explained or show


def _known(
    exercise: store.PublicExercise, runs: Sequence[CaseResult], outcomes: Sequence[Outcome]
) -> tuple[KnownMistake, ...]:
    """Return the known mistakes of the exercise that explain the results."""
    if exercise.judge:
        found = name_by_findings(outcomes, exercise.mistakes)
        return (found,) if found else ()
    explanation = explain([signature(run) for run in runs], outcomes, exercise.programs)
    return described(explanation, exercise.mistakes, [case.label for case in exercise.cases])


def outcome_of(exercise: store.PublicExercise, case: store.PublicCase, result: CaseResult) -> Outcome:
    """Return the verdict on one public case."""
    if exercise.judge == "secret" and result.problem is None:
        return Outcome(True, finding="it runs")
    return decide_case(
        case,
        result,
        driver=exercise.driver,
        expected=case.expected,
        tolerance=case.tolerance,
        judge=store.judge_of(exercise),
    )


def changed_notes(name: str, runs: Iterable[CaseResult]) -> Iterator[str]:
    """Yield a note if the function changed arguments in place, which costs no points but is worth knowing."""
    changed = dict.fromkeys(argument for result in runs for argument in result.changed)
    if changed:
        yield f"`{name}` changes {' and '.join(changed)} in place, so the caller's data changes. This costs no points."


def _empty_report(exercise: store.PublicExercise, scope: str) -> Report:
    """Return a report without points or cases; `scope` gives the reason."""
    return Report(exercise.name, 0.0, exercise.points, (), scope)


def _why_it_cannot_run(exercise: store.PublicExercise, functions: Sequence[Any]) -> str:
    call = f'check("{exercise.name}", {", ".join(exercise.functions)})'
    if len(functions) != len(exercise.functions):
        return f"This exercise is checked with {len(exercise.functions)} function(s): {call}."
    for name, function in zip(exercise.functions, functions, strict=True):
        if not callable(function):
            return (
                f"`{name}` must be a function. Got {type(function).__name__}: "
                f"pass functions by name, without parentheses, as in {call}."
            )
    return ""


def _kernel_shell() -> Any:
    """Return the shell of a notebook's kernel, or None in a terminal or a script."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell if hasattr(shell, "kernel") else None


def _explain_undefined_names(shell: Any) -> None:
    """If a check cell runs before its function is defined, print a message instead of a traceback."""

    def handler(
        shell: Any, kind: type[NameError], error: NameError, trace: TracebackType, tb_offset: int | None = None
    ) -> None:
        line = traceback.extract_tb(trace)[-1].line or ""
        if line.startswith("check(") and error.name:
            # Print to stderr, so that nbgrader's Validate counts the cell as failed.
            print(f"`{error.name}` is not defined yet: run the cell above first.", file=sys.stderr)
        else:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((NameError,), handler)


if (_shell := _kernel_shell()) is not None:
    _explain_undefined_names(_shell)
