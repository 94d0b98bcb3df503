"""Answers that return the public expected outputs on the hidden cases earn less than a fifth of the points.

Students have the public cases with the expected outputs. The replays here know even more: the reference's result for
every single call on the public cases. One replay counts its calls, another counts those with the same
types and shapes, and the last one looks for the most similar call.
"""

import copy
import functools
import inspect
from dataclasses import dataclass, field

import numpy as np
import pytest

from autograder.catalogue import exercises
from autograder.judging.cases import decide_all, draw_hidden, expected_runs, public_cases, run_here
from autograder.judging.judge import score

EXERCISES = {exercise.name: (assignment, exercise) for assignment, exercise in exercises()}
NAMES = [(assignment, name) for name, (assignment, exercise) in EXERCISES.items() if not exercise.trains]
SEEDS = range(1, 21)  # without seed 0, which gives the public cases
MOST = 1 / 5  # of an exercise's points, averaged over the seeds
# In these exercises, every call gets one example to classify, and the public cases have dozens of them with their
# labels. Looking for the most similar example is a nearest-neighbor classifier, so it is an answer, not a replay.
CLASSIFYING = (
    "classify_critical_point", "diagnose_activations", "diagnose_gap", "diagnose_loss_curve", "diagnose_sanity",
    "gradient_verdict",
)  # fmt: skip


@dataclass
class Recorder:
    """The reference, with a record of the arguments and the result of each of its calls."""

    reference: object
    calls: list = field(default_factory=list)

    def __call__(self, *args, **kwargs):
        given = copy.deepcopy(self.arguments(args, kwargs))
        result = self.reference(*args, **kwargs)
        result = list(result) if inspect.isgenerator(result) else result
        self.calls.append((given, copy.deepcopy(result)))
        return result

    @functools.cached_property
    def signature(self):
        return inspect.signature(self.reference)

    def arguments(self, args, kwargs):
        bound = self.signature.bind(*args, **kwargs)
        return {name: value for name, value in bound.arguments.items() if not callable(value)}


@dataclass
class ByNumber:
    """Returns what the reference returned in the call with the same number."""

    recorded: Recorder
    count: int = 0

    def __call__(self, *args, **kwargs):
        _, result = self.recorded.calls[self.count % len(self.recorded.calls)]
        self.count += 1
        return copy.deepcopy(result)


class ByForm:
    """Returns what the reference returned in the call with the same number among those of the same form."""

    def __init__(self, recorded):
        self.recorded, self.counts = recorded, {}
        groups = {}
        for index, (given, _) in enumerate(recorded.calls):
            form, numbers = finite(given)
            groups.setdefault(form, []).append((index, numbers))
        self.groups = {form: tuple(map(np.array, zip(*group, strict=True))) for form, group in groups.items()}

    def __call__(self, *args, **kwargs):
        form, numbers = finite(self.recorded.arguments(args, kwargs))
        indices, known = self.groups.get(form, ([0], numbers[None]))
        return copy.deepcopy(self.recorded.calls[indices[self.chosen(form, numbers, known)]][1])

    def chosen(self, form, numbers, known):
        self.counts[form] = self.counts.get(form, -1) + 1
        return self.counts[form] % len(known)


class BySimilarity(ByForm):
    """Returns what the reference returned when it was called with the most similar arguments of the same form."""

    def chosen(self, form, numbers, known):
        scale = np.abs(known).mean(axis=0) + 1e-12
        return np.square((known - numbers) / scale).sum(axis=1).argmin()


def finite(arguments):
    """Return what `described` returns, with zeros for NaNs and huge numbers for infinities."""
    form, numbers = described(arguments)
    return form, np.nan_to_num(numbers)


def described(value):
    """Return the form of an argument (types, keys, shapes, and words), and its numbers as one array."""
    if isinstance(value, dict):
        parts = [described(value[name]) for name in value]
        return (*value, *(form for form, _ in parts)), joined(parts)
    if isinstance(value, (list, tuple)):
        parts = [described(item) for item in value]
        return tuple(form for form, _ in parts), joined(parts)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return value.shape, value.ravel().astype(float)
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return "number", np.array([float(value)])
    return (str(value) if isinstance(value, (str, bool)) else type(value).__name__), np.zeros(0)


def joined(parts):
    return np.concatenate([np.zeros(0), *(numbers for _, numbers in parts)])


@functools.cache
def recorded(exercise):
    """Return the reference with a record of its calls on the public cases."""
    recorder = Recorder(exercise.reference)
    run_here(exercise, recorder, public_cases(exercise)[0])
    return recorder


@functools.cache
def drawn(name, seed):
    """Return the hidden cases that belong to a seed, and the reference's results on them."""
    hidden = draw_hidden(EXERCISES[name][1], seed)
    return hidden, expected_runs(EXERCISES[name][1], hidden.cases)


def mean_earned(name, answer, seeds):
    """Return the fraction of the points that ``answer()`` earns on the hidden cases, averaged over seeds."""
    exercise, total = EXERCISES[name][1], 0.0
    for seed in seeds:
        hidden, expected = drawn(name, seed)
        results = hidden.in_case_order(run_here(exercise, answer(), hidden.shuffled))
        total += score(exercise, hidden.cases, decide_all(exercise, hidden.cases, expected, results, explain=False))
    return total / (len(seeds) * exercise.points)


@pytest.mark.filterwarnings("ignore")  # warnings cost no points
@pytest.mark.parametrize(("replay", "seeds"), [(ByNumber, SEEDS), (ByForm, SEEDS[:5])])
@pytest.mark.parametrize(("assignment", "name"), NAMES)
def test_public_outputs_by_call_number_earn_less_than_a_fifth(assignment, name, replay, seeds):
    calls = recorded(EXERCISES[name][1])
    assert mean_earned(name, lambda: replay(calls), seeds) < MOST


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("assignment", "name"), [pair for pair in NAMES if pair[1] not in CLASSIFYING])
def test_public_outputs_of_the_most_similar_call_earn_less_than_a_fifth(assignment, name):
    calls = recorded(EXERCISES[name][1])
    assert mean_earned(name, lambda: BySimilarity(calls), SEEDS[:5]) < MOST


@pytest.mark.parametrize("name", [name for name, (_, exercise) in EXERCISES.items() if exercise.trains])
def test_exercise_that_trains_a_network_publishes_no_outputs(name):
    assert not any(public_cases(EXERCISES[name][1])[1])


@pytest.mark.parametrize("name", ["distill", "fine_tune", "overfit_tiny_subset"])
def test_parameters_trained_on_the_public_cases_earn_less_than_a_fifth(name):
    """The schedule race is left out: learning rates that win it are an answer, wherever they come from."""
    calls = recorded(EXERCISES[name][1])
    for replay in (ByNumber, BySimilarity):
        assert mean_earned(name, lambda replay=replay: replay(calls), SEEDS) < MOST


@pytest.mark.parametrize(
    "name", ["fix_kink_test", "top_models", "convergence_order", "grid_coverage", "adam", "standardize"]
)
def test_replay_on_the_public_cases_earns_full_credit(name):
    """If a replay did not reproduce the public outputs, the tests above would prove nothing."""
    _, exercise = EXERCISES[name]
    calls, (cases, expected) = recorded(exercise), public_cases(exercise)
    for replay in (ByNumber(calls), ByForm(calls), BySimilarity(calls)):
        outcomes = decide_all(exercise, cases, expected, run_here(exercise, replay, cases))
        assert score(exercise, cases, outcomes) == exercise.points
