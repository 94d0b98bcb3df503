"""Counts the mistakes in a class's answers to one exercise."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from autograder.exercise import Exercise

from .examples import example
from .results import Answer

LEAST_ANSWERS = 5  # with fewer, a case that all answers fail says little
NEARLY_ALL = 0.8


@dataclass(frozen=True)
class Behavior:
    """What the answers in a group without a known mistake have in common: the failing cases, and the diagnosis."""

    cases: tuple[str, ...]
    diagnosis: str


class AnswerTally:
    """Counts of a class's answers to one exercise.

    Parameters
    ----------
    exercise : type[Exercise] or None
        None if the exercise no longer exists. Its hints are then those that students got, and it has no examples.

    Attributes
    ----------
    judged, unwritten : int
        The number of written answers that were judged, and of answers that were left as they were released.
    mistakes : Counter of str
        How many answers make each known mistake.
    unnamed : Counter of Behavior
        How many answers lose points in each way that no known mistake explains.
    failed : dict of str to int
        How many of the judged answers fail each case, keyed by its label.
    examples : dict
        An anonymous example of each mistake and of each behavior, unless no answer can be shown.
    """

    def __init__(self, exercise: type[Exercise] | None) -> None:
        self.exercise = exercise
        self.judged = self.unwritten = 0
        self.mistakes: Counter[str] = Counter()
        self.unnamed: Counter[Behavior] = Counter()
        self.failed: Counter[str] = Counter()
        self.examples: dict[str | Behavior, str] = {}
        self._sources: dict[str | Behavior, str] = {}
        self._hints: dict[str, str] = {m.name: m.hint for m in exercise.mistakes} if exercise else {}

    def add(self, answer: Answer, names: Collection[str]) -> None:
        """Count an answer.

        Parameters
        ----------
        answer : Answer
        names : collection of str
            The student's ID, names, and email address, which no example may contain.
        """
        if not answer.is_written:
            self.unwritten += 1
            return
        self.judged += 1
        for label, passed in answer.cases:
            self.failed[label] += not passed
        if not answer.loses_points:
            return
        behaviors: tuple[str | Behavior, ...] = answer.mistakes
        self.mistakes.update(answer.mistakes)
        if answer.mistakes:
            self._hints.setdefault(answer.mistakes[0], answer.hint)
        else:
            behaviors = (Behavior(answer.failing, answer.diagnosis),)
            self.unnamed.update(behaviors)
        for behavior in behaviors:
            self._keep_shortest(behavior, answer.source, names)

    def numbers(self) -> dict[str, Any]:
        """Return the counts as values for JSON, with the most frequent mistakes first."""
        return {
            "mistakes": dict(_by_count(self.mistakes)),
            "unnamed": self.unnamed.total(),
            "unwritten": self.unwritten,
            "judged": self.judged,
            "hints": {name: self._hints.get(name, "") for name, _ in _by_count(self.mistakes)},
            "examples": {name: self.examples[name] for name, _ in _by_count(self.mistakes) if name in self.examples},
            "groups": [
                {
                    "count": count,
                    "cases": list(behavior.cases),
                    "diagnosis": behavior.diagnosis,
                    "example": self.examples.get(behavior, ""),
                }
                for behavior, count in _by_count(self.unnamed)
            ],
            "failed": dict(self.failed),
        }

    def suspects(self) -> list[str]:
        """Return the labels of the cases that nearly all answers fail."""
        if self.judged < LEAST_ANSWERS:
            return []
        return [label for label, count in self.failed.items() if count >= NEARLY_ALL * self.judged]

    def _keep_shortest(self, behavior: str | Behavior, source: str, names: Collection[str]) -> None:
        """Keep the shortest answer that can be shown, which is the easiest to read, whatever the order of the answers.

        The answers are compared first: making an example takes longer than reading an answer.
        """
        kept = self._sources.get(behavior)
        if self.exercise is None or (kept is not None and (len(kept), kept) <= (len(source), source)):
            return
        if shown := example(source, self.exercise, names):
            self._sources[behavior], self.examples[behavior] = source, shown


def _by_count(counter: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))
