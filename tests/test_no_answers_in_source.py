"""No function in the library that students install is an answer, under its own name or any other name."""

import contextlib
import functools
import importlib
import inspect
import pkgutil
import signal
import sys
import types

import numpy as np
import pytest

import gradlab
import gradlab.checks.notebook
from autograder import catalogue
from autograder.judging.cases import decide, draw, expected_runs, plain_inputs, run_here

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises()}
SECONDS = 2.0  # the time limit for one callable on all cases of an exercise
ALLOWED = 1 / 3  # the fraction of an exercise's points that a callable may earn


def modules():
    """Yield every module of gradlab."""
    for found in pkgutil.walk_packages(gradlab.__path__, prefix="gradlab."):
        yield importlib.import_module(found.name)


def reachable():
    """Return every callable that a student can reach in gradlab, keyed by name.

    They are functions, classes, members of classes, methods of module-level objects, and objects such as a
    ``functools.partial``. Private names and names imported from another module of gradlab are included.
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
    """Wrap `function` to take the answer's arguments and pass them by position, whatever its parameters are called."""
    signature = signature_of(exercise)

    def positional(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        if defaults:
            bound.apply_defaults()
        return function(*bound.arguments.values())

    return positional


def item(function, index):
    """Wrap `function` to return one item of its result: an answer returned next to a cache is still an answer."""

    def one(*args, **kwargs):
        return function(*args, **kwargs)[index]

    return one


@functools.cache
def signature_of(exercise):
    return inspect.signature(exercise.reference)


def ways(function, exercise):
    """Return the ways to call `function` as an answer, keyed by name."""
    found = {"as it is": function, "in order": in_order(function, exercise)}
    if any(parameter.default is not parameter.empty for parameter in signature_of(exercise).parameters.values()):
        found["in order, with defaults"] = in_order(function, exercise, defaults=True)
    return found


def forms(way):
    """Return wrappers that give the whole result of a call, its first item, and its second item."""
    return {"": way, ", the first": item(way, 0), ", the second": item(way, 1)}


def earns_too_much(exercise, function):
    """Return whether `function` earns more than a third of the points within the time limit."""
    return limited(lambda: passing(exercise, function, passes) > ALLOWED)


def mostly_raises(exercise, function):
    """Return whether `function` raises too often, or takes too long, to earn more than a third of the points.

    Nearly every candidate raises, and calling one is ten times faster than judging it.
    """
    return not limited(lambda: passing(exercise, function, returns) > ALLOWED)


def limited(question):
    """Return ``question()``, or False if the call takes longer than `SECONDS`."""

    def stop(_, frame):
        if frame.f_code is not limited.__code__:  # on a busy machine, a second may pass before the timer is turned off
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    # Repeat the signal every second: Python swallows an exception raised inside a weak reference's callback.
    signal.setitimer(signal.ITIMER_REAL, SECONDS, 1.0)
    try:
        return question()
    except KeyboardInterrupt:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def passing(exercise, function, test):
    """Return the weighted fraction of cases on which `test` holds. Stop when the fraction cannot exceed `ALLOWED`."""
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
    """Return one seed's cases and the reference's results, computed once for thousands of candidates.

    The cases that decide most come first, because most candidates fail the first ones.
    """
    cases = sorted(draw(exercise, 1), key=lambda case: case.weight, reverse=True)
    return cases, expected_runs(exercise, cases)


def returns(exercise, function, case, _):
    partners = [partner.reference for partner in exercise.partners]
    try:
        exercise.driver(function, *partners, **{name: copied(value) for name, value in plain_inputs(case).items()})
    except Exception:
        return False
    return True


def copied(value):
    """Copy an input of a case. Unlike `copy.deepcopy`, this function copies only dicts and arrays."""
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def passes(exercise, function, case, right):
    (result,) = run_here(exercise, function, [case])
    return decide(exercise, case, right, result, explain=False).passed


def answers_among(callables, exercise):
    """Return the names of the callables that earn too much, each with the way to call it."""
    return [
        (name, how + which)
        for name, function in callables.items()
        for how, way in ways(function, exercise).items()
        if not mostly_raises(exercise, way)
        for which, form in forms(way).items()
        if earns_too_much(exercise, form)
    ]


@pytest.fixture(autouse=True)
def contained_side_effects(tmp_path, monkeypatch):
    """Contain side effects, because these tests call all functions, even those that plot, write, or start processes."""

    def refuse(*args, **kwargs):
        raise OSError("this test must not start processes")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refuse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("matplotlib.pyplot.show", lambda *args, **kwargs: None)
    handler = signal.getsignal(signal.SIGINT)  # the processes of a search ignore Ctrl-C
    with np.printoptions(threshold=0, edgeitems=1):  # hundreds of errors quote arrays, and nobody reads them
        yield
    signal.signal(signal.SIGINT, handler)
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
    """A list that misses functions, methods, or private names would prove nothing."""
    assert value in CALLABLES.values()
    assert len(CALLABLES) > 100


@pytest.mark.filterwarnings("ignore")  # warnings cost an answer no points, so they must not raise here
@pytest.mark.parametrize("name", EXERCISES)
def test_no_callable_in_the_library_earns_more_than_a_third_of_the_points(name):
    """A student could submit a library function that earns more, or copy its source."""
    assert answers_among(CALLABLES, EXERCISES[name]) == []


def renamed(exercise):
    """Wrap the reference to hide its parameter names and to return a cache next to its result."""

    def hidden(*args):
        return exercise.reference(*args), "cache"

    return hidden


@pytest.mark.parametrize("name", EXERCISES)
def test_reference_in_the_library_would_be_found(name, monkeypatch):
    """If references could not be found, the previous test could never fail."""
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 60.0)  # references may train networks on a slow machine
    exercise = EXERCISES[name]
    filled = in_order(renamed(exercise), exercise, defaults=True)
    for answer in (exercise.reference, item(filled, 0)):
        assert not mostly_raises(exercise, answer)
        assert earns_too_much(exercise, answer)


def test_infinite_loop_is_stopped(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0.05)

    def loop(*args, **kwargs):
        while True:
            pass

    assert not earns_too_much(EXERCISES["sgd"], loop)


def test_loop_that_swallows_one_interrupt_is_stopped(monkeypatch):
    """Python itself swallows an interrupt that arrives inside a finalizer or a weak reference's callback."""
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0.05)

    def swallows_the_first(*args, **kwargs):
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                pass
        while True:
            pass

    assert not earns_too_much(EXERCISES["sgd"], swallows_the_first)


def test_side_effects_are_contained():
    """Many tests in other files need Ctrl-C, and some functions in the library turn it off."""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
