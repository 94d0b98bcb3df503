"""No function in the library that students install is an answer, under its own name or any other."""

import contextlib
import copy
import functools
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
from autograder.judging.judge import decide, draw, expected_runs, plain_inputs, run_here

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}
SECONDS = 2.0  # for one callable on all cases of an exercise; an answer does not take longer
ALLOWED = 1 / 3  # of an exercise's points


def modules():
    """Every module of gradlab."""
    for found in pkgutil.walk_packages(gradlab.__path__, prefix="gradlab."):
        yield importlib.import_module(found.name)


def reachable():
    """Every callable that a student can reach in gradlab, by name: functions, classes, and what they hold.

    This includes private names, names a module imported from another of our modules, methods of module-level objects,
    and things like ``functools.partial``.
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
    """`function`, given the answer's arguments by position, whatever its own parameters are called."""
    signature = inspect.signature(exercise.reference)

    def positional(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        if defaults:
            bound.apply_defaults()
        return function(*bound.arguments.values())

    return positional


def item(function, index):
    """The first or second item of what `function` returns: an answer with a cache next to it is an answer."""

    def one(*args, **kwargs):
        return function(*args, **kwargs)[index]

    return one


def ways(function, exercise):
    """The ways to call a callable as an answer, by name."""
    return {
        "as it is": function,
        "in order": in_order(function, exercise),
        "in order, with defaults": in_order(function, exercise, defaults=True),
    }


def forms(way):
    """What a call may give as an answer: all that it returns, or the first or second item of it."""
    return {"": way, ", the first": item(way, 0), ", the second": item(way, 1)}


def earns_too_much(exercise, function):
    """Whether `function` earns more than a third of the points."""
    return limited(lambda: passing(exercise, function, passes) > ALLOWED)


def mostly_raises(exercise, function):
    """Whether the call raises on so many cases that what it returns on the others cannot earn too much.

    That holds for nearly every candidate, and a bare call finds it out ten times faster than judging does.
    """
    return not limited(lambda: passing(exercise, function, returns) > ALLOWED)


def limited(question):
    """``question()``, or False if that takes longer than `SECONDS`."""

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    # Again every second: Python swallows an exception that a signal raises inside a weak reference's callback.
    signal.setitimer(signal.ITIMER_REAL, SECONDS, 1.0)
    try:
        return question()
    except KeyboardInterrupt:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def passing(exercise, function, test):
    """The fraction of the weight on which `test` holds; stops as soon as it can only be small."""
    cases, expected = sampled(exercise)
    total = possible = sum(case.weight for case in cases)
    for case, right in zip(cases, expected, strict=True):
        if not test(exercise, function, case, right):
            possible -= case.weight
        if possible <= ALLOWED * total:
            break
    return possible / total


@functools.cache
def sampled(exercise):
    """The cases of one seed with the reference's results, computed once for thousands of candidates."""
    cases = draw(exercise, 1)
    return cases, expected_runs(exercise, cases)


def returns(exercise, function, case, _):
    partners = [partner.reference for partner in exercise.partners]
    try:
        exercise.driver(function, *partners, **copy.deepcopy(plain_inputs(case)))
    except Exception:
        return False
    return True


def passes(exercise, function, case, right):
    (result,) = run_here(exercise, function, [case])
    return decide(exercise, case, right, result).passed


def answers_among(callables, exercise):
    """The names of those that earn too much, and how they have to be called."""
    return [
        (name, how + which)
        for name, function in callables.items()
        for how, way in ways(function, exercise).items()
        if not mostly_raises(exercise, way)
        for which, form in forms(way).items()
        if earns_too_much(exercise, form)
    ]


@pytest.fixture(autouse=True)
def nothing_outside_the_test(tmp_path, monkeypatch):
    """These tests call everything with any arguments: plots, downloads, file writers, a pool of forty processes."""

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
def test_every_kind_of_callable_is_found(value):
    """A list that misses functions, methods or private names would prove nothing."""
    assert value in CALLABLES.values()
    assert len(CALLABLES) > 100


@pytest.mark.filterwarnings("ignore")  # a warning costs an answer nothing, so none may be raised here as an error
@pytest.mark.parametrize("name", EXERCISES)
def test_no_callable_of_the_library_earns_more_than_a_third(name):
    """A library function that did could be submitted as it is, or read."""
    assert answers_among(CALLABLES, EXERCISES[name]) == []


def renamed(exercise):
    """The reference with other parameter names, returning a cache next to its result."""

    def hidden(*args):
        return exercise.reference(*args), "cache"

    return hidden


@pytest.mark.parametrize("name", EXERCISES)
def test_reference_would_be_found(name, monkeypatch):
    """Otherwise the test above could not fail."""
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 60.0)  # some train networks, on whatever machine this is
    exercise = EXERCISES[name]
    filled = in_order(renamed(exercise), exercise, defaults=True)
    for answer in (exercise.reference, item(filled, 0)):
        assert not mostly_raises(exercise, answer)
        assert earns_too_much(exercise, answer)


def test_endless_loop_is_stopped(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0.05)

    def loop(*args, **kwargs):
        while True:
            pass

    assert not earns_too_much(EXERCISES["sgd"], loop)


def test_loop_that_swallows_one_interrupt_is_stopped(monkeypatch):
    """Python itself swallows one that arrives inside a finalizer or a weak reference's callback."""
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0.05)

    def swallows_the_first(*args, **kwargs):
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                pass
        while True:
            pass

    assert not earns_too_much(EXERCISES["sgd"], swallows_the_first)
