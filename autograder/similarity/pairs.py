"""Adds up the evidence from all exercises, and finds the pairs of students that stand out.

A pair's evidence is the sum of its bits over the exercises. Three rules keep honest pairs out:

- Students with the same habits are close in every exercise. So each student's own level is subtracted: the evidence
  with the student who is, say, 15th closest. A pair's score is what it has beyond the higher of its two levels.
- Among thousands of pairs, some come close by chance. So the same scores are computed for classes in which the answers
  to each exercise are shuffled among the students, independently of the other exercises. In such a class, nobody has
  copied more than single exercises. Only pairs that score more than every pair in these classes are reported.
- Common habits show a little in every exercise, but copies show clearly in some. So in some of the exercises, at most
  one other answer may be as close as the other student's.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.catalogue import Assignment
from autograder.demo.standalone import standalone
from autograder.exercise import Exercise

from .closeness import Closeness, Floats, compare
from .prose import prose_fragments
from .submissions import Submissions
from .syntax import Fragment, code_fragments

SHUFFLED = 100  # classes
PART = 0.25  # of the exercises must be clear
CLEAR = 2  # answers that are as close, at most


@dataclass(frozen=True)
class Pair:
    """Two students whose submissions are more alike than the exercises explain.

    Attributes
    ----------
    students : tuple of two str
    score : float
        The evidence beyond the level of these students, in bits.
    as_close : dict of str to int
        How many answers are as close to one of the two as the two are to each other, keyed by the answer's name. It is
        1 if only the other student's is.
    """

    students: tuple[str, str]
    score: float
    as_close: dict[str, int]


@dataclass(frozen=True)
class Findings:
    """The results of comparing a class's submissions.

    Attributes
    ----------
    students : list of str
        The students whose submissions were compared.
    pairs : list of Pair
        The pairs that stand out, highest score first. Their scores are above the `threshold`.
    threshold : float
        The highest score in classes whose answers were shuffled.
    exercises : dict of str to Closeness
        The comparisons of single exercises and written questions, keyed by name.
    """

    students: list[str]
    pairs: list[Pair]
    threshold: float
    exercises: dict[str, Closeness]

    @property
    def decidable(self) -> int:
        """The number of exercises and questions that say something."""
        return len(self.exercises) - len(self.undecidable)

    @property
    def compared_pairs(self) -> int:
        """The number of pairs of students."""
        return math.comb(len(self.students), 2)

    @property
    def undecidable(self) -> dict[str, str]:
        """The reason why an exercise says nothing, keyed by its name."""
        return {name: each.undecidable for name, each in self.exercises.items() if each.undecidable}


def find_pairs(assignment: Assignment, submissions: Submissions, seed: int = 0) -> Findings:
    """Find the pairs of students whose answers are more alike than the exercises explain.

    Parameters
    ----------
    assignment : Assignment
    submissions : Submissions
    seed : int
        The seed of the shuffled classes.
    """
    students = sorted(student for student, answers in submissions.answers.items() if answers)
    exercises = {each.name: each for each in _compared(assignment, submissions, students)}
    decidable = [each for each in exercises.values() if not each.undecidable]
    pairs, threshold = _standing_out(students, decidable, seed) if decidable else ([], 0.0)
    pairs.sort(key=lambda pair: (-pair.score, pair.students))
    return Findings(students, pairs, round(threshold, 1), exercises)


def _standing_out(students: Sequence[str], compared: Sequence[Closeness], seed: int) -> tuple[list[Pair], float]:
    """Return the pairs that stand out, and the score threshold."""
    bits = [closeness.bits for closeness in compared]
    rng = np.random.default_rng(seed)
    threshold = max(_highest([_shuffled(each, rng) for each in bits]) for _ in range(SHUFFLED))
    score = _scores(bits)
    clear = np.mean([(each.bits > 0) & (each.as_close <= CLEAR) for each in compared], axis=0)
    pairs = [
        Pair(
            (students[i], students[j]),
            round(float(score[i, j]), 1),
            {each.name: int(each.as_close[i, j]) for each in compared if each.bits[i, j] > 0},
        )
        for i, j in np.argwhere(np.triu((score > threshold) & (clear >= PART), 1))
    ]
    return pairs, threshold


def _compared(assignment: Assignment, submissions: Submissions, students: Sequence[str]) -> Iterator[Closeness]:
    """Compare the answers to each exercise and each written question."""
    given = {fragment.key for source in submissions.given_code for fragment in code_fragments(source)}
    for name, exercise in assignment.exercises.items():
        answers = [_keys(code_fragments, submissions.answers[student].get(name, ""), given) for student in students]
        yield compare(name, answers, [_keys(code_fragments, source, given) for source in known_answers(exercise)])
    given = {fragment.key for source in submissions.given_text for fragment in prose_fragments(source)}
    for name, question in assignment.written.items():
        answers = [_keys(prose_fragments, submissions.answers[student].get(name, ""), given) for student in students]
        yield compare(name, answers, [_keys(prose_fragments, question.answer, given)])


def _keys(split: Callable[[str], list[Fragment]], answer: str, given: set[int]) -> set[int]:
    """Return the keys of an answer's fragments, without those that were given."""
    return {fragment.key for fragment in split(answer)} - given


def known_answers(exercise: type[Exercise]) -> list[str]:
    """Return answers that students may well write independently: the reference and the correct variants."""
    return [standalone(each, exercise.name) for each in (exercise.reference, *(v.function for v in exercise.variants))]


def _scores(bits: Sequence[Floats]) -> Floats:
    """Return each pair's evidence beyond the higher of its two students' levels."""
    evidence: Floats = np.sum(bits, axis=0, dtype=np.float32)
    place = min(len(evidence), max(2, round(math.sqrt(len(evidence)))))
    level = np.partition(evidence, -place, axis=1)[:, -place]
    scores: Floats = evidence - np.maximum(level[:, None], level[None])
    return scores


def _highest(bits: Sequence[Floats]) -> float:
    scores = _scores(bits)
    return float(scores[np.triu_indices(len(scores), 1)].max(initial=0))


def _shuffled(bits: Floats, rng: np.random.Generator) -> Floats:
    """Return the evidence from one exercise after its answers have been shuffled among the students."""
    order = rng.permutation(len(bits))
    return bits[np.ix_(order, order)]
