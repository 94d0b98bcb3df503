"""Mutation tests of all exercises: every known mistake loses points, and every correct variant gets full credit."""

import functools

import pytest

from autograder import catalogue
from autograder.authoring.answers import SEED, judged
from autograder.judging.cases import decide_all, draw, expected_runs, run_here
from autograder.judging.judge import is_named, mistake_verdicts, score, verdict

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}
NAMES = [(assignment, exercise.name) for assignment, exercise in catalogue.exercises()]
each_exercise = pytest.mark.parametrize(("assignment", "name"), NAMES)
# Exercises that train a network are judged on only one seed, because training takes seconds.
each_seed = pytest.mark.parametrize(
    ("assignment", "name", "seed"),
    [(*names, seed) for names in NAMES for seed in ([SEED] if EXERCISES[names[1]].trains else range(3))],
)


@functools.cache
def verdicts_on_mistakes(name, seed):
    """Return the verdict on each known mistake for one seed's cases, keyed by the mistake's name.

    The command `mistakes`, which other tests run in the same process, judges mistakes and variants with `SEED`.
    """
    if seed == SEED:
        return judged(EXERCISES[name]).mistakes
    return mistake_verdicts(EXERCISES[name], draw(EXERCISES[name], seed))


@each_exercise
def test_every_exercise_has_enough_mistakes_and_variants(assignment, name):
    """There may be only one way to fix a printed error; any other answer can be written in several ways."""
    exercise = EXERCISES[name]
    assert len(exercise.mistakes) >= 3
    assert len(exercise.variants) >= (1 if name.startswith("fix_") else 2)
    marked = [*exercise.mistakes, *exercise.variants]
    assert len({m.name for m in marked}) == len(marked)
    hints = [mistake.hint for mistake in exercise.mistakes]
    assert len(set(hints)) == len(hints)
    assert all(len(hint) > 20 for hint in hints)


@each_seed
def test_every_mistake_loses_points(assignment, name, seed):
    found = verdicts_on_mistakes(name, seed)
    assert [mistake for mistake, verdict in found.items() if verdict.score >= verdict.points] == []
    assert len(found) == len(EXERCISES[name].mistakes)


def outcomes_of_variants(exercise, cases, expected, seed):
    """Return the outcomes of each variant on one seed's cases, keyed by the variant's name."""
    if seed == SEED:
        return judged(exercise).variants
    runs = {variant.name: run_here(exercise, variant.function, cases) for variant in exercise.variants}
    return {name: decide_all(exercise, cases, expected, results) for name, results in runs.items()}


@each_seed
def test_reference_and_every_variant_get_full_credit(assignment, name, seed):
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], seed)
    expected = expected_runs(exercise, cases)
    found = verdict(exercise, cases, run_here(exercise, exercise.reference, cases), expected=expected)
    assert (found.score, found.mistakes) == (exercise.points, ()), found.outcomes
    variants = outcomes_of_variants(exercise, cases, expected, seed)
    assert len(variants) == len(exercise.variants)
    for variant, outcomes in variants.items():
        assert score(exercise, cases, outcomes) == exercise.points, (variant, outcomes)


@each_seed
def test_every_mistake_is_named_or_says_why_it_cannot_be(assignment, name, seed):
    exercise, found = EXERCISES[name], verdicts_on_mistakes(name, seed)
    unnamed = [m for m in exercise.mistakes if not is_named(exercise, m, found[m.name])]
    assert [mistake.name for mistake in unnamed if not mistake.indistinguishable] == []


def test_nine_in_ten_mistakes_of_the_course_can_be_named():
    """The previous test checks that each mistake that can be named is named."""
    mistakes = [mistake for exercise in EXERCISES.values() for mistake in exercise.mistakes]
    assert sum(not mistake.indistinguishable for mistake in mistakes) >= 0.9 * len(mistakes)
