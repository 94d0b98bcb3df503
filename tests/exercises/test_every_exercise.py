"""Tests of every exercise: its place in the catalog, its reference, and a lazy answer, which must earn little."""

import inspect

import numpy as np
import pytest

from autograder.authoring.check import assignment_errors, exercise_errors
from autograder.catalogue import assignments, exercises
from autograder.exercises.drawing import network_parameters
from autograder.judging.cases import decide_all, draw, expected_runs, public_cases, run_here
from autograder.judging.judge import score
from autograder.paths import ROOT
from gradlab.drivers._rows import ANSWERS

EXERCISES = {exercise.name: exercise for _, exercise in exercises()}
NAMES = [(assignment, exercise.name) for assignment, exercise in exercises()]


def test_course_has_its_nine_assignments():
    assert {
        "babysitting",
        "debug_the_notes",
        "ensembles",
        "gradient_checking",
        "hyperparameters",
        "learning_rates",
        "regularization",
        "sanity_checks",
        "update_rules",
    } <= set(assignments())


@pytest.mark.parametrize("assignment", assignments())
def test_assignment_text_has_no_faults(assignment):
    assert assignment_errors(ROOT, assignments()[assignment]) == []


@pytest.mark.parametrize(("assignment", "name"), NAMES)
def test_exercise_definition_has_no_faults(assignment, name):
    assert exercise_errors(EXERCISES[name]) == []


@pytest.mark.parametrize(("assignment", "name"), NAMES)
def test_line_about_what_students_can_do_afterward_is_short_and_plain(assignment, name):
    done = EXERCISES[name].done
    assert 20 <= len(done) <= 110
    assert done.endswith(".")
    assert not set('!"\n…') & set(done)


def test_no_two_exercises_have_the_same_line_about_what_students_can_do():
    assert len({exercise.done for exercise in EXERCISES.values()}) == len(EXERCISES)


@pytest.mark.parametrize("name", EXERCISES)
def test_values_of_a_returned_tuple_have_names(name):
    exercise = EXERCISES[name]
    expected = public_cases(exercise)[1]
    if exercise.judge is None and exercise.driver.__name__ not in ANSWERS:
        numbered = [output for output in expected[0].outputs if output.startswith("result ")]
        counted = len([output for output in numbered if output.split()[1].isdigit()])
        assert not counted or len(exercise.returned_names()) == counted


REACHING = (
    "classify_critical_point", "diagnose_activations", "diagnose_gap", "diagnose_loss_curve", "diagnose_sanity",
    "escape_saddle", "find_the_broken_layers", "gradient_verdict", "initial_loss_is_sane", "on_border", "random_search",
    "regularization_raises_loss", "shuffled_features_trap",
)  # fmt: skip
CONTESTS = ("distill", "fine_tune", "overfit_tiny_subset", "schedule_race")


@pytest.mark.parametrize("name", [*REACHING, *(pytest.param(name, marks=pytest.mark.slow) for name in CONTESTS)])
def test_outcome_of_the_reference_says_what_was_reached_in_every_case(name):
    exercise = EXERCISES[name]
    cases, expected = public_cases(exercise)
    outcomes = decide_all(exercise, cases, expected, run_here(exercise, exercise.reference, cases))
    assert all(outcome.passed and outcome.reached for outcome in outcomes)
    assert name not in CONTESTS or all(outcome.reached.asked for outcome in outcomes)


def do_nothing(w, dw, config=None):
    return w, config or {}


def zeros(*sizes):
    """Return the parameters of a fully connected network, all of them zero."""
    return network_parameters(sizes, lambda *shape: np.zeros(shape), np.zeros)


# Answers of the right form that compute next to nothing: most return a constant, an argument, or a guess.
# `test_broken_answers` has such answers for exercises that train no network; these are the best guesses that we know.
LAZY = {
    # update_rules
    **dict.fromkeys(
        ("sgd", "sgd_momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam", "adam_epsilon", "adamw"), do_nothing
    ),
    "nesterov_lookahead": lambda x, v, gradient, learning_rate=1e-2, momentum=0.9: (x, v),
    "momentum_schedule": lambda t, total, start=0.5, end=0.99: start,
    "clip_by_global_norm": lambda grads, max_norm: (grads, 0.0),
    "classify_critical_point": lambda hessian, tolerance=1e-8: "saddle",
    "escape_saddle": lambda hessian: None,
    "newton_step": lambda w, gradient, hessian: w,
    "lbfgs_direction": lambda gradient, s_list, y_list: -gradient,
    # learning_rates
    "step_decay": lambda epoch, learning_rate, factor=0.5, every=5: learning_rate,
    "exponential_decay": lambda epoch, learning_rate, k=0.1: learning_rate,
    "inverse_time_decay": lambda step, learning_rate, k, steps_per_epoch=1: learning_rate,
    "linear_warmup": lambda step, learning_rate, warmup_steps: learning_rate,
    "warmup_cosine": lambda step, total_steps, learning_rate, warmup_steps=0, floor=0.0: learning_rate,
    "reduce_on_plateau": lambda learning_rate, error, config=None: (learning_rate, config or {}),
    "lr_range_test": lambda rates, losses, beta=0.9, divergence=4.0, skip=10: rates[len(rates) // 2],
    "one_cycle": lambda step, total_steps, learning_rate, pct_start=0.3, div_factor=25.0, final_div_factor=1e4: (
        learning_rate
    ),
    "root_mean_square_scale": lambda gradients, learning_rate=1e-2: (
        np.full(len(gradients), learning_rate),
        0 * gradients,
    ),
    "schedule_race": lambda step, total_steps: 0.0,
    # babysitting
    "iterations_to_epochs": lambda iterations, num_examples, batch_size: iterations + 0.0,
    "smooth": lambda values, beta=0.9: np.zeros(len(values)),
    "update_ratio": lambda params, grads, updates: dict.fromkeys(params, 0.0),
    "activation_statistics": lambda outputs, limit=0.95: dict.fromkeys(("mean", "std", "saturated", "dead"), 0.5),
    "weight_grid": lambda W, image_shape, columns, padding=1: W,
    "minibatches": lambda num_examples, batch_size, rng: [],
    "diagnose_loss_curve": lambda losses: "right",
    "diagnose_gap": lambda accuracies: "overfits",
    "diagnose_activations": lambda statistics, activation: "good",
    # hyperparameters
    "log_uniform": lambda low, high, rng, size=None: np.full(size or (), low) if size is not None else low,
    "sample_config": lambda space, rng: {name: given["low"] for name, given in space.items()},
    "grid_coverage": lambda samples, tolerance=1e-9: np.full(samples.shape[1], len(samples)),
    "on_border": lambda best, low, high, scale="log", margin=0.1: "inside",
    "refine_range": lambda low, high, best, shrink=0.5, margin=0.1: (low, high),
    "random_search": lambda objective, sample, budget, rng: (sample(rng), 0.0),
    "successive_halving": lambda evaluate, trials, epochs=1, factor=2: (0, np.zeros(trials, dtype=int)),
    "best_checkpoint": lambda names: names[0] if names else None,
    # gradient_checking
    "relative_error": lambda x, y, form="sum": 0.0,
    "eval_numerical_gradient": lambda f, x, verbose=False, h=1e-5: np.zeros(x.shape),
    "eval_numerical_gradient_array": lambda f, x, df, h=1e-5: np.zeros(x.shape),
    "convergence_order": lambda steps, errors: 2.0,
    "best_step": lambda value, derivative, formula="centered", dtype="float64": 1e-5,
    "gradient_verdict": lambda error, kinks=False: "happy",
    "crossed_kink": lambda plus, minus: False,
    "grad_check_sparse": lambda f, x, analytic_grad, num_checks=10, h=1e-5, rng=None: {
        name: np.zeros(min(num_checks, x.size), dtype=int if name == "index" else float)
        for name in ("index", "numeric", "analytic", "error")
    },
    "sample_dimensions": lambda params, count=3, rng=None: {name: np.arange(0) for name in params},
    "check_gradients": lambda loss, gradient, params, reg: dict.fromkeys(params, "right"),
    "find_the_broken_layers": lambda analytic, numeric: [],
    # sanity_checks
    "chance_loss": lambda num_classes, loss="softmax", margin=1.0: 2.3,
    "initial_loss_is_sane": lambda loss, chance, tolerance=0.1: True,
    "regularization_raises_loss": lambda loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0): True,
    "overfit_tiny_subset": lambda X, y, num_classes, seed=0: zeros(X.shape[1], 5, num_classes),
    "shuffled_features_trap": lambda train_and_predict, X_train, y_train, X_val, y_val, margin=0.1: "matched",
    "diagnose_sanity": lambda chance, losses, subset_losses, val_accuracy, guess: "none",
    # regularization
    "l2_penalty": lambda params, reg: (0.0, {name: np.zeros_like(w) for name, w in params.items()}),
    "max_norm": lambda W, limit: W,
    "standardize": lambda X_train, X_test: (X_train, X_test),
    "batchnorm_forward": lambda x, gamma, beta, bn_param: (x, None),
    "batchnorm_backward": lambda dout, cache: (dout, dout.sum(axis=0), dout.sum(axis=0)),
    "dropout_forward": lambda x, dropout_param: (x, None),
    "dropout_backward": lambda dout, cache: dout,
    "vanilla_dropout_train": lambda X, params, p, rng: (
        np.zeros((len(X), len(params["b3"]))),
        [np.ones((len(X), len(params[name])), dtype=bool) for name in ("b1", "b2")],
    ),
    "vanilla_dropout_predict": lambda X, params, p: np.zeros((len(X), len(params["b3"]))),
    "horizontal_flip": lambda images, rng, p=0.5: images,
    "random_crop": lambda images, size, rng: images[:, :, : size[0], : size[1]],
    "color_jitter": lambda images, strength, rng: images,
    "ten_crop_predict": lambda predict, images, size: predict(images[:, :, : size[0], : size[1]]),
    "fine_tune": lambda params, X, y, num_classes: {
        **params,
        "W3": np.zeros((len(params["W3"]), num_classes)),
        "b3": np.zeros(num_classes),
    },
    # ensembles
    "average_predictions": lambda scores: scores.mean(axis=0),
    "ensemble_diversity": lambda probabilities: (np.zeros((len(probabilities),) * 2), 0.0),
    "ensemble_initializations": lambda num_members, sizes, rng: [zeros(*sizes)] * num_members,
    "top_models": lambda scores, k, higher_is_better=True: np.arange(min(k, len(scores))),
    "checkpoint_ensemble": lambda checkpoints, predict, X, last=3: predict(checkpoints[-1], X),
    "average_weights": lambda checkpoints, last=5: checkpoints[-1],
    "ema_update": lambda w, config=None: (w, config or {}),
    "distillation_loss": lambda scores, teacher_scores, y, temperature=4.0, alpha=0.9: (0.0, 0 * scores),
    "distill": lambda X, teacher_scores, y, seed=0: zeros(X.shape[1], 5, teacher_scores.shape[1]),
}


# Cases that a lazy answer passes because there is little or nothing to do in them.
PASSED = {
    "clip_by_global_norm": ["all gradients zero"],
    "exponential_decay": ["k = 0 keeps the learning rate constant"],
    "inverse_time_decay": ["k = 0 keeps the learning rate constant"],
    "linear_warmup": ["a warm-up of one step"],
    "iterations_to_epochs": ["a batch size larger than the number of examples"],
    "smooth": ["no values"],
    "grid_coverage": ["a single trial", "no trials at all"],
    "successive_halving": ["a single trial: nothing to decide"],
    "l2_penalty": ["no penalty at reg = 0"],
    "max_norm": ["all short enough: nothing changes", "a limit that no column reaches: nothing changes"],
    "dropout_forward": ["p = 1 keeps everything"],
    "horizontal_flip": ["p = 0 flips none"],
    "random_crop": ["as large as the image"],
    "color_jitter": ["strength 0 changes nothing"],
    "ensemble_diversity": ["a single member"],
    "checkpoint_ensemble": ["the last one alone", "a single checkpoint, a single example"],
    "average_weights": ["last = 1: the newest weights"],
    "ema_update": ["weights that do not move are their own average"],
}


@pytest.mark.parametrize("name", LAZY)
def test_lazy_answer_passes_only_cases_with_little_to_do(name):
    exercise, lazy = EXERCISES[name], LAZY[name]
    assert inspect.signature(lazy) == inspect.signature(exercise.reference)
    cases = draw(exercise, 0)
    outcomes = decide_all(exercise, cases, expected_runs(exercise, cases), run_here(exercise, lazy, cases))
    passed = [case.label for case, outcome in zip(cases, outcomes, strict=True) if outcome.passed]
    assert passed == PASSED.get(name, [])
    assert score(exercise, cases, outcomes) <= exercise.points / 50


@pytest.mark.parametrize("name", EXERCISES)
def test_reference_leaves_its_arguments_unchanged(name):
    exercise = EXERCISES[name]
    assert not any(result.changed for result in run_here(exercise, exercise.reference, draw(exercise, 0)))
