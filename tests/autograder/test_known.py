"""Known mistakes are recognized on hidden cases, too, both singly and in pairs."""

import numpy as np
import pytest

from autograder import catalogue
from autograder.exercise import Case, Exercise, mistake, variant
from autograder.judging.cases import draw, expected_runs, passes_all, public_cases, run_here
from autograder.judging.judge import verdict
from autograder.judging.known import catalog, count_pairs, known_mistakes
from autograder.judging.programs import combinations
from gradlab import drivers


class Line(Exercise):
    name, points = "line", 2

    def reference(x, slope):
        product = slope * x
        return product + 1.0

    def cases(rng):
        for label in ("one", "two", "three"):
            yield Case(label, x=rng.normal(size=3), slope=float(rng.normal()))

    wrong_offset = mistake("Add one.", {"+ 1.0": "+ 2.0"})
    wrong_sign = mistake("Subtract nothing.", {"slope * x": "-slope * x"})
    squared = mistake("Do not square.", {"slope * x": "slope * x**2"})
    reordered = variant({"product + 1.0": "(1.0 + product)"})

    @mistake("This is not a line.")
    def constant(x, slope):
        return np.zeros_like(x)


class Size(Exercise):
    name, points = "size", 1

    def reference(x, limit):
        return "large" if x > limit else "small"

    def cases(rng):
        yield Case("above", x=3.0, limit=1.0)
        yield Case("below", x=1.0, limit=3.0)
        yield Case("at the limit", x=2.0, limit=2.0)
        yield Case("a limit of zero", x=1.0, limit=0.0)

    at_the_limit = mistake("The limit itself is small.", {"> limit": ">= limit"})
    another_word = mistake("It is small, not tiny.", {'"small"': '"tiny"'})


class Ramp(Exercise):
    name, points = "ramp", 1

    def reference(x, slope):
        bend = 2.5 if slope < 0 else 0.0
        return slope * x - bend + 1.0

    def cases(rng):
        for label, slope in (("up", 0.5), ("steeply up", 1.5), ("down", -0.5), ("steeply down", -1.5)):
            yield Case(label, x=rng.normal(size=3), slope=slope)

    wrong_offset = mistake("Add one.", {"+ 1.0": "+ 2.0"})
    wrong_sign = mistake("Subtract the bend.", {"- bend": "+ bend"})


class Parts(Exercise):
    name, points = "parts", 1
    driver = drivers.call_for_dict

    def reference(x):
        return {"half": x / 2}

    def cases(rng):
        yield Case("one", x=1.0)
        yield Case("two", x=2.0)

    also_the_whole = mistake("Leave x itself out.", {'"half": x / 2': '"half": x / 2, "whole": x'})


def names(function, seed=1, exercise=Line):
    cases, public = draw(exercise, seed), public_cases(exercise)[0]
    found = verdict(exercise, cases, run_here(exercise, function, cases), public=run_here(exercise, function, public))
    return tuple(each.name for each in found.mistakes)


ANSWERS = {
    "one mistake": (lambda x, slope: slope * x + 2, ("wrong_offset",)),
    "a mistake written as a function": (lambda x, slope: 0 * x, ("constant",)),
    "two mistakes": (lambda x, slope: 2 - slope * x, ("wrong_offset", "wrong_sign")),
    "two other mistakes": (lambda x, slope: slope * x**2 + 2, ("wrong_offset", "squared")),
    "three mistakes": (lambda x, slope: 2 - slope * x**2, ()),
    "an unknown mistake": (lambda x, slope: slope * x + 3, ()),
    "a correct answer": (lambda x, slope: slope * x + 1, ()),
}


@pytest.mark.parametrize(("answer", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_single_mistakes_and_pairs_are_named(answer, expected):
    assert names(answer) == expected


def test_two_mistakes_are_named_in_an_exercise_that_returns_words():
    def answer(x, limit):
        return "large" if x >= limit else "tiny"

    assert names(answer, exercise=Size) == ("at_the_limit", "another_word")


def test_known_mistake_takes_precedence_over_an_unexpected_key():
    assert names(lambda x: {"half": x / 2, "whole": x}, exercise=Parts) == ("also_the_whole",)
    assert names(lambda x: {"half": x / 2, "other": x}, exercise=Parts) == ("unexpected_key",)


def test_two_mistakes_are_not_recognized_without_the_public_results():
    cases = draw(Line, 1)
    assert verdict(Line, cases, run_here(Line, lambda x, slope: 2 - slope * x, cases)).mistakes == ()


def test_mistakes_made_only_on_public_cases_are_not_named():
    public = [tuple(case.inputs["x"]) for case in public_cases(Line)[0]]
    assert names(lambda x, slope: (2 if tuple(x) in public else 3) - slope * x) == ()


def test_only_edits_that_do_not_overlap_are_combined():
    assert [combination.names for combination in combinations(Line)] == [
        ("wrong_offset",),
        ("wrong_sign",),
        ("squared",),
        ("constant",),
        ("wrong_sign",),
        ("squared",),
        ("wrong_offset", "wrong_sign"),
        ("wrong_offset", "squared"),
    ]


def test_given_programs_are_used_instead_of_the_catalog():
    cases, public = draw(Line, 1), public_cases(Line)[0]
    runs = [run_here(Line, ANSWERS["two mistakes"][0], each) for each in (cases, public)]
    assert len(verdict(Line, cases, runs[0], public=runs[1], programs=catalog(Line).programs).mistakes) == 2
    assert verdict(Line, cases, runs[0], public=runs[1], programs=()).mistakes == ()


def test_pairs_of_mistakes_are_counted():
    assert count_pairs(Line) == (2, 2)


@pytest.mark.parametrize("wrong", [(), (0,), (1,), (2,), (0, 2)], ids=str)
def test_passes_all_is_true_only_if_no_case_fails(wrong):
    cases = draw(Line, 1)
    right, failing = expected_runs(Line, cases), run_here(Line, Line.squared.function, cases)
    results = [failing[i] if i in wrong else right[i] for i in range(len(cases))]
    assert passes_all(Line, cases, right, results) == (not wrong)


@pytest.mark.parametrize("given", [True, False], ids=["programs from the notebook", "programs of the catalog"])
def test_mistake_that_explains_only_some_hidden_cases_is_named_with_them(given):
    cases, public = draw(Ramp, 1), public_cases(Ramp)[0]

    def answer(x, slope):
        return slope * x - (9.5 if slope < 0 else 0.0) + 2.0

    runs = [run_here(Ramp, answer, each) for each in (cases, public)]
    found = verdict(Ramp, cases, runs[0], public=runs[1], programs=catalog(Ramp).programs if given else None)
    (named,) = found.mistakes
    assert named.name == "wrong_offset"
    assert named.hint == 'In "up" and "steeply up", your results are exactly what this mistake gives. Add one.'


@pytest.mark.parametrize("name", ["inverse_time_decay", "relative_error"])
def test_answer_is_explained_the_same_if_each_mistake_runs_only_while_it_may_explain_it(name):
    exercise, _ = catalogue.find(name)
    cases = draw(exercise, 1)
    known = known_mistakes(exercise, cases)
    for answer in list(combinations(exercise))[::7]:
        results = run_here(exercise, answer.function(), cases)
        assert verdict(exercise, cases, results) == verdict(exercise, cases, results, known), answer.names
