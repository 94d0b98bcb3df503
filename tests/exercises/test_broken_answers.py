"""Answers that are trivial or of the wrong form earn next to nothing, and their hints say only what is true of them.

The answers are the same for every exercise: a constant, an unchanged argument, an exception, or the reference's result
in the wrong form. Exercises whose answers train a network are exempt.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from autograder.catalogue import exercises
from autograder.grading.grader import released_exercise
from autograder.judging.cases import draw, expected_runs, public_cases, run_here
from autograder.judging.judge import verdict
from autograder.judging.known import known_mistakes
from autograder.paths import ROOT

EXERCISES = {exercise.name: (assignment, exercise) for assignment, exercise in exercises() if not exercise.trains}
MOST = 1 / 50  # of an exercise's points


def first(*args, **kwargs):
    return [*args, *kwargs.values()][0]


def first_and_config(*args, **kwargs):
    last = [*args, *kwargs.values()][-1]
    return first(*args, **kwargs), last if isinstance(last, dict) else {}


def returning(constant):
    return lambda *args, **kwargs: constant


def raises(*args, **kwargs):
    raise ValueError("no")


CONSTANTS = {
    "None": None,
    "an empty list": [],
    "an empty dict": {},
    "0": 0,
    "0.0": 0.0,
    "1.0": 1.0,
    "3.0": 3.0,
    "NaN": float("nan"),
    "True": True,
    "False": False,
    "text": "text",
    "a tuple of one": (1.0,),
    "a tuple of two": (0.0, 0.0),
    "a tuple of seven": (1.0,) * 7,
    "zeros": np.zeros(3),
}
FUNCTIONS = {
    "the first argument": first,
    "the first argument and the config": first_and_config,
    "zeros like the first argument": lambda *args, **kwargs: np.zeros_like(first(*args, **kwargs)),
    "an error": raises,
}


def misspelled(value):
    if not isinstance(value, dict) or not value:
        return value
    name = next(iter(value))
    return {f"{key}s" if key == name else key: item for key, item in value.items()}


def listed(value):
    if isinstance(value, np.ndarray) and value.ndim:
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


# The reference's result in a different form, or unchanged if that form does not apply to it.
FORMS = {
    "a misspelled key": misspelled,
    "a list": listed,
    "only the first value": lambda value: value[0] if isinstance(value, tuple) else value,
    "a tuple that is too short": lambda value: value[:-1] if isinstance(value, tuple) else value,
    "a tuple that is too long": lambda value: (*value, 0.0) if isinstance(value, tuple) else value,
    "a tuple instead of one value": lambda value: value if isinstance(value, tuple) else (value, 0.0),
}


@dataclass
class Reformed:
    """The reference with its result in a different form. `always` is true if every call has changed the form."""

    reference: object
    form: object
    always: bool = True

    def __call__(self, *args, **kwargs):
        value = self.reference(*args, **kwargs)
        changed = self.form(value)
        self.always = self.always and changed is not value
        return changed


def answers(exercise):
    """Return all answers, keyed by what they return."""
    constants = {name: returning(value) for name, value in CONSTANTS.items()}
    forms = {name: Reformed(exercise.reference, form) for name, form in FORMS.items()}
    return constants | FUNCTIONS | forms


# Known mistakes whose hints are true of these answers, keyed by exercise and answer. Before you add a mistake, make
# sure that its hint is true of the answer.
TRUE_HINTS = {
    "diagnose_loss_curve": {"text": ["other_words"]},
    "diagnose_gap": {"text": ["other_words"]},
    "diagnose_activations": {"text": ["other_words"], "the first argument": ["other_words"]},
    "diagnose_sanity": {"text": ["other_words"]},
    "best_step": {"1.0": ["always_centered", "whole_division"]},
    "iterations_to_epochs": {"0.0": ["always_zero"]},
    "minibatches": {"an empty list": ["no_batches"], "an empty dict": ["no_batches"]},
    "smooth": {"the first argument": ["not_smoothed", "in_whole_numbers"]},
    "fix_descent": {"the first argument and the config": ["nothing_moves"]},
    "fix_dropout_keep": {"the first argument": ["nothing_dropped"]},
    "fix_dropout_mask": {"the first argument": ["applied"]},
    "fix_friction": {"the first argument": ["nothing_lost"]},
    "fix_kink_test": {"0": ["sign_of_the_largest"]},
    "fix_taylor": {"1.0": ["as_printed"]},
    "ema_update": {"the first argument and the config": ["assigned"]},
    "crossed_kink": {"True": ["values_compared"], "False": ["never_crossed"]},
    "find_the_broken_layers": {"an empty list": ["none_found"], "an empty dict": ["none_found"]},
    "sample_dimensions": {"the first argument": ["values_for_indices"]},
    "linear_warmup": {
        "0": ["always_zero"],
        "0.0": ["always_zero"],
        "the first argument": ["no_warmup"],
        "zeros like the first argument": ["always_zero"],
    },
    "reduce_on_plateau": {"the first argument and the config": ["never_lowers"]},
    "color_jitter": {"the first argument": ["nothing_changes"]},
    "dropout_backward": {"NaN": ["divided_by_the_mask"], "the first argument": ["without_the_mask"]},
    "dropout_forward": {"the first argument and the config": ["never_drops"]},
    "horizontal_flip": {"the first argument": ["never"]},
    "max_norm": {"the first argument": ["not_applied"]},
    "initial_loss_is_sane": {"True": ["always_sane"], "False": ["exactly_chance"]},
    "regularization_raises_loss": {"True": ["always_true"], "False": ["always_false"]},
    "lbfgs_direction": {
        "the first argument": ["gradient_returned"],
        "zeros like the first argument": ["returns_zeros"],
    },
    "newton_step": {"the first argument": ["never_moves"]},
    **{
        rule: {"the first argument and the config": ["never_moves"]}
        for rule in ("sgd", "sgd_momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam", "adamw")
    },
}

DICTS = ("an empty dict", "a misspelled key", "the first argument and the config")
UNIVERSAL = {
    "returns_none": lambda answer, several: answer == "None",
    "raises_ValueError": lambda answer, several: answer == "an error",
    "wrong_number_of_values": lambda answer, several: several or "tuple" in answer or "argument" in answer,
    "misspelled_key": lambda answer, several: answer == "a misspelled key",
    "missing_key": lambda answer, several: answer in DICTS,
    "unexpected_key": lambda answer, several: answer in DICTS,
    "returns_another_kind": lambda answer, several: answer not in ("None", "an error"),
    "another_kind": lambda answer, several: answer != "an error",
    "shape": lambda answer, several: answer not in ("None", "text", "an error", *DICTS),
}


def is_true(exercise, answer, mistake, several):
    """Return whether a hint describes the answer. `several` is true if the exercise asks for several values."""
    if mistake.name in {known.name for known in exercise.mistakes}:
        return mistake.name in TRUE_HINTS.get(exercise.name, {}).get(answer, ())
    return UNIVERSAL[mistake.name.partition(":")[0]](answer, several)


@pytest.mark.parametrize(("assignment", "name"), [(assignment, name) for name, (assignment, _) in EXERCISES.items()])
def test_broken_answer_earns_next_to_nothing_and_its_hint_is_true(assignment, name):
    _, exercise = EXERCISES[name]
    cases, public = draw(exercise, 0), public_cases(exercise)[0]
    known, expected = known_mistakes(exercise, cases), expected_runs(exercise, cases)
    released = released_exercise(ROOT / "assignments" / assignment / "checks.npz", name)
    programs = released.programs if released else None
    several = any("result 2" in right.outputs for right in expected)
    wrong = []
    for answer, function in answers(exercise).items():
        results = run_here(exercise, function, cases)
        found = verdict(exercise, cases, results, known, expected, run_here(exercise, function, public), programs)
        if found.score > MOST * found.points and getattr(function, "always", True):
            wrong.append(f"{answer} earns {found.score:.2f} of {found.points:g} points")
        wrong += [f"{answer}: {m.name}: {m.hint}" for m in found.mistakes if not is_true(exercise, answer, m, several)]
        if answer in ("None", "an error") and not found.mistakes:
            wrong.append(f"{answer} gets no hint")
    assert not wrong, "\n".join(wrong)
