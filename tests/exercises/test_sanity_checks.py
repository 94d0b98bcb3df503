"""Sanity checks: comparisons with independent losses and real networks, and the notebook's numbers."""

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.special import log_expit, log_softmax

from autograder.catalogue import assignments
from autograder.judging.cases import draw, run_here
from autograder.judging.judge import verdict
from gradlab import data, losses, models

EXERCISES = assignments()["sanity_checks"].exercises
SEEDS = range(3)


def reference(name):
    return EXERCISES[name].reference


def cases(name, seed):
    """Return the cases from one random draw, keyed by label."""
    return {case.label: case for case in draw(EXERCISES[name], seed)}


# --- the loss at chance ------------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [1, 2, 10, 1000])
def test_chance_loss_equals_the_loss_of_equal_scores(classes):
    scores, y = np.full((5, classes), 0.7), np.arange(5) % classes
    softmax = -log_softmax(scores, axis=1)[np.arange(5), y].mean()
    assert reference("chance_loss")(classes) == pytest.approx(softmax)
    assert reference("chance_loss")(classes, "svm") == pytest.approx(losses.svm_loss(scores, y)[0])
    assert reference("chance_loss")(classes, "logistic") == pytest.approx(-classes * log_expit(0.0))


@pytest.mark.parametrize(
    ("arguments", "quoted"),
    [((10,), 2.302), ((10, "svm"), 9), ((100,), 4.61)],
)
def test_chance_losses_are_as_quoted(arguments, quoted):
    assert reference("chance_loss")(*arguments) == pytest.approx(quoted, abs=0.006)


def test_label_smoothing_leaves_the_chance_loss_unchanged_and_keeps_the_loss_above_a_half():
    smoothed = 0.9 * np.eye(10)[3] + 0.1 / 10
    assert -(smoothed * log_softmax(np.zeros(10))).sum() == pytest.approx(reference("chance_loss")(10))
    lowest = -(smoothed * np.log(smoothed)).sum()  # the cross-entropy of a network that predicts the smoothed labels
    assert lowest == pytest.approx(0.5, abs=0.005)


def test_chance_loss_with_a_base_two_logarithm_is_as_quoted():
    assert np.log2(10) == pytest.approx(3.32, abs=0.005)


@pytest.mark.parametrize(
    ("first", "chance", "tolerance", "sane"),
    [
        (2.3, 2.3, 0.1, True),
        (2.5, 2.3, 0.1, True),
        (2.1, 2.3, 0.1, True),
        (2.54, 2.3, 0.1, False),
        (2.06, 2.3, 0.1, False),
        (2.54, 2.3, 0.2, True),
        (9.8, 9.0, 0.1, True),
        (-2.3, 2.3, 0.1, False),
        (np.nan, 2.3, 0.1, False),
        (np.inf, 2.3, 0.1, False),
    ],
)
def test_initial_loss_is_sane_if_it_is_close_to_the_chance_loss(first, chance, tolerance, sane):
    assert reference("initial_loss_is_sane")(lambda reg: first + 100 * reg, chance, tolerance) is sane


@pytest.mark.parametrize(("model", "kind"), [(models.SoftmaxRegression, "softmax"), (models.SvmRegression, "svm")])
def test_real_models_start_at_chance(model, kind):
    digits = data.load_digits()

    def loss(reg, scale=1e-3):
        return model(64, 10, reg=reg, weight_scale=scale, dtype=np.float64, seed=0).loss(
            digits["X_train"][:100], digits["y_train"][:100]
        )[0]

    chance = reference("chance_loss")(10, kind)
    assert reference("initial_loss_is_sane")(loss, chance)
    assert not reference("initial_loss_is_sane")(lambda reg: loss(reg, scale=3.0), chance)
    assert reference("regularization_raises_loss")(loss)


# --- regularization ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "strengths", "rises"),
    [
        (lambda reg: 2 + reg, (0, 1, 2), True),
        (lambda reg: 2 + reg, (2, 0, 1), True),
        (lambda reg: 2 + 1e-9 * reg, (0, 1), True),
        (lambda reg: 2.0, (0, 1), False),
        (lambda reg: 2 - reg, (0, 1, 2), False),
        (lambda reg: 2 + min(reg, 1), (0, 1, 2), False),
        (lambda reg: 2 + int(reg), (0, 0.5, 1), False),
        (lambda reg: 2 + abs(reg - 0.2), (0, 0.2, 1), False),
        (lambda reg: np.nan, (0, 1), False),
        (lambda reg: np.inf if reg else 2.0, (0, 1), False),
    ],
)
def test_regularization_raises_loss_only_if_every_increase_does(loss, strengths, rises):
    assert reference("regularization_raises_loss")(loss, np.array(strengths)) is rises


# --- twenty examples ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_library_model_confirms_that_the_subset_is_memorized(seed):
    """The loss is computed by `FullyConnectedNet`, not by the property that judges the exercise."""
    for case in draw(EXERCISES["overfit_tiny_subset"], seed):
        X, y, classes = case.inputs["X"].astype(np.float64), case.inputs["y"], case.inputs["num_classes"]
        params = reference("overfit_tiny_subset")(**case.inputs)
        model = models.FullyConnectedNet([len(params["b1"])], X.shape[1], classes, dtype=np.float64, seed=0)
        model.params = params
        assert model.loss(X, y)[0] < 0.002  # a fifth of the allowed loss
        assert (model.loss(X).argmax(axis=1) == y).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_least_squares_cannot_separate_crossed_pairs(seed):
    """Each class lies on two opposite sides, so a least-squares fit gets at most two thirds of the examples right."""
    case = cases("overfit_tiny_subset", seed)["two features: no straight lines separate the classes"]
    X, y = case.inputs["X"], case.inputs["y"]
    ones = np.column_stack([X, np.ones(len(X))])
    fitted = ones @ np.linalg.lstsq(ones, np.eye(3)[y])[0]
    assert (fitted.argmax(axis=1) == y).mean() < 0.67


def trained(rate, steps, **settings):
    """Return an answer that trains a library network with plain gradient descent."""

    def overfit_tiny_subset(X, y, num_classes, seed=0):
        model = models.FullyConnectedNet([100], X.shape[1], num_classes, seed=seed, **settings)
        for _ in range(steps):
            for name, gradient in model.loss(X, y)[1].items():
                model.params[name] = model.params[name] - rate * gradient
        return model.params

    return overfit_tiny_subset


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (trained(0.1, 300), "the learning rate is too low"),
        (trained(0.1, 1000), "the learning rate is too low, or you stop too early"),
        (trained(0.3, 350, weight_scale=0.1), "Go on until the loss is low"),
        (trained(0.1, 400, weight_scale=0.1), "Take larger steps, or many more"),
        (trained(10, 300), "far too high"),
        (trained(0.3, 500, weight_scale=0.1, loss_function=losses.svm_loss), "minimize the cross-entropy"),
    ],
    ids=["0.1, 300", "0.1, 1000", "0.3, 350", "0.1, 400", "10, 300", "SVM"],
)
def test_common_first_tries_get_a_true_hint_in_the_notebook(answer, said):
    """The public cases are those of seed 0."""
    exercise = EXERCISES["overfit_tiny_subset"]
    found = draw(exercise, 0)
    judged = verdict(exercise, found, run_here(exercise, answer, found))
    assert judged.score < judged.points
    assert said in judged.mistake.hint


@pytest.mark.parametrize(("rate", "steps"), [(0.3, 600), (0.3, 1000), (1, 400)])
def test_settings_like_those_in_the_docstring_memorize_every_subset(rate, steps):
    exercise = EXERCISES["overfit_tiny_subset"]
    for seed in range(3):
        found = draw(exercise, seed)
        judged = verdict(exercise, found, run_here(exercise, trained(rate, steps, weight_scale=0.1), found))
        assert judged.score == judged.points


# --- features and labels -----------------------------------------------------------------------------------


def nearest(X, y, X_new):
    """Predict for each new example the label of the nearest training example."""
    return y[cKDTree(X).query(X_new)[1]]


@pytest.mark.parametrize(
    ("shuffle", "training", "word"),
    [
        ("", nearest, "matched"),
        ("X_train", nearest, "shuffled"),
        ("X_val", nearest, "shuffled"),
        ("", lambda X, y, X_new: np.zeros(len(X_new), dtype=int), "untrained"),
    ],
)
def test_shuffled_features_of_real_digits_are_detected(shuffle, training, word):
    digits = data.load_digits()
    parts = {name: digits[name][:200] for name in ("X_train", "y_train", "X_val", "y_val")}
    if shuffle:
        parts[shuffle] = np.random.default_rng(0).permutation(parts[shuffle])
    assert reference("shuffled_features_trap")(training, **parts) == word


@pytest.mark.parametrize(("margin", "word"), [(0.15, "matched"), (0.25, "shuffled")])
def test_chance_is_the_fraction_of_the_most_common_class(margin, word):
    """Class 0 has eight of ten held-out examples, and all ten are predicted correctly, which is 0.2 above chance."""
    X, y = np.arange(10.0)[:, None], np.array([0] * 8 + [1] * 2)
    assert reference("shuffled_features_trap")(nearest, X, y, X + 0.1, y, margin=margin) == word


# --- diagnosis ---------------------------------------------------------------------------------------------

SOUND = {
    "chance": 2.3,
    "losses": np.array([2.31, 2.4, 3.0]),
    "subset_losses": np.array([2.31, 1.0, 0.2, 0.004]),
    "val_accuracy": 0.6,
    "guess": 0.1,
}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "none"),
        ({"losses": np.array([3.0, 3.1, 3.7])}, "chance loss"),
        ({"losses": np.array([0.1, 0.2, 0.8])}, "chance loss"),
        ({"losses": np.full(3, np.nan)}, "chance loss"),
        ({"losses": np.full(3, 2.31)}, "regularization"),
        ({"losses": np.array([2.31, 2.4, np.nan])}, "regularization"),
        ({"subset_losses": np.array([2.31, 0.001, 1.0])}, "tiny subset"),
        ({"subset_losses": np.array([2.31, 0.001, np.nan])}, "tiny subset"),
        ({"val_accuracy": 0.12}, "held-out data"),
        ({"guess": 0.6}, "held-out data"),
        ({"losses": np.full(3, 5.0), "val_accuracy": 0.1}, "chance loss"),
        ({"losses": np.full(3, 2.31), "subset_losses": np.full(3, 2.31)}, "regularization"),
    ],
)
def test_diagnosis_names_the_first_failing_check(change, word):
    assert reference("diagnose_sanity")(**SOUND | change) == word


@pytest.mark.parametrize("seed", SEEDS)
def test_reference_finds_every_planted_fault(seed):
    """Students must get nine in ten records right, but the records are so clear that the reference misses none."""
    for case in draw(EXERCISES["diagnose_sanity"], seed):
        found = EXERCISES["diagnose_sanity"].driver(reference("diagnose_sanity"), **case.inputs)
        assert list(found.values()) == case.truth["labels"].tolist()


# --- order of the answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["initial_loss_is_sane", "regularization_raises_loss", "shuffled_features_trap"])
def test_correct_answers_differ_between_seeds_and_within_every_case(name):
    exercise = EXERCISES[name]
    for label in cases(name, 0):
        answers = []
        for seed in range(4):
            inputs = {key: getattr(value, "function", value) for key, value in cases(name, seed)[label].inputs.items()}
            answers.append(tuple(exercise.driver(exercise.reference, **inputs).values()))
        assert len(set(answers)) > 1
        assert all(len(set(answer)) > 1 for answer in answers)
