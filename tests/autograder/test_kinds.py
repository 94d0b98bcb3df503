"""One exercise of each kind that the course needs is judged correctly, in this process and in the sandbox."""

import numpy as np
import pytest

from autograder import catalogue
from autograder.demo.standalone import standalone
from autograder.judging.cases import draw, run_here
from autograder.judging.judge import is_named, verdict
from autograder.notebooks.master import exercise_cells
from autograder.notebooks.public import public_exercise
from gradlab import drivers
from gradlab.checks import notebook, store
from gradlab.checks.outcome import CaseResult

KINDS = "tests.autograder.exercise_kinds"
EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises(package=KINDS)}
PUBLIC = [name for name, e in EXERCISES.items() if getattr(drivers, e.driver.__name__, None) is e.driver]
SEEDS = range(3)


def answers(*names):
    """Return a parameter set per answer to these exercises: the exercise's name, and the answer's kind and function."""
    found = []
    for name in names:
        exercise = EXERCISES[name]
        found.append(pytest.param(name, "reference", exercise.reference, id=f"{name}-reference"))
        for kind, marked in (("mistake", exercise.mistakes), ("variant", exercise.variants)):
            found += [pytest.param(name, kind, m.function, id=f"{name}-{kind}-{m.name}") for m in marked]
    return found


def assert_judged(exercise, kind, function, found):
    """Assert that a correct answer gets full credit, or that a mistake loses points and is named if it can be."""
    assert (found.score == exercise.points) == (kind != "mistake"), found.outcomes
    if kind == "mistake":
        marked = next(m for m in exercise.mistakes if m.function is function)
        assert is_named(exercise, marked, found) == (not marked.indistinguishable), found.outcomes


def test_there_is_one_exercise_of_each_kind():
    assert set(EXERCISES) == {
        "keep_forward",
        "keep_backward",
        "train_classifier",
        "diagnose_curve",
        "find_rate",
        "check_gradient",
        "on_plateau",
    }
    assert set(PUBLIC) == {"diagnose_curve", "find_rate", "check_gradient", "on_plateau"}
    for exercise in EXERCISES.values():
        assert len(exercise.mistakes) >= 3
        assert len(exercise.variants) >= 2


@pytest.mark.parametrize(("name", "kind", "function"), answers(*EXERCISES))
def test_correct_answers_get_full_credit_and_mistakes_are_named(name, kind, function):
    exercise = EXERCISES[name]
    for seed in SEEDS:
        cases = draw(exercise, seed)
        assert_judged(exercise, kind, function, verdict(exercise, cases, run_here(exercise, function, cases)))


@pytest.mark.parametrize(("name", "kind", "function"), answers(*PUBLIC))
def test_sandbox_gives_the_same_verdict(submit, name, kind, function):
    """The verdicts name the same mistakes. Functions among the arguments exist only in the judge's process."""
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], 1)
    submitted = submit(exercise, "import numpy as np\n" + standalone(function, name), cases)
    assert submitted.shown == []
    assert_judged(exercise, kind, function, verdict(exercise, cases, submitted.runs))
    here = run_here(exercise, function, cases)
    assert [(r.changed, r.calls) for r in submitted.runs] == [(r.changed, r.calls) for r in here]


def test_judge_counts_the_calls_made_in_the_sandbox(submit):
    """A function can hide its calls from its own process, but not from the judge."""
    exercise, cases = EXERCISES["find_rate"], draw(EXERCISES["find_rate"], 1)
    source = "def find_rate(loss, low, high, trials, seed):\n    return low, [loss(low) for _ in range({})][0]"
    assert [result.calls for result in submit(exercise, source.format(7), cases).runs] == [{"loss": 7}] * len(cases)
    over = submit(exercise, source.format(601), cases).runs
    message = "ValueError: RuntimeError: loss may be called at most 600 times"
    assert [result.problem.detail for result in over] == [message] * len(cases)


FORGED = {
    "a different word": {"result 1": "good"},
    "NaN": {"result 1": np.nan, "result 2": 0.0},
    "text instead of numbers": {"result 1": "1e-4", "result 2": "0"},
    "arrays instead of numbers": {"result 1": np.full(3, 1e-4), "result 2": np.zeros(3)},
    "None": {"result 1": None, "result 2": None},
}


@pytest.mark.parametrize("outputs", FORGED.values(), ids=FORGED)
def test_forged_outputs_earn_nothing(outputs):
    exercise, cases = EXERCISES["find_rate"], draw(EXERCISES["find_rate"], 1)
    results = [CaseResult(outputs=outputs, calls={"loss": 60}) for _ in cases]
    assert verdict(exercise, cases, results).score == 0


# --- the public side ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("find_rate", "an oracle in a public case of find_rate must be a functools.partial of a function in"),
        ("check_gradient", "an oracle in a public case of check_gradient must be a functools.partial"),
        ("keep_forward", "gradlab.drivers has no function 'own_driver'"),
        ("train_classifier", "gradlab.drivers has no function 'parameters'"),
    ],
)
def test_exercise_that_cannot_be_public_raises(name, message):
    with pytest.raises(ValueError, match="(?s)" + message.replace(".", r"\.")):
        public_exercise(EXERCISES[name])


def test_private_driver_with_the_name_of_a_public_driver_raises():
    """Students and the sandbox look up the driver by its name."""

    def call(function, **inputs):
        return {"result": 1}

    impostor = type("Impostor", (EXERCISES["on_plateau"],), {"driver": call})
    with pytest.raises(ValueError, match=r"must be a function in gradlab\.drivers\. Got another function"):
        public_exercise(impostor)


@pytest.mark.parametrize(("judge_name", "name"), [("secret", "diagnose_curve"), ("", "on_plateau")])
def test_public_exercise_can_be_checked_by_students(tmp_path, monkeypatch, judge_name, name):
    exercise = EXERCISES[name]
    monkeypatch.chdir(tmp_path)
    store.save("checks.npz", [public_exercise(exercise)])
    assert store.load("checks.npz")[name].judge == judge_name
    check = notebook.Check()
    assert check(name, exercise.reference) == exercise.points
    secret = judge_name == "secret"
    assert (check(name, exercise.mistakes[0].function) == exercise.points) == secret


def test_truth_of_a_secret_property_is_not_public(tmp_path):
    exercise = EXERCISES["diagnose_curve"]
    assert "too high" in draw(exercise, 0)[0].truth["labels"]
    store.save(tmp_path / "checks.npz", [public_exercise(exercise)])
    case = store.load(tmp_path / "checks.npz")["diagnose_curve"].cases[0]
    assert (case.truth, case.expected) == (None, None)
    assert "labels" not in np.load(tmp_path / "checks.npz")["index"].tobytes().decode()


def test_check_cell_also_passes_the_partners_function():
    _, check = exercise_cells(EXERCISES["keep_backward"])
    assert check.source.endswith('\ncheck("keep_backward", keep_backward, keep_forward)')
