"""Verdicts: each case that passes earns its fraction of the points, and results that cannot be judged earn none."""

import numpy as np
import pytest

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from autograder.judging.cases import decide, draw, expected_runs, public_cases, run_here
from autograder.judging.judge import mistake_verdicts, verdict
from gradlab.checks.foreign import Foreign
from gradlab.checks.outcome import CaseResult, Outcome, Problem


class Double(Exercise):
    name, points = "double", 4

    def reference(x, scale=2.0):
        return scale * x

    def cases(rng):
        yield Case("float64", x=rng.normal(size=3))
        yield Case("float32", x=rng.normal(size=3).astype(np.float32))
        yield Case("heavy", x=rng.normal(size=3), weight=2.0)

    @mistake("Twice, not thrice.")
    def thrice(x, scale=2.0):
        return 3 * x

    @mistake("Real numbers.")
    def whole(x, scale=2.0):
        return (2 * x).astype(int)

    @variant
    def sum(x, scale=2.0):
        return x + x


def judged(exercise, function, seed=1):
    cases = draw(exercise, seed)
    return verdict(exercise, cases, run_here(exercise, function, cases))


class Lenient(Exercise):
    """An exercise whose second case was withdrawn."""

    name, points, done = "lenient", 4, "You can double."

    def reference(x):
        return 2 * x

    def cases(rng):
        yield Case("vector", x=rng.normal(size=3))
        yield Case("matrix", x=rng.normal(size=(3, 3)), weight=0)

    @mistake("Twice, not thrice.")
    def thrice(x):
        return 3 * x


@pytest.mark.parametrize(
    ("function", "score", "hints"),
    [
        (lambda x: (2 if x.ndim == 1 else 3) * x, 4.0, ()),
        (lambda x: (3 if x.ndim == 1 else 2) * x, 0.0, None),
        (lambda x: 3 * x, 0.0, ("Twice, not thrice.",)),
    ],
    ids=["wrong in the withdrawn case", "right in the withdrawn case", "wrong"],
)
def test_withdrawn_case_changes_neither_score_nor_diagnosis(function, score, hints):
    found = judged(Lenient, function)
    assert (found.score, found.withdrawn) == (score, ("matrix",))
    assert bool(found.diagnosis) == (score < 4)
    assert "matrix" not in found.diagnosis
    assert found.done == ("You can double." if score == 4 else "")
    assert hints is None or tuple(mistake.hint for mistake in found.mistakes) == hints


def off_by(error):
    return lambda x, scale=2.0: (2 * (1 + error) * x).astype(x.dtype)


@pytest.mark.parametrize(
    ("function", "passed", "score"),
    [
        (Double.reference, [True, True, True], 4.0),
        (lambda x: 3 * x, [False, False, False], 0.0),
        (lambda x: 2 * x if x.dtype == np.float32 else x, [False, True, False], 1.0),
        (lambda x: 2 * x if x.dtype == np.float64 else x, [True, False, True], 3.0),
        (off_by(1e-8), [True, True, True], 4.0),
        (off_by(1e-5), [False, True, False], 1.0),
        (off_by(1e-3), [False, False, False], 0.0),
    ],
    ids=[
        "right",
        "wrong",
        "right in float32 only",
        "right in float64 only",
        "rounded",
        "accurate to single precision",
        "off by a thousandth",
    ],
)
def test_cases_are_weighted_and_dtypes_have_their_own_tolerance(function, passed, score):
    found = judged(Double, function)
    assert [outcome.passed for outcome in found.outcomes] == passed
    assert (found.score, found.points, found.labels) == (score, 4.0, ("float64", "float32", "heavy"))


@pytest.mark.parametrize("points", [1, 3, 2.5, 0.7])
@pytest.mark.parametrize("weights", [(0.1,), (0.1, 0.1), (0.1, 0.2, 0.3, 0.7), (1 / 3, 1e-3, 7.0)])
def test_full_credit_equals_the_points_exactly(points, weights):
    """In floating point, 3 * 0.1 / 0.1 is not 3, and nbgrader refuses scores above the maximum."""

    def cases(rng):
        return [Case(str(i), x=1.0, weight=weight) for i, weight in enumerate(weights)]

    exercise = type("Weighted", (Double,), {"points": points, "cases": cases})
    assert judged(exercise, Double.reference).score == points


@pytest.mark.parametrize(
    ("marked", "name"), [(m, m.name) for m in Double.mistakes] + [(v, None) for v in Double.variants]
)
def test_mistakes_are_named_and_variants_are_not(marked, name):
    found = judged(Double, marked.function)
    assert (found.mistake and found.mistake.name) == name
    assert (found.score < 4) == (name is not None)


@pytest.mark.parametrize("by_property", [False, True])
def test_verdicts_on_all_mistakes_equal_the_verdict_on_each(by_property):
    asked = []

    def judge(case, returned):
        asked.append(case.label)
        return Outcome(bool(np.allclose(returned["result"], 2 * case.inputs["x"])))

    mistakes = {mistake.name: mistake for mistake in Double.mistakes}
    exercise = type("Counting", (Double,), {"judge": judge, **mistakes}) if by_property else Double
    cases = draw(exercise, 1)
    together = mistake_verdicts(exercise, cases)
    assert len(asked) == by_property * 2 * len(cases)  # no case is decided twice
    assert together == {name: judged(exercise, mistake.function) for name, mistake in mistakes.items()}
    assert all(found.score < found.points for found in together.values())


def test_property_that_raises_gives_no_points_and_is_logged(caplog):
    """Outputs in an unexpected form must neither pass nor stop the grading of the whole class."""

    def judge(case, returned):
        return Outcome(returned["result"].nothing)

    found = judged(type("Broken", (Double,), {"judge": judge}), Double.reference)
    assert found.score == 0
    assert {outcome.problem.kind for outcome in found.outcomes} == {"wrong_return"}
    assert "double could not judge 'float64'" in caplog.text


@pytest.mark.parametrize(
    ("outputs", "kind"),
    [
        ({}, "wrong_names"),
        ({"result": np.ones(3), "calls": {"loss": 0}}, "wrong_names"),
        ({"other": np.ones(3)}, "wrong_names"),
        ({"result": Foreign("a list")}, "wrong_type"),
        ({"result": np.array([1.0, np.nan, 1.0])}, "not_finite"),
    ],
)
def test_malformed_outputs_fail_before_the_property_sees_them(outputs, kind):
    generous = type("Generous", (Double,), {"judge": lambda case, returned: Outcome(True)})
    case = draw(generous, 0)[0]
    right = CaseResult(outputs={"result": np.ones(3)})
    assert decide(generous, case, right, right).passed
    assert decide(generous, case, right, CaseResult(outputs=outputs)).problem.kind == kind


def test_failing_reference_raises():
    """Otherwise, a verdict would cost students points, or give full credit to an answer that fails in the same way."""

    def reference(x):
        raise KeyError("velocity")

    exercise = type("Failing", (Double,), {"reference": reference})
    for call in (lambda: judged(exercise, Double.reference), lambda: expected_runs(exercise, draw(exercise, 0))):
        with pytest.raises(RuntimeError, match="the reference of double fails on 'float64': KeyError: 'velocity'"):
            call()


@pytest.mark.parametrize("problem", ["too_slow", "crashed", "no_answer", "missing", "not_written", "error"])
def test_cases_without_outputs_fail(problem):
    results = [CaseResult(problem=Problem(problem))] * 3
    found = verdict(Double, draw(Double, 1), results)
    assert (found.score, found.mistake) == (0.0, None)
    assert {outcome.problem.kind for outcome in found.outcomes} == {problem}


def test_missing_results_raise():
    with pytest.raises(ValueError, match="zip"):
        verdict(Double, draw(Double, 1), [CaseResult(outputs={"result": np.ones(3)})])


def test_cases_depend_only_on_the_seed():
    first, again, other = (draw(Double, seed)[0].inputs["x"] for seed in (5, 5, 6))
    assert first.tolist() == again.tolist() != other.tolist()
    assert public_cases(Double)[0][0].inputs["x"].tolist() == draw(Double, 0)[0].inputs["x"].tolist()


def test_exercise_can_have_separate_public_cases():
    class Separate(Double):
        name = "separate"

        def public_cases(rng):
            yield Case("float64", x=np.zeros(3))

    (case,), (expected,) = public_cases(Separate)
    assert case.inputs["x"].tolist() == expected.outputs["result"].tolist() == [0.0, 0.0, 0.0]
    assert len(draw(Separate, 0)) == 3


def test_duplicate_label_raises():
    def cases(rng):
        return [Case("one", x=1.0), Case("one", x=2.0)]

    with pytest.raises(ValueError, match=r"the labels of double's cases must be unique\. Got \['one', 'one'\]"):
        draw(type("Twice", (Double,), {"cases": cases}), 0)


def test_oracles_are_evaluated_and_their_calls_counted():
    def cases(rng):
        return [Case("one", x=1.0, scale=2.0, f=Oracle(np.negative))]

    exercise = type("Asking", (Double,), {"cases": cases, "reference": lambda x, scale, f: f(scale * x)})
    (result,) = run_here(exercise, lambda x, scale, f: f(x) + f(x), draw(exercise, 0))
    assert (float(result.outputs["result"]), result.calls) == (-2.0, {"f": 2})


def test_unknown_names_of_changed_arguments_are_dropped():
    """A student's process reports the names after it has seen the hidden inputs, so a false name could leak them."""
    result = CaseResult(outputs={"result": np.ones(3)}, changed=("0.1234", "scale", "w", "x"))
    assert verdict(Double, draw(Double, 1), [result] * 3).changed == ("x", "scale")


def test_partners_run_with_their_references():
    class Twice(Exercise):
        name, points, partners = "twice", 1, (Double,)
        reference = Double.reference
        cases = Double.cases

        def driver(function, partner, x):
            return {"result": partner(function(x))}

    case = draw(Twice, 0)[0]
    (result,) = run_here(Twice, Twice.reference, [case])
    assert result.outputs["result"].tolist() == (4 * case.inputs["x"]).tolist()
    assert Twice.function_names() == ("twice", "double")
