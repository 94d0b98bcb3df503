"""Babysitting: comparisons with SciPy and with hand counts, and diagnoses of networks that the tests train."""

import numpy as np
import pytest
import scipy.signal
import scipy.stats

from autograder.catalogue import assignments
from gradlab import data, layers, models, solver

EXERCISES = assignments()["babysitting"].exercises


def reference(name):
    return EXERCISES[name].reference


def mistaken(name, mistake):
    """Return the function of a known mistake."""
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
    """After 100 steps with beta = 0.99, the first value still has a third of the weight, as the mistake's hint says."""
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
        ("diverges", 30, 50, 10),
        ("rate too high", 3, 10, 2),
        ("rate too low", 0.02, 50, 10),
        ("batch too small", 0.1, 2, 2),
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


# --- generated instances match the docstrings -------------------------------------------------------------


def instances(name, label):
    """Yield all instances with this label in ten samples of the cases, each with the inputs of its case."""
    for seed in range(10):
        for case in EXERCISES[name].cases(np.random.default_rng(seed)):
            for value in case.inputs["values"][case.truth["labels"] == label]:
                yield value, case.inputs


def fraction(name, label, holds):
    """Return the fraction of instances with this label for which ``holds(value, inputs)`` is true."""
    return np.mean([bool(holds(value, inputs)) for value, inputs in instances(name, label)])


# Each condition holds for almost all curves, but not for all, because it uses means of a few noisy losses.
CURVES = {
    "diverges": lambda x: not np.isfinite(x[-1]) or x[80:].mean() > x[0],
    "rate too high": lambda x: x[80:].mean() > x[0] / 4 and abs(x[15:50].mean() - x[50:].mean()) < x[0] / 6,
    "rate too low": lambda x: x[0] / 2 < x[90:].mean() < 0.92 * x[0],
    "batch too small": lambda x: x[80:].mean() < x[0] / 4 and x[50:].std() > x[50:].mean() / 2,
    "right": lambda x: x[80:].mean() < x[0] / 4 and x[50:].std() < x[50:].mean() / 2,
}


@pytest.mark.parametrize("label", CURVES)
def test_generated_loss_curves_match_their_descriptions(label):
    assert fraction("diagnose_loss_curve", label, lambda x, _: CURVES[label](x)) > 0.97


@pytest.mark.parametrize(
    ("label", "holds"),
    [
        ("overfits", lambda gap, rise, top: gap > 0.15),
        ("too little capacity", lambda gap, rise, top: gap < 0.055 and rise < 0.02 and top < 0.76),
        ("not finished", lambda gap, rise, top: gap < 0.055 and rise > 0.045),
        ("fits well", lambda gap, rise, top: gap < 0.055 and rise < 0.02 and top > 0.89),
    ],
)
def test_generated_gaps_match_their_descriptions(label, holds):
    def one(accuracies, _):
        training, validation = accuracies[:, -5:].mean(axis=1)
        return holds(training - validation, accuracies[0, -3:].mean() - accuracies[0, 18:21].mean(), training)

    assert fraction("diagnose_gap", label, one) > 0.99


@pytest.mark.parametrize("label", ["too small", "too large", "dead units", "good"])
def test_generated_statistics_match_their_descriptions(label):
    def one(table, given):
        _, std, saturated, dead = table.T
        large = saturated.max() > 0.5 if given["activation"] == "tanh" else std.max() > 10
        first = np.flatnonzero([dead.max() > 0.5, std.min() < 0.05, large, True])[0]
        return ("dead units", "too small", "too large", "good")[first] == label

    assert fraction("diagnose_activations", label, one) == 1.0


@pytest.mark.parametrize("name", ["diagnose_loss_curve", "diagnose_gap", "diagnose_activations"])
def test_label_order_depends_on_the_seed_and_no_constant_label_passes(name):
    """The order of instances differs between seeds, and no single label is right often enough."""
    samples = [list(EXERCISES[name].cases(np.random.default_rng(seed))) for seed in range(2)]
    for one, other in zip(*samples, strict=True):
        assert one.truth["labels"].tolist() != other.truth["labels"].tolist()
        most_common = max(np.mean(one.truth["labels"] == label) for label in one.truth["allowed"])
        assert most_common <= 0.5 < one.truth["share"]


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
