"""A rule of the house: no answer exists in the library that students install, under its own name or another."""

import importlib
import inspect
import pkgutil
import signal
import sys
import types

import pytest

import gradlab
import gradlab.checks.notebook
from autograder import catalogue
from autograder.judging.judge import decide_all, draw, expected_runs, run_here

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}
SECONDS = 2.0  # for one callable on all cases of an exercise: what takes longer is no answer


def modules():
    """Every module of gradlab."""
    for found in pkgutil.walk_packages(gradlab.__path__, prefix="gradlab."):
        yield importlib.import_module(found.name)


def reachable():
    """Every callable that a student can reach in gradlab, by name: functions, classes, and what they hold.

    Also what is private by its name, what a module merely imported from another of ours, methods of objects that
    lie in a module, and ``functools.partial`` and the like.
    """
    found, todo = {}, [(module.__name__, module) for module in modules()]
    while todo:
        name, owner = todo.pop()
        for attribute in dir(owner) if isinstance(owner, type) else vars(owner):
            if attribute.startswith("__"):
                continue
            value = inspect.getattr_static(owner, attribute)
            if isinstance(value, (staticmethod, classmethod, property, types.FunctionType)):
                value = getattr(owner, attribute)
            ours = str(getattr(value, "__module__", None) or type(value).__module__).startswith("gradlab")
            if isinstance(value, types.ModuleType) or id(value) in found or not ours:
                continue
            if callable(value):
                found[id(value)] = f"{name}.{attribute}", value
            if isinstance(value, type) or hasattr(value, "__dict__"):
                todo.append((f"{name}.{attribute}", value))
    return dict(sorted(found.values(), key=lambda item: item[0]))


CALLABLES = reachable()


def in_order(function, exercise, defaults=False):
    """`function`, given the answer's arguments by their place, whatever its own parameters are called."""
    signature = inspect.signature(exercise.reference)

    def positional(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        if defaults:
            bound.apply_defaults()
        return function(*bound.arguments.values())

    return positional


def part(function, index):
    """The first or second thing that `function` returns: an answer with a cache beside it is an answer."""

    def one(*args, **kwargs):
        return function(*args, **kwargs)[index]

    return one


def forms(function, exercise):
    """The ways in which a callable may be an answer, by name."""
    given, filled = in_order(function, exercise), in_order(function, exercise, defaults=True)
    ways = {"as it is": function, "in order": given, "in order, with defaults": filled}
    firsts = {f"the first, {how}": part(way, 0) for how, way in ways.items()}
    return ways | firsts | {"the second, in order": part(given, 1)}


def earns_full_marks(exercise, function, cases):
    """Whether `function` passes every case; stopped where it takes long, and whatever it raises."""

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        # Nearly all fail on the first case, and the others need not be tried.
        return all(passes(exercise, function, case) for case in cases)
    except KeyboardInterrupt:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def passes(exercise, function, case):
    (outcome,) = decide_all(exercise, [case], expected_runs(exercise, [case]), run_here(exercise, function, [case]))
    return outcome.passed


def answers_among(callables, exercise):
    """The names of those that are an answer, and how they must be called."""
    cases = draw(exercise, 1)
    return [
        (name, how)
        for name, function in callables.items()
        for how, form in forms(function, exercise).items()
        if earns_full_marks(exercise, form, cases)
    ]


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path, monkeypatch):
    """Anything is called with anything here: a plot, a download, a file to write, a pool of forty processes."""

    def refuse(*args, **kwargs):
        raise OSError("no processes here")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refuse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("matplotlib.pyplot.show", lambda *args, **kwargs: None)
    yield
    sys.modules["matplotlib.pyplot"].close("all")


@pytest.mark.parametrize(
    "value",
    [
        gradlab.layers.affine_forward,
        gradlab.losses.softmax_loss,
        gradlab.models.FullyConnectedNet,
        gradlab.solver.Solver.train,
        gradlab.checks.notebook.check,
        gradlab.properties.directions.Outcome.failed,
        gradlab.drivers.calls._as_str,
        gradlab.surfaces.beale,
    ],
    ids=["function", "loss", "class", "method", "object", "class method", "private", "instance"],
)
def test_what_is_reachable_is_found(value):
    """A list that misses functions, methods or what is private would prove nothing."""
    assert value in CALLABLES.values()
    assert len(CALLABLES) > 100


@pytest.mark.parametrize("name", EXERCISES)
def test_no_callable_of_the_library_is_an_answer(name):
    """A library part that were one could be handed in, or read."""
    assert answers_among(CALLABLES, EXERCISES[name]) == []


def renamed(exercise):
    """The answer, with other names for its arguments and something beside what it returns."""

    def hidden(*args):
        return exercise.reference(*args), "cache"

    return hidden


@pytest.mark.parametrize("name", EXERCISES)
def test_an_answer_would_be_found(name, monkeypatch):
    """In its own form, and under other names with a cache beside it; or the test above could not fail."""
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 60.0)  # some train networks, on whatever machine this is
    exercise = EXERCISES[name]
    found = answers_among({"itself": exercise.reference, "hidden": renamed(exercise)}, exercise)
    assert ("itself", "as it is") in found
    assert ("hidden", "the first, in order, with defaults") in found


def test_an_endless_loop_is_no_answer(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0.05)

    def loop(*args, **kwargs):
        while True:
            pass

    exercise = EXERCISES["sgd"]
    assert not earns_full_marks(exercise, loop, draw(exercise, 1))
