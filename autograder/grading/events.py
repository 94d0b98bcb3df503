"""Events that an instructor should know about after grading: limits hit, processes that died, and tampering.

The sentences are ours. From a submission, they quote only file names, with unsafe characters escaped, so the sentences
are safe in a terminal and in a log.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.running.submission_run import Record
from autograder.running.tampering import NAMES
from gradlab.checks.outcome import PROBLEMS

STOPPED = ("too_slow", "no_memory", "crashed", "no_answer")


@dataclass
class Tally:
    """Counts of submissions, for the summary at the end of a run."""

    graded: int = 0
    skipped: int = 0
    unreadable: int = 0
    stopped: int = 0
    tampering: int = 0
    to_mark: int = 0

    def count(self, result: Mapping[str, Any]) -> None:
        """Count one submission's result."""
        self.graded += not result["problem"]
        self.unreadable += bool(result["problem"])
        self.stopped += bool(result["stopped"])
        self.tampering += bool(result["tampering"])

    def __str__(self) -> str:
        return (
            f"{self.graded} graded, {self.skipped} skipped, {self.unreadable} unreadable, {self.stopped} stopped in a "
            f"cell or an exercise, {self.tampering} with tampering; {self.to_mark} to be graded by hand"
        )


def tampering(record: Record) -> list[str]:
    """Return the names of replaced parts. Unknown names are dropped, because they could leak data."""
    return [name for name in NAMES if name in record.tampering]


def stops(record: Record) -> list[str]:
    """Return a phrase for each cell and each exercise that was stopped."""
    cells = [f"cell {key + 1}: {reason}" for key, reason in sorted(record.stopped.items())]
    return [*cells, *_stopped_exercises(record)]


def _stopped_exercises(record: Record) -> Iterator[str]:
    for name, results in record.hidden.items():
        kinds = [result.problem.kind for result in [*record.public.get(name, ()), *results] if result.problem]
        if found := next((kind for kind in kinds if kind in STOPPED), ""):
            yield f"{name}: {PROBLEMS[found]}"


def sentences(student: str, result: Mapping[str, Any]) -> Iterator[str]:
    """Yield one log line for each event while a submission was graded."""
    if result["problem"]:
        yield f"{student}: zero points: {result['problem']}"
    if result["remark"]:
        yield f"{student}: {result['remark']}"
    if result["mismatch"]:
        yield f"{student}: {result['mismatch']}"
    for phrase in result["stopped"]:
        yield f"{student}: {phrase}"
    if result["tampering"]:
        yield f"{student}: tampering, without effect: the notebook replaced {', '.join(result['tampering'])}"
