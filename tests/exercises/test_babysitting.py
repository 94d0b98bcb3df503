"""Babysitting: comparisons with SciPy and with hand counts, and diagnoses of networks that the tests train."""

import inspect
import itertools
import re

import numpy as np
import pytest
import scipy

from autograder.catalogue import assignments
from autograder.judging.cases import draw, run_here
from autograder.judging.judge import verdict
from gradlab import data, layers, models, practice, solver

EXERCISES = assignments()["babysitting"].exercises


def reference(name):
    return EXERCISES[name].reference


def mistaken(name, mistake):
    """Return the function that makes a known mistake."""
    return next(m.function for m in EXERCISES[name].mistakes if m.name == mistake)


# --- comparisons with other computations -----------------------------------------------------------------


@pytest.mark.parametrize(("n", "size"), [(250, 100), (200, 50), (7, 10), (9, 1), (101, 20)])
def test_epochs_match_a_count_over_batches(n, size):
    seen, counted = 0, [0.0]
    for _ in range(3):
        for first in range(0, n, size):
            seen += len(range(n)[first : first + size])
            counted.append(seen / n)
    found = reference("iterations_to_epochs")(np.arange(len(counted)), n, size)
    np.testing.assert_allclose(found, counted, rtol=1e-13)


def test_epochs_match_the_docstring_example():
    np.testing.assert_allclose(reference("iterations_to_epochs")(np.array([1, 2, 3]), 250, 100), [0.4, 0.8, 1.0])
    assert mistaken("iterations_to_epochs", "all_batches_full")(3, 250, 100) == pytest.approx(1.2)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_smooth_equals_scipys_filter_with_bias_correction(beta):
    values = np.random.default_rng(0).uniform(1, 3, 200)

    def filtered(x):
        return scipy.signal.lfilter([1 - beta], [1, -beta], x)

    found = reference("smooth")(values, beta)
    np.testing.assert_allclose(found, filtered(values) / filtered(np.ones(200)), rtol=1e-12)


def test_average_started_at_the_first_value_forgets_it_slowly():
    """After 100 steps with beta = 0.99, the first value has more than a third of the weight, as the hint says."""
    values = np.zeros(101)
    values[0] = 1.0
    assert mistaken("smooth", "starts_at_the_first_value")(values, 0.99)[100] == pytest.approx(0.366, abs=0.002)
    assert reference("smooth")(values, 0.99)[100] < 0.006


def test_update_ratio_matches_norms_computed_by_hand():
    params = {"W1": np.array([[3.0, 0.0], [0.0, 4.0]]), "b1": np.zeros(2)}
    updates = {"W1": np.array([[0.0, 3e-3], [4e-3, 0.0]]), "b1": np.ones(2)}
    found = reference("update_ratio")(params, {name: 100 * w for name, w in params.items()}, updates)
    assert found == {"W1": pytest.approx(1e-3)}


def test_squared_norms_report_a_thousandth_as_a_millionth():
    params, updates = {"W1": np.full((3, 4), 2.0)}, {"W1": np.full((3, 4), 2e-3)}
    assert reference("update_ratio")(params, updates, updates)["W1"] == pytest.approx(1e-3)
    assert mistaken("update_ratio", "squared_norms")(params, updates, updates)["W1"] == pytest.approx(1e-6)


def test_mean_and_standard_deviation_match_scipy():
    outputs = np.random.default_rng(0).normal(1, 2, (30, 20))
    found = reference("activation_statistics")(outputs)
    described = scipy.stats.describe(outputs.ravel(), ddof=0)
    assert found["mean"] == pytest.approx(described.mean)
    assert found["std"] == pytest.approx(described.variance**0.5)


@pytest.mark.parametrize(
    ("outputs", "saturated", "dead"),
    [
        ([[0.0, 0.5], [0.0, -0.99]], 0.25, 0.5),
        ([[0.0, 0.0, 0.0, 0.0]], 0.0, 1.0),
        ([[1.0, -1.0], [0.0, 0.0]], 0.5, 0.0),
        ([[[0.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 3.0]]], 0.25, 0.5),
    ],
)
def test_saturated_and_dead_fractions_match_counts_by_hand(outputs, saturated, dead):
    found = reference("activation_statistics")(np.array(outputs))
    assert (found["saturated"], found["dead"]) == (saturated, dead)


def test_saturated_fraction_equals_the_tails_of_a_normal_distribution():
    outputs = np.tanh(np.random.default_rng(0).normal(0, 1.5, (1000, 200)))
    tail = 2 * scipy.stats.norm.sf(np.arctanh(0.95) / 1.5)
    assert reference("activation_statistics")(outputs)["saturated"] == pytest.approx(tail, abs=0.005)


def test_slope_of_saturated_tanh_is_below_a_tenth():
    assert 1 - 0.95**2 < 0.1


def test_weight_grid_matches_one_made_by_hand():
    W = np.array([[0.0, 5.0, 1.0], [2.0, 5.0, 3.0], [4.0, 5.0, 2.0], [1.0, 5.0, 5.0]])
    grid = [
        [0.00, 0.50, 1, 0.50, 0.50],
        [1.00, 0.25, 1, 0.50, 0.50],
        [1.00, 1.00, 1, 1.00, 1.00],
        [0.00, 0.50, 1, 1.00, 1.00],
        [0.25, 1.00, 1, 1.00, 1.00],
    ]
    np.testing.assert_array_equal(reference("weight_grid")(W, (2, 2), columns=2), grid)


def test_weight_grid_of_one_unit_is_its_image():
    image = np.random.default_rng(0).random((4, 6, 3))
    image.flat[[3, 17]] = 0, 1
    np.testing.assert_array_equal(reference("weight_grid")(image.reshape(-1, 1), (4, 6, 3), columns=1), image)


# --- diagnoses of real runs ------------------------------------------------------------------------------


DIGITS = data.load_digits()
TANH = (layers.tanh_forward, layers.tanh_backward)


def train(learning_rate, batch_size, epochs, hidden=64, examples=DIGITS, **settings):
    model = models.FullyConnectedNet([hidden], 64, 10, init="he", dtype=np.float64, seed=0, **settings)
    config = {"optim_config": {"learning_rate": learning_rate}, "batch_size": batch_size, "num_epochs": epochs}
    run = solver.Solver(model, examples, **config, verbose=False, rng=1)
    run.train()
    return run


@pytest.mark.parametrize(
    ("label", "learning_rate", "batch_size", "epochs"),
    [
        ("diverges", 30, 10, 4),
        ("rate too high", 3, 10, 4),  # with a rate of 4, rounding decides where the run ends up
        ("rate too low", 0.005, 10, 4),
        ("batch too small", 0.1, 1, 4),
        ("right", 0.1, 10, 4),
        ("right", 0.5, 50, 10),
        ("right", 1, 50, 10),
    ],
)
def test_real_runs_get_the_right_loss_curve_label(label, learning_rate, batch_size, epochs):
    losses = np.array(train(learning_rate, batch_size, epochs, reg=3e-3).loss_history)
    hundred = losses[np.linspace(0, len(losses) - 1, 100).round().astype(int)]
    assert reference("diagnose_loss_curve")(hundred) == label


def with_wrong_labels():
    rng, y = np.random.default_rng(0), DIGITS["y_train"][:400].copy()
    wrong = rng.random(400) < 0.4
    y[wrong] = rng.integers(10, size=wrong.sum())
    return DIGITS | {"X_train": DIGITS["X_train"][:400], "y_train": y}


@pytest.mark.parametrize(
    ("label", "settings"),
    [
        ("overfits", {"learning_rate": 0.5, "batch_size": 20, "examples": with_wrong_labels()}),
        ("too little capacity", {"learning_rate": 0.1, "batch_size": 50, "hidden": 1}),
        ("not finished", {"learning_rate": 0.003, "batch_size": 50}),
        ("fits well", {"learning_rate": 0.3, "batch_size": 50}),
    ],
)
def test_real_runs_get_the_right_gap_label(label, settings):
    run = train(epochs=30, **settings)
    assert reference("diagnose_gap")(np.array([run.train_acc_history, run.val_acc_history])) == label


@pytest.mark.parametrize(
    ("label", "activation", "settings"),
    [
        ("too small", "tanh", {"weight_scale": 0.02}),
        ("good", "tanh", {"init": "xavier"}),
        ("too large", "tanh", {"weight_scale": 1.0}),
        ("too small", "relu", {"weight_scale": 0.03}),
        ("good", "relu", {"init": "he"}),
        ("too large", "relu", {"weight_scale": 1.0}),
    ],
)
def test_real_networks_get_the_right_initialization_label(label, activation, settings):
    pair = TANH if activation == "tanh" else (layers.relu_forward, layers.relu_backward)
    model = models.FullyConnectedNet([60] * 5, 64, 10, activation=pair, dtype=np.float64, seed=0, **settings)
    outputs = model.activations(np.random.default_rng(0).standard_normal((300, 64)))
    rows = [reference("activation_statistics")(outputs[f"activation{i}"]) for i in range(1, 6)]
    table = np.array([[row[key] for key in ("mean", "std", "saturated", "dead")] for row in rows])
    assert reference("diagnose_activations")(table, activation) == label


# --- judged runs are clearly of one kind ------------------------------------------------------------------

# No docstring gives a threshold, so every sensible one must be right on nearly all runs. Each rule below takes the
# numbers that a student might compare, at both ends of what is sensible.


def curve_rule(losses, level, wiggle, plateau):
    """Diagnose a loss curve with thresholds for the remaining loss, for the wiggle, and for an early fall."""
    start, early, end = losses[0], losses[20:40].mean(), losses[-15:].mean()
    if not np.isfinite(losses).all() or end > start:
        return "diverges"
    if end > level * start:
        return "rate too high" if start - early > plateau * (start - end) else "rate too low"
    return "batch too small" if losses[-40:].std() > wiggle * losses[-40:].mean() else "right"


def gap_rule(accuracies, gap, rise, top):
    """Diagnose a network from its training and validation accuracies.

    The thresholds are for the gap, for the rise over ten epochs, and for what counts as high.
    """
    (training, validation), before = accuracies[:, -5:].mean(axis=1), accuracies[0, -15:-10].mean()
    if training - validation > gap:
        return "overfits"
    if training - before > rise:
        return "not finished"
    return "fits well" if training > top else "too little capacity"


def state_rule(table, activation, dead, small, saturated, large):
    """Diagnose a network with thresholds for the worst layer's statistics."""
    if table[:, 3].max() > dead:
        return "dead units"
    if table[:, 1].min() < small:
        return "too small"
    is_large = table[:, 2].max() > saturated if activation == "tanh" else table[:, 1].max() > large
    return "too large" if is_large else "good"


def combined(**ends):
    """Return every combination of the thresholds' lowest and highest sensible values."""
    return [dict(zip(ends, values, strict=True)) for values in itertools.product(*ends.values())]


def right_fraction(records, labels, rule, **thresholds):
    found = [rule(record, **thresholds) for record in records]
    return np.mean(np.array(found) == labels)


@pytest.mark.parametrize("thresholds", combined(level=(0.2, 0.5), wiggle=(0.4, 0.6), plateau=(0.55, 0.75)), ids=str)
def test_every_sensible_threshold_diagnoses_the_loss_curves(thresholds):
    assert right_fraction(*practice.loss_curves(1000, rng=1), curve_rule, **thresholds) > 0.98


@pytest.mark.parametrize("thresholds", combined(gap=(0.08, 0.22), rise=(0.02, 0.08), top=(0.7, 0.9)), ids=str)
def test_every_sensible_threshold_gives_the_right_diagnoses_of_accuracies(thresholds):
    assert right_fraction(*practice.accuracy_records(1000, rng=1), gap_rule, **thresholds) > 0.99


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize(
    "thresholds", combined(dead=(0.4, 0.7), small=(0.01, 0.15), saturated=(0.3, 0.7), large=(10, 100)), ids=str
)
def test_every_sensible_threshold_diagnoses_the_statistics(activation, thresholds):
    tables, labels = practice.layer_statistics(400, activation, layers=6, rng=1)
    assert right_fraction(tables, labels, state_rule, activation=activation, **thresholds) > 0.98


@pytest.mark.parametrize("name", ["diagnose_loss_curve", "diagnose_gap", "diagnose_activations"])
def test_no_docstring_gives_a_threshold(name):
    """The only numbers are those of the inputs: their shapes, their ranges, and the fraction that must be right."""
    text = inspect.getdoc(reference(name)).partition("References")[0]
    assert set(re.findall(r"\d+\.\d+|\b(?:half|quarter|tenth|twice)\b", text)) <= {"0.95"}


@pytest.mark.parametrize("name", ["diagnose_loss_curve", "diagnose_gap", "diagnose_activations"])
def test_label_order_depends_on_the_seed_and_no_constant_label_passes(name):
    """The order of instances differs between seeds, and no single label is right often enough."""
    samples = [list(EXERCISES[name].cases(np.random.default_rng(seed))) for seed in range(2)]
    for one, other in zip(*samples, strict=True):
        assert one.truth["labels"].tolist() != other.truth["labels"].tolist()
        most_common = max(np.mean(one.truth["labels"] == label) for label in one.truth["allowed"])
        assert most_common <= 0.5 < one.truth["share"]


# --- hints for answers that are not among the known mistakes ---------------------------------------------


def judged(name, function, seed):
    cases = draw(EXERCISES[name], seed)
    return verdict(EXERCISES[name], cases, run_here(EXERCISES[name], function, cases))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("first", [0, None], ids=["any std above 1", "std grows"])
def test_too_low_a_limit_for_relu_gets_a_hint_about_the_limit(first, seed):
    def diagnose_activations(statistics, activation):
        std = statistics[:, 1]
        if activation == "relu" and statistics[:, 3].max() <= 0.5 and std.min() >= 0.05:
            return "too large" if (std > 1 if first == 0 else std[-1:] > std[0]).any() else "good"
        return reference("diagnose_activations")(statistics, activation)

    found = judged("diagnose_activations", diagnose_activations, seed)
    assert found.score < found.points
    assert found.mistake is None or "set its limit well above 1" in found.mistake.hint


@pytest.mark.parametrize("ends", [[0], [-1], [0, -1]], ids=str)
def test_looking_only_at_the_ends_loses_points(ends):
    def diagnose_activations(statistics, activation):
        return reference("diagnose_activations")(statistics[ends], activation)

    assert all(judged("diagnose_activations", diagnose_activations, seed).score < 2 for seed in range(3))


@pytest.mark.parametrize("seed", range(3))
def test_blocks_of_neighbors_in_random_order_are_named_even_if_one_is_smaller(seed):
    def minibatches(num_examples, batch_size, rng):
        starts = np.arange(0, num_examples, batch_size)
        return [np.arange(i, min(i + batch_size, num_examples)) for i in rng.permutation(starts)]

    assert judged("minibatches", minibatches, seed).mistake.name == "only_batches_shuffled"


# --- numbers that the notebook quotes --------------------------------------------------------------------


def test_sampling_with_replacement_misses_37_percent():
    batches = mistaken("minibatches", "drawn_with_replacement")(1097, 50, np.random.default_rng(0))
    assert 1 - len(np.unique(np.concatenate(batches))) / 1097 == pytest.approx(0.37, abs=0.03)


def test_squared_norms_report_three_percent_steps_as_a_thousandth():
    w = np.random.default_rng(0).normal(size=(4, 5))
    found = mistaken("update_ratio", "squared_norms")({"W1": w}, {}, {"W1": 0.0316 * w})
    assert found["W1"] == pytest.approx(1e-3, rel=0.01)


def test_glorot_standard_deviation_for_layers_of_sixty_units_is_as_quoted():
    assert models.initial_weights((60, 60), "xavier", seed=0).std() == pytest.approx(0.13, abs=0.005)


def test_too_large_weights_make_gradients_sixteen_times_larger_in_layer_1_than_in_layer_5():
    X, y = DIGITS["X_train"], DIGITS["y_train"]
    model = models.FullyConnectedNet([60] * 5, 64, 10, activation=TANH, weight_scale=1.0, dtype=np.float64, seed=0)
    gradients = model.loss(X[:300] / X.std(), y[:300])[1]
    assert gradients["W1"].std() / gradients["W5"].std() == pytest.approx(16, abs=0.5)
