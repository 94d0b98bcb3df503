"""Public cases that differ only by another CPU's rounding count as the same. Any other difference is a change."""

import dataclasses
import functools

import numpy as np
import pytest

from autograder.notebooks.rounding import same_cases, same_up_to_rounding
from gradlab import oracles
from gradlab.checks import store
from gradlab.checks.foreign import Foreign
from gradlab.checks.known_mistakes import KnownMistake, Program
from gradlab.checks.outcome import CaseResult, Outcome, Problem
from gradlab.checks.public_exercise import PublicCase, PublicExercise
from gradlab.checks.signatures import signature

X = np.array([1000.0, 1e-3, 0.0, -2.0])
ONE_DIGIT = 1 + 2.0**-52


RUN = CaseResult(outputs={"result": -X})
FAILED = CaseResult(problem=Problem("error", exception="KeyError"))


def exercise(runs=(RUN, FAILED), **changes):
    """Return an exercise with every kind of value that can be stored; `runs` are the results of two programs."""
    case = PublicCase(
        "a label",
        inputs={
            "x": X,
            "single": X.astype(np.float32),
            "half": X.astype(np.float16),
            "count": np.arange(3),
            "config": {"learning_rate": 0.1, "mode": "train", "seed": 7, "mask": None},
            "loss": functools.partial(oracles.logistic_loss, X=np.eye(2), y=np.ones(2)),
        },
        expected={"result": X},
        truth={"best": 0.3},
        tolerance=1e-7,
    )
    outcomes = (Outcome(False, finding="too large"), Outcome(False, problem=Problem("wrong_shape")))
    mistake = KnownMistake("wrong_sign", "Subtract.", outcomes)
    fields = {"name": "sgd", "points": 2.0, "driver": "call", "judge": "", "functions": ("sgd",), "cases": (case,)}
    programs = tuple(Program(("wrong_sign",), (signature(run),)) for run in runs)
    return PublicExercise(**{**fields, "mistakes": (mistake,), "programs": programs, **changes})


def with_case(**changes):
    """Return the exercise with these changes to its case. Dicts are merged into the case's dicts."""
    (case,) = exercise().cases
    values = {k: getattr(case, k) | v if isinstance(v, dict) else v for k, v in changes.items()}
    return exercise(cases=(dataclasses.replace(case, **values),))


def with_mistake(**changes):
    (mistake,) = exercise().mistakes
    return exercise(mistakes=(dataclasses.replace(mistake, **changes),))


def config(**changes):
    return {"inputs": {"config": exercise().cases[0].inputs["config"] | changes}}


NOISE = np.array([0.0, 0.0, 1e-16, 0.0])
ROUNDED = {
    "no change": exercise(),
    "every number in its last digit": with_case(inputs={"x": X * ONE_DIGIT}, expected={"result": X * ONE_DIGIT}),
    "a finite difference": with_case(inputs={"x": X * (1 + 2e-10)}),
    "a small number next to a large one": with_case(inputs={"x": X + 1e-9}),
    "noise around zero": with_case(expected={"result": X + NOISE}),
    "float32 in its last digit": with_case(inputs={"single": X.astype(np.float32) * np.float32(1 + 2.0**-23)}),
    "float16 in its last digit": with_case(inputs={"half": X.astype(np.float16) * np.float16(1 + 2.0**-10)}),
    "a Python float": with_case(**config(learning_rate=0.1 * ONE_DIGIT)),
    "the truth in its last digit": with_case(truth={"best": 0.3 * ONE_DIGIT}),
    "the numbers of an oracle": with_case(
        inputs={"loss": functools.partial(oracles.logistic_loss, X=np.eye(2) * ONE_DIGIT, y=np.ones(2))}
    ),
    "a mistake's output": exercise(runs=(CaseResult(outputs={"result": -X * ONE_DIGIT}), FAILED)),
}

CHANGED = {
    "every number by a millionth": with_case(inputs={"x": X * (1 + 1e-6)}),
    "one expected number by a millionth": with_case(expected={"result": X * np.array([1 + 1e-6, 1, 1, 1])}),
    "float32 by a thousandth": with_case(inputs={"single": X.astype(np.float32) * np.float32(1.001)}),
    "float16 by a hundredth": with_case(inputs={"half": X.astype(np.float16) * np.float16(1.01)}),
    "a Python float by a millionth": with_case(**config(learning_rate=0.1 * (1 + 1e-6))),
    "a label": with_case(label="another label"),
    "a hint": with_mistake(hint="Add."),
    "a mistake's name": exercise(
        mistakes=(dataclasses.replace(exercise().mistakes[0], name="wrong_signs"),),
        programs=tuple(dataclasses.replace(program, names=("wrong_signs",)) for program in exercise().programs),
    ),
    "another mistake of a program": exercise(programs=tuple(reversed(exercise().programs))),
    "a removed mistake": exercise(mistakes=(), programs=()),
    "a mistake's output by a millionth": exercise(runs=(CaseResult(outputs={"result": -X * (1 + 1e-6)}), FAILED)),
    "a mistake's exception": exercise(runs=(RUN, CaseResult(problem=Problem("error", exception="TypeError")))),
    "a finding": with_mistake(outcomes=(Outcome(False, finding="too small"), exercise().mistakes[0].outcomes[1])),
    "an outcome": with_mistake(outcomes=(Outcome(True, finding="too large"), exercise().mistakes[0].outcomes[1])),
    "a shape": with_case(inputs={"x": X.reshape(2, 2)}),
    "a dtype": with_case(inputs={"x": X.astype(np.float32)}),
    "an integer in an array": with_case(inputs={"count": np.array([0, 1, 3])}),
    "an integer outside an array": with_case(**config(seed=8)),
    "an integer that became a float": with_case(**config(seed=7.0)),
    "a word": with_case(**config(mode="test")),
    "a number instead of None": with_case(**config(mask=0.0)),
    "an input's name": with_case(inputs={"z": X}),
    "NaN instead of a number": with_case(inputs={"x": X * np.array([1, np.nan, 1, 1])}),
    "an oracle": with_case(inputs={"loss": functools.partial(oracles.hinge_loss, X=np.eye(2), y=np.ones(2))}),
    "the tolerance": with_case(tolerance=1e-6),
    "the weight": with_case(weight=2.0),
    "the points": exercise(points=3.0),
    "the driver": exercise(driver="trajectory"),
}


@pytest.fixture
def same(tmp_path):
    """``same(old, new)``: store two lists of exercises, and return whether the two files hold the same cases."""

    def same(old, new):
        for name, exercises in (("old", old), ("new", new)):
            store.save(tmp_path / f"{name}.npz", exercises)
        return same_cases(tmp_path / "old.npz", tmp_path / "new.npz")

    return same


@pytest.mark.parametrize("new", ROUNDED.values(), ids=ROUNDED)
def test_rounding_is_not_a_change(same, new):
    assert same([exercise()], [new])


@pytest.mark.parametrize("new", CHANGED.values(), ids=CHANGED)
def test_any_other_difference_is_a_change(same, new):
    assert not same([exercise()], [new])


def test_adding_or_reordering_exercises_is_a_change(same):
    one, two = exercise(), exercise(name="adam")
    assert not same([one], [one, two])
    assert not same([one, two], [two, one])


def test_layout_of_the_file_does_not_matter(same, tmp_path):
    """Equal arrays share their numbers in a file, so a difference in one last digit can move all numbers after it."""
    old, new = with_case(inputs={"y": X}), with_case(inputs={"y": X * ONE_DIGIT})
    assert same([old], [new])
    rows = [np.load(tmp_path / f"{name}.npz")["float64"] for name in ("old", "new")]
    assert len(rows[0]) != len(rows[1])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 1.7e308])
def test_special_numbers_equal_only_themselves(value):
    assert same_up_to_rounding(np.array([value]), np.array([value]))
    others = [x for x in (np.nan, np.inf, -np.inf, 0.0, 1.7e308, -1.7e308) if repr(x) != repr(value)]
    assert not any(same_up_to_rounding(np.array([value]), np.array([other])) for other in others)


def test_foreign_values_are_compared_by_description():
    assert same_up_to_rounding({"result": Foreign("a list")}, {"result": Foreign("a list")})
    assert not same_up_to_rounding({"result": Foreign("a list")}, {"result": Foreign("a set")})


def pairs(count, changed):
    """Return an exercise with `count` programs, each with two mistakes. The last `changed` programs are different."""
    other = CaseResult(outputs={"result": X})
    runs = [RUN] * (count - changed) + [other] * changed
    return exercise(programs=tuple(Program((f"m{i}", "n"), (signature(run),)) for i, run in enumerate(runs)))


@pytest.mark.parametrize(("changed", "same"), [(0, True), (2, True), (4, False)])
def test_only_a_few_pairs_of_mistakes_may_have_a_result_that_depends_on_rounding(changed, same):
    assert same_up_to_rounding(pairs(100, 0), pairs(100, changed)) is same
    missing = dataclasses.replace(pairs(100, 0), programs=pairs(100, 0).programs[changed:])
    assert same_up_to_rounding(pairs(100, 0), missing) is same
