"""What only the judge knows is nowhere in the process that answers: not in memory, nor at the end of the wire."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from autograder import catalogue
from autograder.commands.try_ import judge_source
from autograder.judging.judge import draw
from autograder.running.settings import require_sandbox
from autograder.sandbox import Unavailable

ROOT = Path(__file__).parents[2]
EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}
SEED = 5


@pytest.fixture
def confined():
    try:
        require_sandbox()
    except Unavailable as reason:
        pytest.skip(str(reason))


# A diagnosis that is looked for in every dict there is and in the frames of all callers.
HUNT = """\
import gc, sys
import numpy as np

def is_truth(value, words, count):
    if isinstance(value, np.ndarray) and value.dtype.kind == "U" and value.shape == (count,):
        return len(set(value.tolist())) > 1 and set(value.tolist()) <= words

def hunt(words, count):
    # Dicts of arrays are not among the objects themselves, but one step from the objects that hold them.
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
    """An answer that says what it finds, and one and the same word if it finds nothing."""
    arguments, count, otherwise = DIAGNOSES[name]
    words = set(draw(EXERCISES[name], 0)[0].truth["allowed"].tolist())
    return f"""{HUNT}
asked, tried = 0, []

def {name}({arguments}):
    global asked, tried
    if asked % {count} == 0:
        tried = [found for found in hunt({words!r}, {count}) if found not in tried]
    place, asked = asked % {count}, asked + 1
    return tried[0][place] if tried else {otherwise!r}
"""


@pytest.mark.parametrize("name", DIAGNOSES)
def test_where_the_judge_works_a_hunter_finds_the_diagnoses(name):
    """In one process with the cases it has them all: so it is the walls that keep it from them."""
    namespace, case = {}, draw(EXERCISES[name], SEED)[0]
    exec(hunter(name), namespace)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of objects that other tests' libraries ask not to be looked at
        found = namespace["hunt"](set(case.truth["allowed"].tolist()), len(case.truth["labels"]))
    assert case.truth["labels"].tolist() in found


@pytest.mark.usefixtures("confined")
@pytest.mark.parametrize("name", DIAGNOSES)
def test_in_its_own_process_it_finds_nothing(name):
    found, _ = judge_source(ROOT, EXERCISES[name], hunter(name), SEED)
    assert [outcome.problem for outcome in found.outcomes] == [None] * len(found.outcomes)
    assert found.score == 0


# The stub's own process object, found through its closure, asks the judge for whatever might be there.
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
    said = []
    for name in NAMES:
        for case in ("0", "1", "99", "-1"):
            child.send({"id": frame.f_locals["request"]["id"], "case": case, "call": name, "arguments": {}})
            said.append(child.receive())
    assert child is not None and all(set(reply) == {"id", "error"} for reply in said), said
    words = [w for reply in said for w in ("matched", "untrained") if w in reply["error"]]
    return words[0] if words else "shuffled"
"""


@pytest.mark.usefixtures("confined")
def test_the_judge_answers_for_oracles_and_for_nothing_else():
    exercise = EXERCISES["shuffled_features_trap"]
    found, _ = judge_source(ROOT, exercise, ASKER, SEED)
    # No error, as of an assertion, and no word but the one that is said where nothing is found.
    assert [outcome.problem.kind for outcome in found.outcomes] == ["wrong_word"] * len(found.outcomes)
    assert found.score == 0


@pytest.mark.parametrize("name", DIAGNOSES)
def test_no_input_of_a_case_is_a_word_and_no_order_tells_one(name):
    for case in draw(EXERCISES[name], SEED):
        given = [value for value in case.inputs.values() if isinstance(value, np.ndarray)]
        assert all(value.dtype.kind != "U" for value in given)
        # Were the instances in the order of their labels, neighbors would nearly always have the same.
        labels = case.truth["labels"]
        assert np.mean(labels[1:] == labels[:-1]) < 0.8
