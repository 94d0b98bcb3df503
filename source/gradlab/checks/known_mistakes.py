"""Recognize known mistakes in an answer, by comparing its results with those of functions that make these mistakes."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .locate import STILL
from .outcome import Outcome
from .signatures import SAME, SIMILAR, Signature, identity

# A mistake that explains only some cases must explain at least this many failing cases, and explain them exactly: a
# small difference may come from a correct answer that is slightly inexact.
LEAST_EXPLAINED = 2


@dataclass(frozen=True)
class KnownMistake:
    """A mistake with a name and a hint.

    Attributes
    ----------
    name : str
    hint : str
        What to tell the student who made it.
    outcomes : tuple of Outcome
        The verdicts on a function with the mistake, if the exercise's correct outputs differ from run to run; empty
        otherwise.
    """

    name: str
    hint: str
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Program:
    """A function that makes one or two known mistakes.

    Attributes
    ----------
    names : tuple of str
        The names of the mistakes that it makes.
    signatures : tuple of Signature
        The signatures of its results, in case order.
    """

    names: tuple[str, ...]
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Explanation:
    """The names of the mistakes that explain an answer. An explanation without names is false.

    Attributes
    ----------
    names : tuple of str
    exception : int or None
        The index of the one case that they don't explain, if any.
    some : tuple of int
        If they explain only some of the failing cases, and no passing case speaks against them, the indices of the
        cases that they explain. Otherwise empty.
    some_uncounted : bool
        Whether they explain all cases that are worth points, but not all others.
    """

    names: tuple[str, ...] = ()
    exception: int | None = None
    some: tuple[int, ...] = ()
    some_uncounted: bool = False

    def __bool__(self) -> bool:
        return bool(self.names)


def explain(
    mine: Sequence[Signature],
    outcomes: Sequence[Outcome],
    programs: Sequence[Program],
    uncounted: Collection[int] = (),
) -> Explanation:
    """Find the mistakes that explain an answer.

    A single mistake that explains all cases comes first, then two mistakes together, then the same for the cases that
    are worth points. Failing that, a mistake that explains all cases but one is returned with the index of that case.
    Pairs are left out if no failing case shows more than numbers that are not finite, all zero, or unchanged.

    Parameters
    ----------
    mine : sequence of Signature
        The signatures of the answer's results, in case order.
    outcomes : sequence of Outcome
        The verdicts on these results.
    programs : sequence of Program
    uncounted : collection of int
        The indices of the cases that are worth no points.

    Returns
    -------
    Explanation
        An explanation without names if nothing explains the answer, or if several mistakes explain it equally well.
    """
    if all(outcome.passed for outcome in outcomes):
        return Explanation()
    if not any(_tells(each, outcome) for each, outcome in zip(mine, outcomes, strict=True)):
        programs = [program for program in programs if len(program.names) == 1]
    every = range(len(mine))
    counted = [i for i in every if i not in uncounted]
    for cases in (every, counted) if any(not outcomes[i].passed for i in counted) else (every,):
        similar = [program for program in programs if agrees(mine, program, SIMILAR, cases)]
        for found in ([program for program in similar if agrees(mine, program, SAME, cases)], similar):
            if names := common_names(program.names for program in found):
                return Explanation(names, some_uncounted=cases is counted)
        if similar:
            return Explanation()
    return _explain_all_but_one(mine, outcomes, programs)


def explain_some(
    mine: Sequence[Signature],
    outcomes: Sequence[Outcome],
    programs: Sequence[Program],
    uncounted: Collection[int] = (),
) -> Explanation:
    """Find the mistake, or the two mistakes together, that explain the most failing cases of an answer.

    Call this if `explain` finds nothing, as with an answer that makes three mistakes. A passing case that the mistakes
    would fail speaks against them. Two mistakes must explain most failing cases: in a few, they can cancel, for example
    if a default value makes them do so. Only results with fractions count, because words and integers may agree by
    chance, and only sequences that change: many mistakes make a step too small to be seen.

    Parameters
    ----------
    mine, outcomes, programs, uncounted
        As for `explain`.

    Returns
    -------
    Explanation
        An explanation with the cases in `some`, or one without names.
    """
    passed = [i for i, outcome in enumerate(outcomes) if outcome.passed]
    telling = [
        i
        for i, outcome in enumerate(outcomes)
        if not (outcome.passed or outcome.problem or i in uncounted or _is_still(outcome)) and mine[i].fractions
    ]
    failing = sum(not outcome.passed and i not in uncounted for i, outcome in enumerate(outcomes))
    found: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
    for program in programs if len(telling) >= LEAST_EXPLAINED else ():
        known = program.signatures
        explained = tuple(i for i in telling if mine[i].matches(known[i], SAME))
        enough = LEAST_EXPLAINED if len(program.names) == 1 else max(LEAST_EXPLAINED, 1 + failing // 2)
        if len(explained) >= enough and agrees(mine, program, SIMILAR, passed):
            found.append((program.names, explained))
    most = max((len(explained) for _, explained in found), default=0)
    best = [(names, explained) for names, explained in found if len(explained) == most]
    names = common_names(names for names, _ in best)
    # A mistake that two pairs share does not give the same results alone.
    return next((Explanation(each, some=explained) for each, explained in best if each == names), Explanation())


def common_names(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the mistakes that an answer certainly makes, given the names of all programs that it agrees with.

    Programs that make a single mistake outweigh those that make two. If two programs make two mistakes each, only a
    mistake that they share is certain.
    """
    distinct = list(dict.fromkeys(found))
    fewest = min(map(len, distinct), default=0)
    simplest = [names for names in distinct if len(names) == fewest]
    return tuple(name for name in (simplest[0] if simplest else ()) if all(name in names for names in simplest))


def agrees(mine: Sequence[Signature], program: Program, tolerance: float, cases: Iterable[int] | None = None) -> bool:
    """Return whether an answer has a program's signatures, up to `tolerance`, on `cases` (by default, on all cases)."""
    return all(
        mine[i].matches(program.signatures[i], tolerance) for i in (range(len(mine)) if cases is None else cases)
    )


def _explain_all_but_one(
    mine: Sequence[Signature], outcomes: Sequence[Outcome], programs: Sequence[Program]
) -> Explanation:
    # Too many mistakes give results that are all zero or not finite, so such a result is evidence for none of them.
    # Errors and values of the wrong type don't count either: an answer that always raises an error would agree with
    # any mistake that nearly always does, and any two lists agree, whatever is in them.
    telling = [
        not outcome.passed and each.says_something and not _is_vague(outcome)
        for each, outcome in zip(mine, outcomes, strict=True)
    ]
    found = set()
    for program in programs:
        if len(program.names) > 1:
            continue
        differs = [i for i, known in enumerate(program.signatures) if not mine[i].matches(known, SAME)]
        if len(differs) == 1:
            explained = sum(telling) - telling[differs[0]]
            if explained >= LEAST_EXPLAINED:
                found.add((program.names, differs[0]))
    return Explanation(*found.pop()) if len(found) == 1 else Explanation()


def comparable(outcome: Outcome) -> bool:
    """Return whether a case returned numbers or a word, by which mistakes can be told apart."""
    return outcome.problem is None or outcome.problem.kind in ("wrong_word", "wrong_kind")


def _tells(mine: Signature, outcome: Outcome) -> bool:
    """Return whether a failing case shows more than that a result is missing, not finite, all zero, or unchanged.

    Most pairs of mistakes that stop an update rule, or make it overflow, cannot be told apart.
    """
    return not outcome.passed and comparable(outcome) and mine.says_something and not _is_still(outcome)


def _is_still(outcome: Outcome) -> bool:
    return any(part.finding.startswith(STILL) for part in outcome.parts)


def _is_vague(outcome: Outcome) -> bool:
    return outcome.problem is not None and outcome.problem.kind in ("error", "wrong_type", "wrong_return")


def name_by_findings(outcomes: Sequence[Outcome], mistakes: Iterable[KnownMistake]) -> KnownMistake | None:
    """Return the one known mistake with the same findings on every case, or None unless there is exactly one.

    This is for exercises whose correct outputs differ from run to run.
    """
    if all(outcome.passed for outcome in outcomes):
        return None
    mine = [_finding(outcome) for outcome in outcomes]
    found = [mistake for mistake in mistakes if mine == [_finding(outcome) for outcome in mistake.outcomes]]
    return found[0] if len(found) == 1 else None


def _finding(outcome: Outcome) -> tuple[object, ...]:
    if outcome.problem is None:
        return outcome.passed, outcome.finding
    kind, exception, quoted, got = identity(outcome.problem)
    return kind, exception, quoted if exception else None, without_shapes(got)


def without_shapes(text: str) -> str:
    """Remove the shapes from a description. A random result may have a different shape in every run."""
    return re.sub(r"of shape \([^)]*\)", "", text)
