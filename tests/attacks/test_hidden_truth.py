"""Data that only the judge has cannot be found in the student's process or requested over the wire."""

import subprocess
import sys

import numpy as np
import pytest

from autograder import catalogue
from autograder.commands.try_ import judge_source
from autograder.grading.host import zygote_host
from autograder.judging.cases import draw
from autograder.judging.judge import verdict
from autograder.paths import ROOT
from autograder.running.submission_run import Cell, CheckCell, Limits, SubmissionRun

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}
SEED = 5


# This code looks for the diagnoses in every dict in memory and in the frames of all callers.
HUNT = """\
import gc, sys
import numpy as np

def is_truth(value, words, count):
    if isinstance(value, np.ndarray) and value.dtype.kind == "U" and value.shape == (count,):
        return len(set(value.tolist())) > 1 and set(value.tolist()) <= words

def hunt(words, count):
    # The garbage collector does not track dicts of arrays, but it does track the objects that refer to them.
    frame, dicts = sys._getframe(), [thing for thing in gc.get_referents(*gc.get_objects()) if type(thing) is dict]
    while frame is not None:
        dicts += [frame.f_locals, frame.f_globals]
        frame = frame.f_back
    return [v.tolist() for found in dicts for v in list(found.values()) if is_truth(v, words, count)]
"""
DIAGNOSES = {
    "diagnose_loss_curve": ("losses", 30, "right"),
    "diagnose_gap": ("accuracies", 36, "fits well"),
    "diagnose_activations": ("statistics, activation", 36, "good"),
    "diagnose_sanity": ("chance, losses, subset_losses, val_accuracy, guess", 20, "none"),
}


def hunter(name):
    """Return an answer that looks for the diagnoses and returns them, or returns a default word if it finds none."""
    arguments, count, default = DIAGNOSES[name]
    words = set(draw(EXERCISES[name], 0)[0].truth["allowed"].tolist())
    return f"""{HUNT}
calls, tried = 0, []

def {name}({arguments}):
    global calls, tried
    if calls % {count} == 0:
        tried = [found for found in hunt({words!r}, {count}) if found not in tried]
    place, calls = calls % {count}, calls + 1
    return tried[0][place] if tried else {default!r}
"""


# This process is smaller than pytest's, so the hunt takes less time.
JUDGE = """\
import sys
from autograder import catalogue
from autograder.judging.cases import draw

name, seed, namespace = sys.argv[1], int(sys.argv[2]), {}
exec(sys.stdin.read(), namespace)
(exercise,) = [exercise for _, exercise in catalogue.exercises([name])]
truth = draw(exercise, seed)[0].truth
found = namespace["hunt"](set(truth["allowed"].tolist()), len(truth["labels"]))
assert truth["labels"].tolist() in found
"""


@pytest.mark.parametrize("name", DIAGNOSES)
def test_hunter_finds_the_diagnoses_in_the_judges_process(name):
    """The hunter finds all diagnoses in the process that holds the cases, so students' code must run elsewhere."""
    command = [sys.executable, "-W", "ignore", "-c", JUDGE, name, str(SEED)]  # inspecting objects causes warnings
    subprocess.run(command, cwd=ROOT, input=hunter(name), text=True, check=True)


@pytest.mark.attack("hunter", "finds the diagnoses, in plain Python")
@pytest.mark.parametrize("name", DIAGNOSES)
def test_hunter_finds_nothing_in_a_students_process(name):
    """Run only the hidden cases: hunts take longer and longer, because each also searches what earlier hunts left."""
    exercise, hidden = EXERCISES[name], draw(EXERCISES[name], SEED)
    steps = [Cell(0, hunter(name)), CheckCell(1, exercise, public=(), hidden=hidden)]
    record = SubmissionRun(zygote_host(str(ROOT), True), [], steps, Limits()).run()
    found = verdict(exercise, hidden, record.hidden[name])
    assert [outcome.problem for outcome in found.outcomes] == [None] * len(found.outcomes)
    assert found.score == 0


# This answer gets the stub's `Child` through a closure, and asks the judge for anything that the judge might hold.
ASKER = """\
NAMES = ("truth", "labels", "expected", "reference", "judge", "learns", "seed", "function", "__class__", "")

def shuffled_features_trap(train_and_predict, X_train, y_train, X_val, y_val, margin=0.1):
    cells, child = [train_and_predict], None
    while cells and child is None:
        thing = cells.pop()
        child = thing if hasattr(thing, "receive") else None
        cells += [c.cell_contents for c in getattr(thing, "__closure__", None) or ()]
    import sys
    frame = sys._getframe()
    while not isinstance(frame.f_locals.get("request"), dict):
        frame = frame.f_back
    replies = []
    for name in NAMES:
        for case in ("0", "1", "99", "-1"):
            child.send({"id": frame.f_locals["request"]["id"], "case": case, "call": name, "arguments": {}})
            replies.append(child.receive())
    assert child is not None and all(set(reply) == {"id", "error"} for reply in replies), replies
    words = [w for reply in replies for w in ("matched", "untrained") if w in reply["error"]]
    return words[0] if words else "shuffled"
"""


@pytest.mark.attack("asker")
def test_judge_answers_only_calls_to_oracles():
    exercise = EXERCISES["shuffled_features_trap"]
    found, _ = judge_source(ROOT, exercise, ASKER, SEED)
    # The answer's assertion held, and the answer returned "shuffled", which means that it found nothing.
    assert [outcome.problem.kind for outcome in found.outcomes] == ["wrong_word"] * len(found.outcomes)
    assert found.score == 0


@pytest.mark.parametrize("name", DIAGNOSES)
def test_inputs_contain_no_words_and_are_not_sorted_by_diagnosis(name):
    for case in draw(EXERCISES[name], SEED):
        given = [value for value in case.inputs.values() if isinstance(value, np.ndarray)]
        assert all(value.dtype.kind != "U" for value in given)
        # If the instances were sorted by label, neighbors would nearly always have the same label.
        labels = case.truth["labels"]
        assert np.mean(labels[1:] == labels[:-1]) < 0.8
