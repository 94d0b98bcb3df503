"""Judge an exercise's own answers: a mistake must lose points and be named; a variant must get full credit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.errors import DefinitionError, error_in
from autograder.exercise import Case, Exercise, Marked
from autograder.judging.cases import cached, decide_all, draw, expected_runs, public_cases, run_here
from autograder.judging.judge import Verdict, is_named, mistake_verdicts, score
from gradlab.checks.outcome import Outcome
from gradlab.checks.signatures import SAME, signature

SEED = 1


@dataclass(frozen=True)
class Judged:
    """The verdicts on an exercise's known mistakes and variants, for the hidden cases of one seed.

    Attributes
    ----------
    exercise : type[Exercise]
    cases : tuple of Case
    mistakes : dict of str to Verdict
        The verdict on each mistake, keyed by name.
    variants : dict of str to tuple of Outcome
        The outcomes of each variant, in case order, keyed by name.
    """

    exercise: type[Exercise]
    cases: tuple[Case, ...]
    mistakes: Mapping[str, Verdict]
    variants: Mapping[str, tuple[Outcome, ...]]

    def caught(self, mistake: Marked) -> bool:
        """Return whether a mistake loses points."""
        return self.mistakes[mistake.name].score < self.exercise.points

    def named(self, mistake: Marked) -> bool:
        """Return whether the verdict on a mistake names that mistake."""
        return is_named(self.exercise, mistake, self.mistakes[mistake.name])

    def accepted(self, variant: Marked) -> bool:
        """Return whether a variant gets full credit."""
        return score(self.exercise, self.cases, self.variants[variant.name]) == self.exercise.points

    def errors(self) -> Iterator[DefinitionError]:
        """Yield what is wrong with the mistakes and variants."""
        for mistake in self.exercise.mistakes:
            sentence = self._flaw_of_mistake(mistake)
            if sentence:
                yield error_in(self.exercise, mistake.name, sentence)
        for variant in self.exercise.variants:
            if not self.accepted(variant):
                yield error_in(self.exercise, variant.name, self._lost_by(variant))

    def _flaw_of_mistake(self, mistake: Marked) -> str:
        what = f"mistake `{mistake.name}` of {self.exercise.name}"
        if not self.caught(mistake):
            return f"{what} loses no points. Add a case that it fails, or make it a variant."
        if self.named(mistake) or mistake.indistinguishable:
            return ""
        twins = [
            other for other in self.exercise.mistakes if other is not mistake and _same(self.exercise, mistake, other)
        ]
        if twins and self._comes_later(twins[-1], mistake) and self._flaw_of_mistake(twins[-1]):
            return ""  # the other one's error names both
        if twins:
            return (
                f"{what} gives the same results on all cases as mistake `{twins[0].name}`. Delete one of them, add a "
                "case in which they differ, or say in `indistinguishable` why there is none."
            )
        found = self.mistakes[mistake.name].mistake
        taken = f"is recognized as mistake `{found.name}`" if found else "is not recognized"
        return f"{what} {taken}. Add a case that shows the difference, or say in `indistinguishable` why none does."

    def _comes_later(self, mistake: Marked, other: Marked) -> bool:
        return self.exercise.mistakes.index(mistake) > self.exercise.mistakes.index(other)

    def _lost_by(self, variant: Marked) -> str:
        outcomes, total = self.variants[variant.name], sum(case.weight for case in self.cases)
        lost = self.exercise.points - score(self.exercise, self.cases, outcomes)
        costs = [
            f"{self.exercise.points * case.weight / total:.3g} on case {case.label!r}, which {_reason(outcome)}"
            for case, outcome in zip(self.cases, outcomes, strict=True)
            if not outcome.passed
        ]
        return (
            f"variant `{variant.name}` of {self.exercise.name} loses {lost:.3g} of {self.exercise.points:g} points: "
            f"{'; '.join(costs)}."
        )


@cached
def judged(exercise: type[Exercise]) -> Judged:
    """Judge an exercise's known mistakes and variants on the hidden cases that `SEED` draws."""
    cases = draw(exercise, SEED)
    expected = expected_runs(exercise, cases)
    return Judged(
        exercise,
        cases,
        mistake_verdicts(exercise, cases),
        {
            v.name: decide_all(exercise, cases, expected, run_here(exercise, v.function, cases))
            for v in exercise.variants
        },
    )


def _same(exercise: type[Exercise], first: Marked, second: Marked) -> bool:
    """Return whether two mistakes look the same to the judge, up to rounding, on both hidden and public cases."""
    for cases in (draw(exercise, SEED), public_cases(exercise)[0]):
        results = [run_here(exercise, mistake.function, cases) for mistake in (first, second)]
        if exercise.judge is not None:
            expected = expected_runs(exercise, cases)
            found, other = ([_finding(o) for o in decide_all(exercise, cases, expected, each)] for each in results)
            if found != other:
                return False
        elif not all(signature(a).matches(signature(b), SAME) for a, b in zip(*results, strict=True)):
            return False
    return True


def _finding(outcome: Outcome) -> tuple[object, ...]:
    return outcome.passed, outcome.finding, outcome.problem and outcome.problem.kind


def _reason(outcome: Outcome) -> str:
    if outcome.problem:
        return f"fails: {outcome.problem.sentence}"
    if outcome.error is not None and outcome.tolerance is not None:
        return f"is off by {outcome.error:.1e} (allowed: {outcome.tolerance:.0e})"
    return f"fails: {outcome.finding}" if outcome.finding else "fails"
