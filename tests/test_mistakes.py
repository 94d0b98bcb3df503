"""Mutation testing of the whole course: every known mistake loses points, every correct variant gets them all."""

import functools

import pytest

from autograder import catalogue
from autograder.judging.judge import draw, expected_runs, known_mistakes, run_here, verdict
from gradlab.checks.naming import name_mistake

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}
SEEDS = range(3)
each_exercise = pytest.mark.parametrize("name", EXERCISES)
each_seed = pytest.mark.parametrize("seed", SEEDS)


@functools.cache
def known(name, seed):
    """An exercise's mistakes, each with what it gives on these cases and the verdicts on that."""
    exercise = EXERCISES[name]
    cases = draw(exercise, seed)
    return tuple(known_mistakes(exercise, cases, expected_runs(exercise, cases)))


def is_named(name, mistake, seed):
    found = name_mistake(mistake.runs, mistake.outcomes, known(name, seed), EXERCISES[name].judge is not None)
    return found is mistake


@each_exercise
def test_there_are_enough_of_each(name):
    exercise = EXERCISES[name]
    assert len(exercise.mistakes) >= 3
    assert len(exercise.variants) >= 2
    marked = [*exercise.mistakes, *exercise.variants]
    assert len({m.name for m in marked}) == len(marked)
    hints = [mistake.hint for mistake in exercise.mistakes]
    assert len(set(hints)) == len(hints)
    assert all(len(hint) > 20 for hint in hints)


@each_seed
@each_exercise
def test_every_mistake_loses_points(name, seed):
    caught = {m.name: not all(outcome.passed for outcome in m.outcomes) for m in known(name, seed)}
    assert caught == dict.fromkeys(caught, True)
    assert len(caught) == len(EXERCISES[name].mistakes)


@each_seed
@each_exercise
def test_the_reference_and_every_variant_get_full_marks(name, seed):
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], seed)
    for function in (exercise.reference, *(variant.function for variant in exercise.variants)):
        found = verdict(exercise, cases, run_here(exercise, function, cases))
        assert found.score == exercise.points, (function.__name__, found.outcomes)
        assert found.mistake is None


@each_seed
@each_exercise
def test_a_mistake_is_named_or_says_why_it_cannot_be(name, seed):
    reasons = {mistake.name: mistake.indistinguishable for mistake in EXERCISES[name].mistakes}
    assert [m.name for m in known(name, seed) if not is_named(name, m, seed) and not reasons[m.name]] == []


@each_seed
def test_nine_in_ten_mistakes_of_the_course_are_named(seed):
    named = [is_named(name, mistake, seed) for name in EXERCISES for mistake in known(name, seed)]
    assert sum(named) >= 0.9 * len(named)
