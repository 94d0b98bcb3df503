"""One exercise of each kind that the course needs, judged as the course's own are: here, and in the sandbox."""

import functools

import numpy as np
import pytest

from autograder import catalogue
from autograder.demo.standalone import standalone
from autograder.judging import judge
from autograder.judging.judge import draw, run_here, verdict
from autograder.notebooks.master import exercise_cells
from autograder.notebooks.public import public_exercise
from gradlab import drivers
from gradlab.checks import notebook, store
from gradlab.checks.outcome import CaseResult

KINDS = "tests.autograder.kinds"
EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises(package=KINDS)}
PUBLIC = [name for name, e in EXERCISES.items() if getattr(drivers, e.driver.__name__, None) is e.driver]
SEEDS = range(3)


@pytest.fixture(autouse=True)
def partners_are_found(monkeypatch):
    monkeypatch.setattr(judge, "find", functools.partial(catalogue.find, package=KINDS))


def answers(*names):
    """Every answer to these exercises, as parameters: the exercise's name, what the answer is, its function."""
    found = []
    for name in names:
        exercise = EXERCISES[name]
        found.append(pytest.param(name, "reference", exercise.reference, id=f"{name}-reference"))
        for kind, marked in (("mistake", exercise.mistakes), ("variant", exercise.variants)):
            found += [pytest.param(name, kind, m.function, id=f"{name}-{kind}-{m.name}") for m in marked]
    return found


def assert_judged(exercise, kind, function, found):
    """Full marks for what is right, fewer for a mistake, which is named unless it says why not."""
    assert (found.score == exercise.points) == (kind != "mistake"), found.outcomes
    if kind == "mistake":
        marked = next(m for m in exercise.mistakes if m.function is function)
        name = found.mistake.name if found.mistake else None
        assert name == (None if marked.indistinguishable else marked.name), found.outcomes


def test_there_is_one_of_each_kind():
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
def test_each_answer_gets_what_it_deserves(name, kind, function):
    exercise = EXERCISES[name]
    for seed in SEEDS:
        cases = draw(exercise, seed)
        assert_judged(exercise, kind, function, verdict(exercise, cases, run_here(exercise, function, cases)))


@pytest.mark.parametrize(("name", "kind", "function"), answers(*PUBLIC))
def test_the_sandbox_gives_the_same_verdict(submit, name, kind, function):
    """Also for functions among the arguments, which only the judge has, and with the same name for a mistake."""
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], 1)
    came = submit(exercise, "import numpy as np\n" + standalone(function, name), cases)
    assert came.shown == []
    assert_judged(exercise, kind, function, verdict(exercise, cases, came.runs))
    here = run_here(exercise, function, cases)
    assert [(ran.changed, ran.calls) for ran in came.runs] == [(ran.changed, ran.calls) for ran in here]


def test_the_sandbox_counts_calls_at_the_judge(submit):
    """A function that hides how often it asked from its own process cannot hide it from the judge."""
    exercise, cases = EXERCISES["find_rate"], draw(EXERCISES["find_rate"], 1)
    source = "def find_rate(loss, low, high, trials, seed):\n    return low, [loss(low) for _ in range({})][0]"
    assert [ran.calls for ran in submit(exercise, source.format(7), cases).runs] == [{"loss": 7}] * len(cases)
    over = submit(exercise, source.format(601), cases).runs
    assert [ran.problem.sentence.split("   ")[0] for ran in over] == [
        "ValueError: RuntimeError: loss may be called 600 times"
    ] * len(cases)


FORGED = {
    "another word": {"result 1": "good"},
    "NaN": {"result 1": np.nan, "result 2": 0.0},
    "text for numbers": {"result 1": "1e-4", "result 2": "0"},
    "an array for a number": {"result 1": np.full(3, 1e-4), "result 2": np.zeros(3)},
    "None": {"result 1": None, "result 2": None},
}


@pytest.mark.parametrize("outputs", FORGED.values(), ids=FORGED)
def test_what_a_process_makes_up_earns_nothing(outputs):
    exercise, cases = EXERCISES["find_rate"], draw(EXERCISES["find_rate"], 1)
    runs = [CaseResult(outputs=outputs, calls={"loss": 60}) for _ in cases]
    assert verdict(exercise, cases, runs).score == 0


# --- what students get of them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("find_rate", "an oracle in a public case of find_rate must be a functools.partial of a function in"),
        ("check_gradient", "an oracle in a public case of check_gradient must be a functools.partial"),
        ("keep_forward", "gradlab.drivers has no function 'own_driver'"),
        ("train_classifier", "gradlab.drivers has no function 'parameters'"),
    ],
)
def test_what_cannot_be_public_is_refused_when_it_is_built(name, message):
    with pytest.raises(ValueError, match="(?s)" + message.replace(".", r"\.")):
        public_exercise(EXERCISES[name])


def test_a_driver_must_be_the_one_that_it_is_named_like():
    """By its name students and the sandbox run it."""

    def call(function, **inputs):
        return {"result": 1}

    impostor = type("Impostor", (EXERCISES["on_plateau"],), {"driver": call})
    with pytest.raises(ValueError, match=r"is named like one of gradlab\.drivers and is another"):
        public_exercise(impostor)


@pytest.mark.parametrize(("judge_name", "name"), [("secret", "diagnose_curve"), ("", "on_plateau")])
def test_the_others_can_be_checked_by_students(tmp_path, monkeypatch, judge_name, name):
    exercise = EXERCISES[name]
    monkeypatch.chdir(tmp_path)
    store.save("checks.npz", [public_exercise(exercise)])
    assert store.load("checks.npz")[name].judge == judge_name
    check = notebook.Check()
    assert check(name, exercise.reference) == exercise.points
    secret = judge_name == "secret"
    assert (check(name, exercise.mistakes[0].function) == exercise.points) == secret


def test_the_truth_of_a_secret_judge_stays_with_it(tmp_path):
    exercise = EXERCISES["diagnose_curve"]
    assert "too high" in draw(exercise, 0)[0].truth["labels"]
    store.save(tmp_path / "checks.npz", [public_exercise(exercise)])
    case = store.load(tmp_path / "checks.npz")["diagnose_curve"].cases[0]
    assert (case.truth, case.expected) == (None, None)
    assert "labels" not in np.load(tmp_path / "checks.npz")["index"].tobytes().decode()


def test_partners_stand_in_the_check_cell():
    _, check = exercise_cells(EXERCISES["keep_backward"])
    assert check.source.endswith('\ncheck("keep_backward", keep_backward, keep_forward)')
