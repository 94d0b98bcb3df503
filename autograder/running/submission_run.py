"""Run one submission in confined processes: cells in order, public cases along the way, and hidden cases at the end.

The cells' outputs are frozen before the first hidden case is sent, so nothing that a function learns from hidden cases
can be displayed. A process that dies or does not stop is replaced: the cells run again without the cell at fault, and
exercises that do not depend on that cell keep their points.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.exercise import Case, Exercise
from autograder.sandbox.kernel import StrPath
from gradlab.checks.outcome import NOT_RUN, CaseResult, Problem
from gradlab.checks.words import series

from .child_host import ChildHost, OnCall, Reply
from .messages import CasesRequest, Output, parse_names, parse_outputs
from .scratch import scratch_folder
from .watchdog import WOULD_NOT_STOP, Died, Limit, excess
from .wire import Value
from .zygote_host import ZygoteConnection

MAX_RESTARTS = 6
MAX_DISPLAYED = 8 << 20  # characters of JSON, for all outputs of a notebook's cells together
# Characters counted for each output and each traceback line, in addition to its text, because large numbers of outputs
# or lines slow a page down.
PER_OUTPUT = 1 << 10
QUICK_SECONDS = 5.0  # CPU seconds for requests that call none of the student's functions
OUT_OF_MEMORY = "it needed more memory than is allowed"
OUTPUT_OMITTED = "The output of this cell is omitted: a notebook may display at most 8 MB in total.\n"


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `key` is its position in the notebook."""

    key: int
    source: str


@dataclass(frozen=True)
class CheckCell:
    """A check cell: its exercise, the public cases to run at this cell, and the hidden cases to run at the end."""

    key: int
    exercise: type[Exercise]
    public: tuple[Case, ...]
    hidden: tuple[Case, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        return self.exercise.function_names()


Step = Cell | CheckCell


@dataclass(frozen=True)
class Limits:
    """The limits of a run: CPU seconds for one cell, and wall-clock seconds for the whole submission."""

    cell: float = 30.0
    submission: float = 600.0


@dataclass
class Record:
    """The result of a run.

    Attributes
    ----------
    outputs : dict
        The outputs of each cell, as `parse_outputs` returns them, keyed by `Cell.key`.
    public, hidden : dict
        For each exercise, keyed by its name, a list with the `CaseResult` of each case, in the order of the cases in
        its `CheckCell`.
    stopped : dict
        For each cell that was stopped, the reason, keyed by `Cell.key`.
    tampering : tuple of str
        The names of the parts that the submission replaced, as reported by the submission's own process.
    cpu : float
        CPU time of all the submission's processes together, in seconds.
    peak : int
        The peak memory of the submission's largest process, in bytes.
    """

    outputs: dict[int, list[Output]] = field(default_factory=dict)
    public: dict[str, list[CaseResult]] = field(default_factory=dict)
    hidden: dict[str, list[CaseResult]] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)
    tampering: tuple[str, ...] = ()
    cpu: float = 0.0
    peak: int = 0


class SubmissionRun:
    """The run of one submission.

    Parameters
    ----------
    zygote : ZygoteConnection
    files : sequence of path
        The notebook's side files, taken from our release and never from the submission.
    steps : sequence of Cell or CheckCell
    limits : Limits
    """

    def __init__(
        self, zygote: ZygoteConnection, files: Sequence[StrPath], steps: Sequence[Step], limits: Limits
    ) -> None:
        self.zygote, self.files, self.steps, self.limits = zygote, files, steps, limits
        self.record = Record()
        self.skipped_cells: set[int] = set()  # keys of cells that are not run again
        self.closed_exercises: set[str] = set()  # names of exercises whose results are all decided
        self.room = MAX_DISPLAYED
        self.frozen = False  # True once hidden cases may have been sent; from then on, no outputs are recorded
        self.current: Step | None = None
        self.deadline = time.monotonic() + limits.submission

    def run(self) -> Record:
        """Run the submission to the end. If its process dies, start a new one, at most `MAX_RESTARTS` times."""
        for _ in range(1 + MAX_RESTARTS):
            with scratch_folder(self.files) as self.scratch:
                if self._run_in_new_child():
                    return self.record
        self._give_up("the notebook's process died too many times")
        return self.record

    def _run_in_new_child(self) -> bool:
        """Run all remaining steps in one process, and return whether the process survived to the end."""
        child = self.zygote.spawn(self.scratch)
        try:
            self._run_steps(child)
            return True
        except Died as death:
            logging.getLogger(__name__).info("a child died at %s: %s", self.current, death)
            self._blame(str(death))
            return False
        finally:
            used = child.close()
            self.record.cpu += used["cpu"]
            self.record.peak = max(self.record.peak, used["peak"])

    def _run_steps(self, child: ChildHost) -> None:
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._run_check(child, step)
            elif step.key not in self.skipped_cells:
                self._run_cell(child, step)
        self.current = None
        if not self.frozen:
            reply = self._ask(child, {"do": "look"}, QUICK_SECONDS)
            self.record.tampering = parse_names(reply.values.get("found"))
        self.frozen = True
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._run_cases(child, step, step.hidden, self.record.hidden)

    def _run_cell(self, child: ChildHost, cell: Cell) -> None:
        self.current = cell
        reply = self._ask(child, {"do": "cell", "source": cell.source}, self.limits.cell)
        # If a cell runs again in a new process, its first outputs are kept.
        if cell.key not in self.record.outputs:
            self.record.outputs[cell.key] = self._within_room(reply.values.get("outputs"))
        if reply.interrupted:
            self._mark_stopped(cell, f"stopped after {self.limits.cell:g} seconds")
        if any(item.get("error") == "MemoryError" for item in self.record.outputs[cell.key]):
            raise Died(OUT_OF_MEMORY)

    def _within_room(self, text: Value) -> list[Output]:
        """Return a cell's outputs or, if they exceed the room that the notebook has left, a note instead."""
        size = len(text) if isinstance(text, str) else 0
        outputs = parse_outputs(text) if size <= self.room else []
        size += PER_OUTPUT * sum(1 + len(item.get("traceback", ())) for item in outputs)
        if size > self.room:
            return [{"stream": "stderr", "text": OUTPUT_OMITTED}]
        self.room -= size
        return outputs

    def _mark_stopped(self, cell: Cell, reason: str) -> None:
        if not self.frozen:
            self.record.stopped[cell.key] = reason

    def _run_check(self, child: ChildHost, step: CheckCell) -> None:
        self.current = step
        name = step.exercise.name
        if name in self.closed_exercises:
            return
        request = {"do": "take", "exercise": name, "functions": "|".join(step.functions)}
        reported = parse_names(self._ask(child, request, QUICK_SECONDS).values.get("missing"))
        missing = [function for function in step.functions if function in reported]
        if missing:
            problem = Problem("missing", f"not defined at the time of the check: {series(missing)}")
            self._close_exercise(step, CaseResult(problem=problem))
            return
        self._run_cases(child, step, step.public, self.record.public)

    def _run_cases(
        self, child: ChildHost, step: CheckCell, cases: Sequence[Case], recorded: dict[str, list[CaseResult]]
    ) -> None:
        """Run the cases of one exercise, unless their results are already recorded."""
        name = step.exercise.name
        if name in self.closed_exercises or name in recorded or not cases:
            return
        self.current = step
        request = CasesRequest(step.exercise, cases)
        reply = self._ask(child, request.message, step.exercise.seconds, request.answer_call)
        results = request.parse_reply(reply.values.get("ran"))
        if any(result.problem and result.problem.exception == "MemoryError" for result in results):
            raise Died(OUT_OF_MEMORY)
        recorded[name] = results
        if reply.interrupted:
            self._close_exercise(step, CaseResult(problem=_too_slow(step.exercise)))
        elif len(results) < len(cases):
            self._close_exercise(step, CaseResult(problem=Problem("no_answer")))

    def _ask(self, child: ChildHost, request: dict[str, Any], seconds: float, on_call: OnCall | None = None) -> Reply:
        try:
            reply = child.ask(request, self._limit(seconds), on_call)
        except (ValueError, TypeError, MemoryError):
            raise Died("the process sent a reply that cannot be read") from None
        if reason := excess(child.pid, self.scratch):
            raise Died(reason)
        return reply

    def _limit(self, seconds: float) -> Limit:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise Died("the notebook as a whole took too long")
        return Limit(cpu=seconds, wall=min(4 * seconds, remaining))

    def _blame(self, reason: str) -> None:
        """Attribute the process's death to the step that was running, and skip that step from now on."""
        step = self.current
        if isinstance(step, Cell):
            self.skipped_cells.add(step.key)
            self.record.outputs.setdefault(step.key, [])
            self._mark_stopped(step, reason)
        elif isinstance(step, CheckCell):
            kind = {WOULD_NOT_STOP: "too_slow", OUT_OF_MEMORY: "no_memory"}.get(reason, "crashed")
            self._close_exercise(step, CaseResult(problem=Problem(kind, reason)))

    def _close_exercise(self, step: CheckCell, result: CaseResult) -> None:
        """Record this result for the exercise's next public and next hidden case, and mark later cases as not run."""
        name = step.exercise.name
        self.closed_exercises.add(name)
        for cases, recorded in ((step.public, self.record.public), (step.hidden, self.record.hidden)):
            results = recorded.setdefault(name, [])
            results.extend([result, *[NOT_RUN] * len(cases)][: len(cases) - len(results)])

    def _give_up(self, reason: str) -> None:
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._close_exercise(step, CaseResult(problem=Problem("not_run", reason)))


def _too_slow(exercise: type[Exercise]) -> Problem:
    return Problem("too_slow", f"stopped: it took more than {exercise.seconds:g} seconds")
