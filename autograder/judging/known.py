"""Find the known mistakes that explain an answer.

The public cases show which mistake, or which two mistakes together, an answer may contain. There can be hundreds
of combinations, so their results on the public cases are computed only once. The hidden cases then decide among the
candidates.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercise import Exercise
from gradlab.checks.known_mistakes import (
    Explanation,
    KnownMistake,
    Program,
    agrees,
    comparable,
    explain,
    explain_some,
    name_by_findings,
)
from gradlab.checks.outcome import Outcome
from gradlab.checks.recognize import described, uncounted_cases
from gradlab.checks.signatures import SAME_SINGLE, SIMILAR, Signature, signature

from .cases import Cases, Results, cached, decide_all, expected_runs, passes_all, public_cases, run_here
from .programs import combinations

MOST_SUSPECTS = 20  # the largest number of suspected programs to try on the hidden cases


@dataclass(frozen=True)
class Known:
    """An exercise's known mistakes, with their results or outcomes on given cases.

    Attributes
    ----------
    mistakes : tuple of KnownMistake
        The mistakes. If a property decides, each mistake contains its outcomes.
    programs : tuple of Program
        The programs that make these mistakes, if outputs are compared; otherwise empty.
    """

    mistakes: tuple[KnownMistake, ...]
    programs: tuple[Program, ...] = ()


def known_mistakes(exercise: type[Exercise], cases: Cases, runs: Mapping[str, Results] | None = None) -> Known:
    """Return each known mistake with its results on `cases` or, if a property decides, with its outcomes.

    If answers train a network, the outcomes are those on the public cases.

    Parameters
    ----------
    exercise : type[Exercise]
    cases : sequence of Case
    runs : dict, optional
        The results of each mistake on `cases`, keyed by its name, if they have already been computed.
    """
    if exercise.trains:
        return _found_after_training(exercise)
    runs = runs or {mistake.name: run_here(exercise, mistake.function, cases) for mistake in exercise.mistakes}
    if exercise.judge is None:
        programs = tuple(Program((name,), tuple(map(signature, results))) for name, results in runs.items())
        return Known(_named(exercise), programs)
    expected = expected_runs(exercise, cases)
    return Known(
        tuple(
            KnownMistake(m.name, m.hint, decide_all(exercise, cases, expected, runs[m.name])) for m in exercise.mistakes
        )
    )


@dataclass(frozen=True)
class Catalog:
    """All combinations of an exercise's known mistakes that lose points on the public cases.

    Attributes
    ----------
    programs : tuple of Program
        Each combination except for the twins, with its signatures.
    twins : tuple of Program
        Pairs of mistakes that give the same results as a single mistake.
    """

    programs: tuple[Program, ...]
    twins: tuple[Program, ...]


@cached
def catalog(exercise: type[Exercise]) -> Catalog:
    """Run all combinations of an exercise's known mistakes on its public cases, and return those that lose points."""
    cases, expected = public_cases(exercise)
    found: list[Program] = []
    twins: list[Program] = []
    singles: set[tuple[object, ...]] = set()
    for combination in combinations(exercise):
        results = run_here(exercise, combination.function(), cases)
        if passes_all(exercise, cases, expected, results):
            continue
        program = Program(combination.names, tuple(map(signature, results)))
        key = tuple((each.structure, each.numbers.tobytes()) for each in program.signatures)
        if len(program.names) == 1:
            singles.add(key)
        if len(program.names) > 1 and key in singles:
            twins.append(program)
        else:
            found.append(program)
    return Catalog(tuple(found), tuple(twins))


@cached
def _found_after_training(exercise: type[Exercise]) -> Known:
    """Judge the known mistakes once, on the public cases.

    Training takes a long time, and a mistake leads to the same findings, whatever the numbers are.
    """
    cases, expected = public_cases(exercise)

    def outcomes(function: Callable[..., Any]) -> tuple[Outcome, ...]:
        return decide_all(exercise, cases, expected, run_here(exercise, function, cases))

    return Known(tuple(KnownMistake(m.name, m.hint, outcomes(m.function)) for m in exercise.mistakes))


def _named(exercise: type[Exercise]) -> tuple[KnownMistake, ...]:
    return tuple(KnownMistake(mistake.name, mistake.hint) for mistake in exercise.mistakes)


def find_mistakes(
    exercise: type[Exercise],
    cases: Cases,
    results: Results,
    outcomes: Sequence[Outcome],
    known: Known | None,
    public: Results | None,
    programs: Sequence[Program] | None,
) -> tuple[KnownMistake, ...]:
    """Return the known mistakes that explain the results on hidden cases.

    Parameters
    ----------
    exercise : type[Exercise]
    cases, results, outcomes : sequence
        The hidden cases, and the results and outcomes on them.
    known : Known or None
        The known mistakes with their results on the hidden cases, if they have been computed already.
    public : sequence of CaseResult or None
        The results on the public cases. Without these results, only single mistakes are recognized.
    programs : sequence of Program or None
        The programs in the assignment's ``checks.npz``. If None, `catalog` computes the programs.
    """
    if exercise.judge is not None:
        mistakes = (known or known_mistakes(exercise, cases)).mistakes
        found = name_by_findings(outcomes, mistakes)
        return (found,) if found else ()
    mine, explanation = list(map(signature, results)), Explanation()
    uncounted = uncounted_cases(cases)
    # Don't look for pairs of mistakes if no failing case returned numbers or a word: most pairs then fail in the same
    # way.
    if public is not None and any(comparable(outcome) for outcome in outcomes if not outcome.passed):
        programs = catalog(exercise).programs if programs is None else programs
        explanation = explain(mine, outcomes, _confirmed(exercise, cases, _suspects(public, programs)), uncounted)
    if not explanation:
        singles = known.programs if known else list(_near_singles(exercise, cases, mine, uncounted))
        explanation = explain(mine, outcomes, singles, uncounted)
    if not explanation and public is not None and programs:
        suspects = _partly_suspected(exercise, public, programs)
        explanation = explain_some(mine, outcomes, _confirmed(exercise, cases, suspects), uncounted)
    return described(explanation, _named(exercise), [case.label for case in cases], outcomes)


def count_pairs(exercise: type[Exercise]) -> tuple[int, int]:
    """Count the pairs of known mistakes that lose points, and how many of them are explained on the public cases.

    A pair is explained if both mistakes are named, or if a single mistake that gives the same results is named. If a
    property decides, there are no pairs.
    """
    if exercise.judge is not None:
        return 0, 0
    known = catalog(exercise)
    pairs = [(program, near) for program, near in _with_neighbors(known.programs) if len(program.names) == 2]
    wrong = [Outcome(False)] * len(public_cases(exercise)[0])
    explained = sum(set(explain(pair.signatures, wrong, near).names) == set(pair.names) for pair, near in pairs)
    explained += sum(len(explain(twin.signatures, wrong, known.programs).names) == 1 for twin in known.twins)
    return len(pairs) + len(known.twins), explained


def _with_neighbors(programs: Sequence[Program]) -> Iterator[tuple[Program, list[Program]]]:
    """Yield each program together with all programs that may agree with it, which keep their order.

    No other program agrees with it within any tolerance that `explain` uses. Comparing all of them at once is a hundred
    times faster than `agrees`.
    """
    alike: dict[object, list[Program]] = {}
    for program in programs:
        form = tuple((each.structure >> 1, each.numbers.shape) for each in program.signatures)
        alike.setdefault(form, []).append(program)
    for group in alike.values():
        numbers = np.array([np.concatenate([each.numbers for each in program.signatures]) for program in group])
        for program, mine in zip(group, numbers, strict=True):
            sizes = np.concatenate([each.sizes for each in program.signatures])
            with np.errstate(invalid="ignore"):  # sums of huge numbers overflow
                near = (np.abs(numbers - mine) <= 2 * SAME_SINGLE * sizes + 1e-300).all(axis=1)
            yield program, [group[index] for index in np.flatnonzero(near)]


def _suspects(public: Results, programs: Sequence[Program]) -> set[tuple[str, ...]]:
    """Return the names of the mistakes, alone or in pairs, that give the same results as an answer on the public
    cases. At most the first `MOST_SUSPECTS` are returned.
    """
    mine = list(map(signature, public))
    found = [program.names for program in programs if agrees(mine, program, SIMILAR)]
    return set(found[:MOST_SUSPECTS])


def _partly_suspected(exercise: type[Exercise], public: Results, programs: Sequence[Program]) -> set[tuple[str, ...]]:
    """Return the names of the mistakes that explain some of the failing public cases, or an empty set."""
    cases, expected = public_cases(exercise)
    outcomes = decide_all(exercise, cases, expected, public)
    found = explain_some(list(map(signature, public)), outcomes, programs, uncounted_cases(cases))
    return {found.names} if found else set()


def _near_singles(
    exercise: type[Exercise], cases: Cases, mine: Sequence[Signature], uncounted: Collection[int]
) -> Iterator[Program]:
    """Yield each known mistake, as a program, that may explain an answer with the signatures `mine`.

    `explain` allows for one case at most that a mistake does not explain, besides those that are worth no points. Most
    mistakes differ from the answer in two of the first cases, so they need not run on the others.
    """
    for mistake in exercise.mistakes:
        signatures: list[Signature] = []
        differing = 0
        for number, case in enumerate(cases):
            signatures += map(signature, run_here(exercise, mistake.function, (case,)))
            if number not in uncounted:
                differing += not mine[number].matches(signatures[number], SIMILAR)
            if differing > 1:
                break
        else:
            yield Program((mistake.name,), tuple(signatures))


def _confirmed(exercise: type[Exercise], cases: Cases, suspects: set[tuple[str, ...]]) -> list[Program]:
    """Return one program, with signatures on the hidden cases, for each combination whose mistakes are suspected."""
    return [
        Program(each.names, tuple(map(signature, run_here(exercise, each.function(), cases))))
        for each in (combinations(exercise) if suspects else ())
        if each.names in suspects
    ]
