"""Compares a class's answers to one exercise: how many are as close to one student's answer as another student's is?

How much two answers have in common says little, because short and canonical answers are alike by nature. So closeness
is a rank: if an answer is closer to a student's than the answers of 127 out of 128 classmates are, that is worth 7 bits
of evidence. If half of the class comes as close, because the exercise has few solutions, the rank is worth 1 bit.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

Floats = NDArray[np.float32]

SMALLEST_CLASS = 10  # answers
SHORTEST = 10  # fragments of a typical answer, beyond the given code
LEAST_BITS = 2.0  # that a copy of a typical answer must be worth
MOST_WEIGHT = 6
IDENTICAL = 0.995


@dataclass(frozen=True)
class Closeness:
    """The comparison of all answers to one exercise.

    Attributes
    ----------
    name : str
    bits : ndarray (students, students)
        The evidence for each pair of answers, symmetric. Zero where an answer is missing, and on the diagonal.
    as_close : ndarray (students, students)
        How many of the `among` other answers are at least as close to an answer as that of the pair's other student.
        That other student's answer counts, too. Symmetric: the larger of the two numbers.
    among : int
    counts : Counter
        How many answers contain a fragment, keyed by the fragment's key.
    undecidable : str
        The reason why the exercise says nothing about copying, or "". If there is one, all bits are zero.
    """

    name: str
    bits: Floats
    as_close: NDArray[np.int32]
    among: int
    counts: Counter[int]
    undecidable: str = ""


def compare(name: str, answers: Sequence[Collection[int]], known: Sequence[Collection[int]]) -> Closeness:
    """Compare all answers to one exercise.

    Parameters
    ----------
    name : str
    answers : sequence of collection of int
        The keys of the fragments of each student's answer, without those in the given code. Empty without an answer.
    known : sequence of collection of int
        The same for answers that students may well write independently, such as the reference. They count like answers
        from other students.

    Returns
    -------
    Closeness
    """
    students = len(answers)
    everyone = [frozenset(answer) for answer in (*answers, *known)]
    among = max(sum(map(bool, everyone)) - 1, 0)
    counts = Counter(key for answer in everyone for key in answer)
    nothing = np.zeros((students, students), np.float32)
    if reason := _too_little(answers):
        return Closeness(name, nothing, nothing.astype(np.int32), among, counts, reason)
    similar = _similarities(everyone, counts)
    rank = _ranks(similar)[:students, :students]
    rank = np.maximum(rank, rank.T)
    if _copy_bits(similar[:students], among) < LEAST_BITS:
        reason = "many students write the same answer, so a copy looks like the others"
        return Closeness(name, nothing, rank, among, counts, reason)
    bits = np.log2(among / np.maximum(rank, 1), dtype=np.float32)
    return Closeness(name, np.where(similar[:students, :students] > 0, bits, nothing), rank, among, counts)


def _too_little(answers: Sequence[Collection[int]]) -> str:
    """Return the reason if there are too few answers or they are too short, or "" if there is enough to compare."""
    sizes = sorted(len(answer) for answer in answers if answer)
    if len(sizes) < SMALLEST_CLASS:
        return f"only {len(sizes)} students answered, and at least {SMALLEST_CLASS} are needed to see what is common"
    return "a typical answer is too short" if sizes[len(sizes) // 2] < SHORTEST else ""


def _copy_bits(similar: Floats, among: int) -> float:
    """Return how many bits of evidence a copy of a typical answer would be worth."""
    identical = (similar >= IDENTICAL).sum(axis=1)[similar.max(axis=1) >= 0]
    return float(np.median(np.log2(among / (1 + identical)))) if len(identical) else 0.0


def _similarities(everyone: Sequence[Collection[int]], counts: Counter[int]) -> Floats:
    """Return the similarity of each pair, from 0 to 1, rounded; -1 on the diagonal and for empty answers.

    It is the fraction of fragments that two answers share (the Dice coefficient). A fragment counts once for each bit
    of its rarity: log2(n / m), rounded and capped at `MOST_WEIGHT`, if m of n answers contain it.
    Because the sequences of fragments are sorted, the longest common subsequence of two of them, which RapidFuzz finds,
    contains all that they share.
    """
    total = sum(map(bool, everyone))
    weights = {key: min(MOST_WEIGHT, round(math.log2(total / count))) for key, count in counts.items()}
    sequences = [[key for key in sorted(answer) for _ in range(weights[key])] for answer in everyone]
    similar = process.cdist(sequences, sequences, scorer=Indel.normalized_similarity, dtype=np.float32, workers=-1)
    similar = np.round(similar, 3)
    empty = np.array([not sequence for sequence in sequences], dtype=bool)
    similar[empty] = similar[:, empty] = -1
    np.fill_diagonal(similar, -1)
    return similar


def _ranks(similar: Floats) -> NDArray[np.int32]:
    """Return, for each pair, how many values in the row are at least as large as the pair's."""
    rows = np.sort(similar, axis=1)
    smaller = [np.searchsorted(ordered, row) for ordered, row in zip(rows, similar, strict=True)]
    return similar.shape[1] - np.array(smaller, dtype=np.int32)
