"""Runs one submission in confined processes: its cells in order, public cases on the way, hidden cases at the end.

What the cells showed is frozen before the first hidden case is sent, so nothing that a function learns from
them can be shown. A process that dies or will not stop is replaced, the cells are run again without the one
to blame, and the exercises that do not depend on it keep their points.
"""

import json
import logging
import time
from dataclasses import dataclass, field

from autograder.exercise import Oracle
from gradlab.checks.compare import Foreign
from gradlab.checks.outcome import PROBLEMS, Problem, Ran

from .hatchery import Died, Limit

MAX_RESTARTS = 6
OUT_OF_MEMORY = "it needed more memory than is allowed"


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `key` is its place in the notebook."""

    key: int
    source: str


@dataclass(frozen=True)
class CheckCell:
    """A check: the functions to take, the cases to run now and those to run at the end."""

    key: int
    exercise: object
    public: tuple
    hidden: tuple

    @property
    def functions(self):
        return (self.exercise.name, *self.exercise.partners)


@dataclass(frozen=True)
class Limits:
    """Processor seconds for a cell, and wall-clock seconds for everything."""

    cell: float = 30.0
    submission: float = 600.0


@dataclass
class Record:
    """What came of a run: outputs by cell, runs by exercise, and what to tell about it.

    `outputs` holds what student code showed (see `autograder.running.shell`), as a list a cell.
    """

    outputs: dict = field(default_factory=dict)
    public: dict = field(default_factory=dict)
    hidden: dict = field(default_factory=dict)
    stopped: dict = field(default_factory=dict)
    tampering: tuple = ()
    cpu: float = 0.0
    peak: int = 0


class Submission:
    """One submission's run.

    Parameters
    ----------
    hatchery : Hatchery
    scratch : path
        An empty folder for it alone, but for the files that the assignment lists.
    steps : sequence of Cell or CheckCell
    limits : Limits
    """

    def __init__(self, hatchery, scratch, steps, limits):
        self.hatchery, self.scratch, self.steps, self.limits = hatchery, scratch, steps, limits
        self.record = Record()
        self.skipped = set()  # cells and exercises that are not run (again)
        self.deadline = time.monotonic() + limits.submission

    def run(self):
        """Run it to the end, through as many processes as it takes; returns the `Record`."""
        for _ in range(1 + MAX_RESTARTS):
            child = self.hatchery.spawn(self.scratch)
            try:
                self._run_in(child)
                return self.record
            except Died as death:
                logging.getLogger(__name__).info("restarting after %s: %s", self.current, death)
                self._blame(str(death))
            finally:
                used = child.close()
                self.record.cpu += used["cpu"]
                self.record.peak = max(self.record.peak, used["peak"])
        self._give_up("the notebook's process died too many times")
        return self.record

    def _run_in(self, child):
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._check(child, step)
            elif step.key not in self.skipped:
                self._cell(child, step)
        self.current = None
        self.record.tampering = _words(child.ask({"do": "look"}, Limit(5, 20)).values.get("found"))
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._cases(child, step, step.hidden, self.record.hidden)

    def _cell(self, child, step):
        self.current = step
        reply = child.ask({"do": "cell", "source": step.source}, self._limit(self.limits.cell))
        outputs = parse_outputs(reply.values.get("outputs"))
        # A cell that is run again gives nothing new to show.
        outputs = self.record.outputs.setdefault(step.key, outputs)
        if reply.interrupted:
            self.record.stopped[step.key] = f"stopped after {self.limits.cell:g} seconds"
        if any(item.get("error") == "MemoryError" for item in outputs):
            raise Died(OUT_OF_MEMORY)

    def _check(self, child, step):
        self.current = step
        name = step.exercise.name
        if name in self.skipped:
            return
        request = {"do": "take", "exercise": name, "functions": "|".join(step.functions)}
        missing = _words(child.ask(request, Limit(5, 20)).values.get("missing"))
        if missing:
            problem = Problem("missing", f"{', '.join(missing)[:200]} is not defined where it is checked")
            self._close_exercise(step, Ran(problem=problem))
            return
        self._cases(child, step, step.public, self.record.public)

    def _cases(self, child, step, cases, into):
        """Run the cases of one exercise that have not been run yet, within its time."""
        name = step.exercise.name
        if name in self.skipped:
            return
        runs = into.setdefault(name, [])
        left = step.exercise.seconds
        for case in cases[len(runs) :]:
            self.current = step
            started = time.monotonic()
            request, on_call, calls = _request(step.exercise, case)
            reply = child.ask(request, self._limit(left), on_call)
            left = max(left - (time.monotonic() - started), 1.0)
            ran = _ran(reply.values, calls)
            if reply.interrupted:
                self._close_exercise(step, Ran(problem=_too_slow(step)))
                return
            if ran.problem and ran.problem.exception == "MemoryError":
                raise Died(OUT_OF_MEMORY)
            runs.append(ran)

    def _limit(self, seconds):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Died("the notebook took too long as a whole")
        return Limit(cpu=seconds, wall=min(4 * seconds, left))

    def _blame(self, why):
        """Put the death down to what was running, and leave that out from now on."""
        step = self.current
        if isinstance(step, Cell):
            self.skipped.add(step.key)
            self.record.outputs.setdefault(step.key, [])
            self.record.stopped[step.key] = why
        elif isinstance(step, CheckCell):
            problem = _too_slow(step) if why == "would not stop" else Problem("crashed", why)
            self._close_exercise(step, Ran(problem=problem))

    def _close_exercise(self, step, ran):
        """Give the next case this result; the others of the exercise are not run any more."""
        name = step.exercise.name
        self.skipped.add(name)
        rest = Ran(problem=Problem("not_run", "not run after that"))
        for cases, into in ((step.public, self.record.public), (step.hidden, self.record.hidden)):
            runs = into.setdefault(name, [])
            runs.extend([ran, *[rest] * len(cases)][: len(cases) - len(runs)])

    def _give_up(self, why):
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._close_exercise(step, Ran(problem=Problem("not_run", why)))


def parse_outputs(text):
    """What a cell showed, from a child's JSON: a list of dicts of text, everything else dropped."""
    try:
        items = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return []
    return [item for item in items if _is_output(item)] if isinstance(items, list) else []


def _is_output(item):
    if not isinstance(item, dict):
        return False
    if set(item) == {"stream", "text"}:
        return item["stream"] in ("stdout", "stderr") and isinstance(item["text"], str)
    if set(item) == {"error", "value", "traceback"}:
        lines = item["traceback"]
        return (
            isinstance(item["error"], str)
            and isinstance(item["value"], str)
            and isinstance(lines, list)
            and all(isinstance(line, str) for line in lines)
        )
    for kind in ("display", "result"):
        if set(item) == {kind} and isinstance(item[kind], dict):
            return all(isinstance(key, str) and isinstance(value, str) for key, value in item[kind].items())
    return False


def _request(exercise, case):
    """The message that runs a case, the function that answers its oracles, and the count of their calls."""
    oracles = {name: value for name, value in case.inputs.items() if isinstance(value, Oracle)}
    calls = dict.fromkeys(oracles, 0)

    def on_call(name, arguments):
        oracle = oracles[name]
        calls[name] += 1
        if calls[name] > oracle.limit:
            raise RuntimeError(f"{name} may be called {oracle.limit} times")
        if any(isinstance(argument, Foreign) for argument in arguments):
            raise TypeError(f"{name} takes numbers, arrays, text or None")
        return oracle.function(*arguments)

    request = {
        "do": "run",
        "exercise": exercise.name,
        "driver": exercise.driver.__name__,
        "inputs": {name: value for name, value in case.inputs.items() if name not in oracles},
        "oracles": dict.fromkeys(oracles, True),
    }
    return request, on_call, calls


def _ran(values, calls):
    """A `Ran` from a child's answer, whatever that is."""
    changed = _words(values.get("changed"))
    if isinstance(values.get("outputs"), dict):
        return Ran(outputs=values["outputs"], changed=changed, calls=calls)
    kind = values.get("problem")
    if not isinstance(kind, str) or kind not in PROBLEMS:
        return Ran(problem=Problem("no_answer"))
    detail, exception = (
        text if isinstance(text, str) else "" for text in (values.get("detail"), values.get("exception"))
    )
    return Ran(problem=Problem(kind, detail[:500], exception[:80]), changed=changed)


def _too_slow(step):
    return Problem("too_slow", f"stopped: it took more than {step.exercise.seconds:g} seconds")


def _words(text):
    return tuple(word[:100] for word in text.split("|")[:20] if word) if isinstance(text, str) else ()
