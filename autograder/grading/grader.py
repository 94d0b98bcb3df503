"""Grades one submission: puts its answers into our notebook, runs the notebook, and writes verdicts into its cells."""

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder import catalogue
from autograder.exercise import Exercise
from autograder.judging import seeds
from autograder.judging.cases import (
    PUBLIC_SEED,
    HiddenCases,
    decide_all,
    draw,
    draw_hidden,
    expected_runs,
    public_cases,
)
from autograder.judging.judge import Verdict, failed_verdict, verdict
from autograder.judging.known import Known
from autograder.notebooks.canonical import canonical_notebook, is_untouched, read_released
from autograder.notebooks.demos import is_demo
from autograder.notebooks.intake import Submitted, Unreadable
from autograder.running.submission_run import Cell, CheckCell, Limits, Record, SubmissionRun
from autograder.running.zygote_host import ZygoteConnection
from gradlab.checks import store
from gradlab.checks.demo_cells import definitions
from gradlab.checks.outcome import Outcome
from gradlab.checks.public_exercise import PublicExercise

from . import events, keys
from .cell_outputs import cell_outputs, reasons, report, verdict_output, with_guides

CHECK = "-check"

TOO_LARGE = "Judging what the function returned needed more memory than is allowed."

Notebook = dict[str, Any]
Summary = dict[str, Any]
Connect = Callable[[], ZygoteConnection]


class Grader:
    """Grades one submission.

    Parameters
    ----------
    connect : callable () -> ZygoteConnection
        Returns a connection to the zygote that starts the student's processes. This function is called only if there is
        something to run.
    released : Path
        The notebook that was released to students. The files next to it are copied into the folder where student code
        runs.
    assignment, student : str
    secret : bytes
        The course's secret, from which the seeds of the hidden cases are derived.
    run_demos : bool
        Whether to run untouched cells tagged ``demo``.
    cell_seconds : float
        The CPU time allowed per cell, in seconds.
    submission_seconds : float
        The wall-clock time allowed for the whole submission, in seconds.
    """

    def __init__(
        self,
        connect: Connect,
        released: Path,
        assignment: str,
        student: str,
        secret: bytes,
        run_demos: bool = False,
        cell_seconds: float = 30.0,
        submission_seconds: float = 600.0,
    ):
        self.connect, self.released, self.student, self.secret = connect, released, student, secret
        self.run_demos, self.limits = run_demos, Limits(cell_seconds, submission_seconds)
        self.assignment = catalogue.assignments()[assignment]

    def grade(self, submitted: Submitted | Unreadable, stopped: str = "") -> dict[str, Any]:
        """Return the graded notebook, the verdicts keyed by exercise, and the resources used, as values for JSON.

        If an earlier attempt to judge this submission had to be stopped, `stopped` is the reason, and nothing is run.
        """
        readable = submitted if isinstance(submitted, Submitted) else None
        problem = stopped or ("" if readable else str(submitted))
        notebook = canonical_notebook(read_released(self.released), readable)
        if problem:
            verdicts, record = self._fail_all(notebook, f"Nothing could be graded: {problem}."), Record()
        else:
            verdicts, record = self._run(notebook, submitted.digest, readable.remark if readable else "")
        notebook["cells"] = list(with_guides(notebook["cells"], self.assignment.written))
        return {
            "notebook": notebook,
            "verdicts": verdicts,
            "problem": problem,
            "remark": readable.remark if readable else "",
            "stopped": events.stops(record),
            "tampering": events.tampering(record),
            "cpu": record.cpu,
            "peak": record.peak,
        }

    def _fail_all(self, notebook: Notebook, reason: str) -> dict[str, Summary]:
        verdicts = {}
        for cell in notebook["cells"]:
            if exercise := self._exercise(cell):
                verdicts[exercise.name] = show_verdict(cell, failed_verdict(exercise, reason))
        return verdicts

    def _run(self, notebook: Notebook, submission: str, remark: str) -> tuple[dict[str, Summary], Record]:
        chosen = {name: self._seed(name, submission) for name in self.assignment.exercises}
        hidden = {name: draw_hidden(self.assignment.exercises[name], seed) for name, seed in chosen.items()}
        steps = list(self._steps(notebook, hidden))
        record = SubmissionRun(self.connect(), self._side_files(), steps, self.limits).run()
        verdicts: dict[str, Summary] = {}
        for step in steps:
            cell = notebook["cells"][step.key]
            if isinstance(step, Cell):
                cell["outputs"] = cell_outputs(record.outputs.get(step.key, []), record.stopped.get(step.key, ""))
                cell["execution_count"] = 1
            else:
                # The remark is about the whole submission, so only the first report contains it.
                name = step.exercise.name
                summary = self._judge(cell, step.exercise, hidden[name], record, "" if verdicts else remark)
                verdicts[name] = summary | {"seed": str(chosen[name])}
        return verdicts, record

    def _steps(self, notebook: Notebook, hidden: Mapping[str, HiddenCases]) -> list[Cell | CheckCell]:
        steps: list[Cell | CheckCell] = []
        for index, cell in enumerate(notebook["cells"]):
            if cell["cell_type"] != "code":
                continue
            if exercise := self._exercise(cell):
                shuffled = hidden[exercise.name].shuffled
                steps.append(CheckCell(index, exercise, public_cases(exercise)[0], shuffled))
            elif self.run_demos or not (is_untouched(cell) and is_demo(cell)):
                steps.append(Cell(index, cell["source"]))
            elif source := definitions(cell["source"]):
                steps.append(Cell(index, source))
        return steps

    def _exercise(self, cell: dict[str, Any]) -> type[Exercise] | None:
        """Return the exercise that a check cell checks, or None if the cell is not a check cell."""
        nbgrader = cell["metadata"].get("nbgrader", {})
        if not nbgrader.get("grade") or nbgrader.get("solution"):
            return None
        name = nbgrader["grade_id"].removesuffix(CHECK)
        if name not in self.assignment.exercises:
            raise ValueError(
                f"the released notebook checks {name!r}, but {self.assignment.name} has no such exercise: build and "
                "generate the assignment again"
            )
        return self.assignment.exercises[name]

    def _seed(self, exercise: str, submission: str) -> int:
        return seeds.seed(self.secret, self.assignment.name, exercise, self.student, submission)

    def _side_files(self) -> list[Path]:
        """Return the files that were released with the notebook. Submitted files are never used."""
        return [path for path in self.released.parent.iterdir() if path.suffix != ".ipynb" and path.is_file()]

    def _judge(
        self, cell: dict[str, Any], exercise: type[Exercise], hidden: HiddenCases, record: Record, remark: str
    ) -> Summary:
        results = record.public[exercise.name]
        tampering = events.tampering(record)
        try:
            found = self._verdict(exercise, hidden, record)
            public = decide_all(exercise, *public_cases(exercise), results)
        except MemoryError:
            found, public = failed_verdict(exercise, TOO_LARGE), ()
        return show_verdict(cell, found, public, tampering, remark)

    def _verdict(self, exercise: type[Exercise], hidden: HiddenCases, record: Record) -> Verdict:
        name = exercise.name
        released = released_exercise(self.released.with_name("checks.npz"), name)
        return verdict(
            exercise,
            hidden.cases,
            hidden.in_case_order(record.hidden[name]),
            known=Known(released.mistakes if released else ()) if exercise.trains else None,
            public=record.public[name],
            programs=released.programs if released else None,
        )


def prepare(assignment: str, released: Path) -> None:
    """Compute everything that all judges need, so that the processes forked from this one already have it."""
    for exercise in catalogue.assignments()[assignment].exercises.values():
        public_cases(exercise)
        expected_runs(exercise, draw(exercise, PUBLIC_SEED))
        for mistake in exercise.mistakes:
            mistake.function  # noqa: B018  # compiles the mistake
        released_exercise(released.with_name("checks.npz"), exercise.name)
    keys.prepare(released, assignment)


def released_exercise(path: Path, exercise: str) -> PublicExercise | None:
    """Return an exercise from ``checks.npz``, or None if the file lacks it, is missing, or cannot be read."""
    try:
        return _load(path, path.stat().st_mtime_ns)[exercise]
    except (OSError, ValueError, KeyError):
        return None


@functools.lru_cache(maxsize=4)
def _load(path: Path, _: int) -> dict[str, PublicExercise]:
    return store.load(path)


def show_verdict(
    cell: dict[str, Any],
    found: Verdict,
    public: Sequence[Outcome] = (),
    tampering: Sequence[str] = (),
    remark: str = "",
) -> Summary:
    """Put a verdict into its check cell, and return a summary of the verdict."""
    points = float(cell["metadata"]["nbgrader"]["points"])
    score = points * (found.score / found.points)  # divide first, so that full credit is exact
    shown = report(found, public, tampering, remark)
    cell["outputs"] = [verdict_output(shown, score)]
    cell["execution_count"] = 1
    return {
        "score": score,
        "points": points,
        "cases": [[label, outcome.passed] for label, outcome in zip(found.labels, found.outcomes, strict=True)],
        "withdrawn": list(found.withdrawn),
        "problems": sorted({outcome.problem.kind for outcome in found.outcomes if outcome.problem}),
        "mistakes": [mistake.name for mistake in found.mistakes],
        "diagnosis": found.diagnosis,
        "mistake": found.mistake.name if found.mistake else "",
        "hint": found.mistake.hint if found.mistake else "",
        "reasons": reasons(found),
        "tampering": list(tampering),
        "report": shown.text(),
    }
