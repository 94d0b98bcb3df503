"""Runs one submission in confined processes: its cells in order, public cases on the way, hidden cases at the end.

What the cells showed is frozen before the first hidden case is sent, so nothing that a function learns from
them can be shown. A process that dies or will not stop is replaced, the cells are run again without the one
to blame, and the exercises that do not depend on it keep their points.
"""

import json
import logging
import time
from dataclasses import dataclass, field

from autograder.exercise import Exercise, Oracle
from gradlab.checks.compare import Foreign
from gradlab.checks.outcome import PROBLEMS, CaseResult, Problem

from .scratch import scratch_folder
from .watch import WOULD_NOT_STOP, Died, Limit, left_too_much

MAX_RESTARTS = 6
MAX_SHOWN = 8 << 20  # characters of JSON, for what all cells of a notebook show
PER_OUTPUT = 1 << 10  # and so many for each output, which takes a page longer to show than its text does
OUT_OF_MEMORY = "it needed more memory than is allowed"
TOO_MUCH = "The output of this cell is left out: a notebook may show 8 MB in all.\n"


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `key` is its place in the notebook."""

    key: int
    source: str


@dataclass(frozen=True)
class CheckCell:
    """A check: the functions to take, the cases to run now and those to run at the end."""

    key: int
    exercise: type[Exercise]
    public: tuple
    hidden: tuple

    @property
    def functions(self):
        return self.exercise.function_names()


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
    zygote_host : ZygoteHost
    files : sequence of path
        What lies beside the notebook; nothing that was handed in.
    steps : sequence of Cell or CheckCell
    limits : Limits
    """

    def __init__(self, zygote_host, files, steps, limits):
        self.zygote_host, self.files, self.steps, self.limits = zygote_host, files, steps, limits
        self.record = Record()
        self.skipped = set()  # cells and exercises that are not run (again)
        self.room = MAX_SHOWN
        self.frozen = False  # once hidden cases have been sent: what a process does then is not told
        self.deadline = time.monotonic() + limits.submission

    def run(self):
        """Run it to the end, through as many processes as it takes; returns the `Record`."""
        for _ in range(1 + MAX_RESTARTS):
            with scratch_folder(self.files) as self.scratch:
                if self._run_in_new_child():
                    return self.record
        self._give_up("the notebook's process died too many times")
        return self.record

    def _run_in_new_child(self):
        """Run all there is to run in one process; returns whether it lived to the end."""
        child = self.zygote_host.spawn(self.scratch)
        try:
            self._run_in(child)
            return True
        except Died as death:
            logging.getLogger(__name__).info("a child died at %s: %s", self.current, death)
            self._blame(str(death))
            return False
        finally:
            used = child.close()
            self.record.cpu += used["cpu"]
            self.record.peak = max(self.record.peak, used["peak"])

    def _run_in(self, child):
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._check(child, step)
            elif step.key not in self.skipped:
                self._cell(child, step)
        self.current = None
        if not self.frozen:
            self.record.tampering = _words(self._ask(child, {"do": "look"}, 5).values.get("found"))
        self.frozen = True
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._cases(child, step, step.hidden, self.record.hidden)

    def _cell(self, child, step):
        self.current = step
        reply = self._ask(child, {"do": "cell", "source": step.source}, self.limits.cell)
        # A cell that is run again gives nothing new to show.
        if step.key not in self.record.outputs:
            self.record.outputs[step.key] = self._shown(reply.values.get("outputs"))
        if reply.interrupted:
            self._stopped(step, f"stopped after {self.limits.cell:g} seconds")
        if any(item.get("error") == "MemoryError" for item in self.record.outputs[step.key]):
            raise Died(OUT_OF_MEMORY)

    def _shown(self, text):
        """What a cell showed, as far as the notebook has room for it."""
        size = len(text) if isinstance(text, str) else 0
        outputs = parse_outputs(text) if size <= self.room else []
        size += PER_OUTPUT * len(outputs)
        if size > self.room:
            return [{"stream": "stderr", "text": TOO_MUCH}]
        self.room -= size
        return outputs

    def _stopped(self, step, why):
        if not self.frozen:
            self.record.stopped[step.key] = why

    def _check(self, child, step):
        self.current = step
        name = step.exercise.name
        if name in self.skipped:
            return
        request = {"do": "take", "exercise": name, "functions": "|".join(step.functions)}
        said = _words(self._ask(child, request, 5).values.get("missing"))
        missing = [function for function in step.functions if function in said]
        if missing:
            problem = Problem("missing", f"{' and '.join(missing)} is not defined where it is checked")
            self._close_exercise(step, CaseResult(problem=problem))
            return
        self._cases(child, step, step.public, self.record.public)

    def _cases(self, child, step, cases, into):
        """Run the cases of one exercise, unless an earlier process has."""
        name = step.exercise.name
        if name in self.skipped or name in into or not cases:
            return
        self.current = step
        message = CasesMessage(step.exercise, cases)
        reply = self._ask(child, message.request, step.exercise.seconds, message.answer_call)
        ran = message.read(reply.values.get("ran"))
        if any(r.problem and r.problem.exception == "MemoryError" for r in ran):
            raise Died(OUT_OF_MEMORY)
        into[name] = ran
        if reply.interrupted:
            self._close_exercise(step, CaseResult(problem=_too_slow(step)))
        elif len(ran) < len(cases):
            self._close_exercise(step, CaseResult(problem=Problem("no_answer")))

    def _ask(self, child, request, seconds, on_call=None):
        try:
            reply = child.ask(request, self._limit(seconds), on_call)
        except (ValueError, TypeError, MemoryError):
            raise Died("the process sent something that cannot be read") from None
        if why := left_too_much(child.pid, self.scratch):
            raise Died(why)
        return reply

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
            self._stopped(step, why)
        elif isinstance(step, CheckCell):
            kind = {WOULD_NOT_STOP: "too_slow", OUT_OF_MEMORY: "no_memory"}.get(why, "crashed")
            self._close_exercise(step, CaseResult(problem=Problem(kind, why)))

    def _close_exercise(self, step, ran):
        """Give the next case this result; the others of the exercise are not run any more."""
        name = step.exercise.name
        self.skipped.add(name)
        rest = CaseResult(problem=Problem("not_run", "not run after that"))
        for cases, into in ((step.public, self.record.public), (step.hidden, self.record.hidden)):
            runs = into.setdefault(name, [])
            runs.extend([ran, *[rest] * len(cases)][: len(cases) - len(runs)])

    def _give_up(self, why):
        for step in self.steps:
            if isinstance(step, CheckCell):
                self._close_exercise(step, CaseResult(problem=Problem("not_run", why)))


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


class CasesMessage:
    """The message that runs cases in a child, the answers to its calls of oracles, and its answer, read."""

    def __init__(self, exercise, cases):
        self.oracles = [
            {name: value for name, value in case.inputs.items() if isinstance(value, Oracle)} for case in cases
        ]
        self.calls = [dict.fromkeys(oracles, 0) for oracles in self.oracles]
        self.request = {
            "do": "run",
            "exercise": exercise.name,
            "driver": exercise.driver.__name__,
            "cases": {
                str(number): {
                    "inputs": {name: value for name, value in case.inputs.items() if name not in oracles},
                    "oracles": dict.fromkeys(oracles, True),
                }
                for number, (case, oracles) in enumerate(zip(cases, self.oracles, strict=True))
            },
        }

    def answer_call(self, case, name, arguments):
        """Evaluate an oracle here, where nothing that it knows can be seen."""
        number = int(case)
        oracle, calls = self.oracles[number][name], self.calls[number]
        calls[name] += 1
        if calls[name] > oracle.limit:
            raise RuntimeError(f"{name} may be called {oracle.limit} times")
        if any(isinstance(argument, Foreign) for argument in arguments):
            raise TypeError(f"{name} takes numbers, arrays, text or None")
        return oracle.function(*arguments)

    def read(self, answer):
        """The runs in a child's answer, in the cases' order, up to the first that is missing."""
        runs = []
        for number, calls in enumerate(self.calls):
            values = answer.get(str(number)) if isinstance(answer, dict) else None
            if not isinstance(values, dict):
                break
            runs.append(_ran(values, calls))
        return runs


def _ran(values, calls):
    """A `CaseResult` from what a child says of one case, whatever that is."""
    changed = _words(values.get("changed"))
    if isinstance(values.get("outputs"), dict):
        return CaseResult(outputs=values["outputs"], changed=changed, calls=calls)
    kind = values.get("problem")
    if not isinstance(kind, str) or kind not in PROBLEMS:
        return CaseResult(problem=Problem("no_answer"))
    texts = (values.get("detail"), values.get("exception"))
    detail, exception = (text if isinstance(text, str) else "" for text in texts)
    return CaseResult(problem=Problem(kind, detail[:500], exception[:80]), changed=changed)


def _too_slow(step):
    return Problem("too_slow", f"stopped: it took more than {step.exercise.seconds:g} seconds")


def _words(text):
    return tuple(word[:100] for word in text.split("|")[:20] if word) if isinstance(text, str) else ()
