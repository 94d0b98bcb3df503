"""Printed errors and fixes: comparisons with PyTorch, SciPy, and closed forms, and the notebook's numbers."""

import ast
import inspect
import itertools
import json
import textwrap
from pathlib import Path

import jupytext
import numpy as np
import pytest
import scipy

from autograder.catalogue import assignments
from autograder.judging.cases import draw, run_here
from autograder.judging.judge import verdict
from autograder.paths import ROOT
from gradlab import drivers, layers, losses

EXERCISES = {
    name: exercise for name, exercise in assignments()["debug_the_notes"].exercises.items() if name.startswith("fix_")
}
TORCH = np.load(Path(__file__).with_name("update_rules_torch_values.npz"), allow_pickle=False)
TORCH_RULES = json.loads(str(TORCH["rules"]))
SEEDS = range(3)


def fixed(what):
    return EXERCISES[f"fix_{what}"].reference


def printed(what):
    return next(m.function for m in EXERCISES[f"fix_{what}"].mistakes if m.name == "as_printed")


# --- printed code -----------------------------------------------------------------------------------------


def shown():
    """Return the functions in the notebook's demonstrations, keyed by name."""
    master = jupytext.read(ROOT / "assignments" / "debug_the_notes" / "debug_the_notes.md", fmt="md:myst")
    demos = [cell for cell in master.cells if "demo" in cell.metadata.get("tags", [])]
    nodes = [node for cell in demos for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
    return {node.name: node for node in nodes}


def code(node):
    """Return a function's arguments and body in a form that can be compared."""
    return ast.dump(node.args), [ast.dump(statement) for statement in node.body]


@pytest.mark.parametrize("name", EXERCISES)
def test_notebook_shows_the_code_of_the_known_mistake(name):
    what = name.removeprefix("fix_")
    known = ast.parse(textwrap.dedent(inspect.getsource(printed(what)))).body[0]
    assert code(shown()[f"{what}_as_printed"]) == code(known)


@pytest.mark.parametrize("name", EXERCISES)
def test_printed_code_has_the_signature_of_the_fix(name):
    what = name.removeprefix("fix_")
    assert inspect.signature(printed(what)) == inspect.signature(fixed(what))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", EXERCISES)
def test_printed_code_fails_every_case(name, seed):
    """A submission of the printed code must earn no points at all."""
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], seed)
    found = verdict(exercise, cases, run_here(exercise, printed(name.removeprefix("fix_")), cases))
    assert (found.score, found.mistake.name) == (0.0, "as_printed")
    assert not any(outcome.passed for outcome in found.outcomes)


# --- PyTorch, SciPy, closed forms -------------------------------------------------------------------------

SAME_RULE = {
    "sgd": "descent",
    "sgd_momentum": "momentum",
    "nesterov_momentum": "nesterov_rule",
    "adagrad": "adagrad",
    "rmsprop": "rmsprop",
}
DEFAULTS = {
    "sgd": {},
    "sgd_momentum": {"learning_rate": 1e-2, "momentum": 0.9},
    "nesterov_momentum": {"learning_rate": 1e-2, "momentum": 0.9},
    "adagrad": {"learning_rate": 1e-2, "epsilon": 1e-8},
    "rmsprop": {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8},
}


@pytest.mark.parametrize("i", [i for i, (rule, _) in enumerate(TORCH_RULES) if rule in SAME_RULE])
def test_fixed_rules_take_the_same_path_as_pytorch(i):
    rule, config = TORCH_RULES[i]
    given = {**DEFAULTS[rule], **config}
    path = drivers.trajectory(fixed(SAME_RULE[rule]), TORCH["start"], TORCH["gradients"], given)["w"]
    np.testing.assert_allclose(path, TORCH[f"{i} w"], rtol=1e-12, atol=1e-13)


def torch_adam(t):
    """Return PyTorch's weights after t steps of Adam with default settings."""
    i = TORCH_RULES.index(["adam", {}])
    return TORCH[f"{i} w"][t - 1]


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_adam_with_state_reaches_pytorchs_weights(steps):
    w = fixed("adam_state")(TORCH["start"], TORCH["gradients"][:steps], 1e-3, 0.9, 0.999)
    np.testing.assert_allclose(w, torch_adam(steps), rtol=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_adam_loop_takes_the_requested_number_of_steps(steps):
    """Given the recorded gradients one by one, the loop must end at PyTorch's weights."""
    recorded = iter(TORCH["gradients"])
    w = fixed("adam_loop")(TORCH["start"], lambda w: next(recorded), steps, 1e-3)
    np.testing.assert_allclose(w, torch_adam(steps), rtol=1e-12)
    assert len(list(recorded)) == len(TORCH["gradients"]) - steps


@pytest.mark.parametrize("seed", SEEDS)
def test_both_forms_of_nesterov_take_the_same_path(seed):
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(3, 3))
    matrix, x, v = factor @ factor.T / 9, rng.normal(size=3), np.zeros(3)
    w, config = x, {"learning_rate": 0.1, "momentum": 0.8}
    for _ in range(30):
        np.testing.assert_allclose(x + 0.8 * v, w, atol=1e-13)
        x, v = fixed("nesterov_formula")(x, v, lambda point: matrix @ point, 0.8, 0.1)
        w, config = fixed("nesterov_rule")(w, matrix @ w, config)


def leaky(values, decay):
    """Return the leaky average of the values, started at zero, computed with a SciPy filter."""
    return scipy.signal.lfilter([1 - decay], [1, -decay], values, axis=0)[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_fixed_averages_equal_scipys_filter(seed):
    rng = np.random.default_rng(seed)
    gradients, batches, weights = rng.normal(size=(20, 3)), rng.normal(size=(15, 8, 3)), rng.normal(size=(12, 2, 3))
    adagrad, rmsprop = fixed("caches")(gradients, 0.8)
    np.testing.assert_allclose(adagrad, np.linalg.norm(gradients, axis=0) ** 2)
    np.testing.assert_allclose(rmsprop, leaky(gradients**2, 0.8))
    mean, var = fixed("batchnorm_statistics")(batches, 0.9)
    np.testing.assert_allclose(mean, leaky(batches.mean(axis=1), 0.9))
    np.testing.assert_allclose(var, leaky(scipy.stats.moment(batches, 2, axis=1), 0.9))
    average = fixed("weight_average")(weights, np.ones(12), 0.9)
    np.testing.assert_allclose(average, leaky(weights, 0.9) / leaky(np.ones(12), 0.9))


@pytest.mark.parametrize("mu", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("steps", [1, 2, 50])
def test_gain_and_friction_match_closed_forms(mu, steps):
    assert fixed("momentum_gain")(mu, steps) == pytest.approx((1 - mu**steps) / (1 - mu))
    assert fixed("friction")(2.0, mu, steps) == pytest.approx(2 * mu**steps)


@pytest.mark.parametrize(("rule", "moved"), [("vanilla", 5.0), ("momentum", 41.046384), ("adagrad", 1.275237)])
def test_each_rule_moves_the_distance_that_its_closed_form_gives(rule, moved):
    """The distances are 50 η, η Σ (1 - 0.9ᵗ)/0.1, and η Σ 1/√t, for 50 gradients of 1 and η = 0.1."""
    w, taken = fixed("lost_line_breaks")(rule, np.zeros(1), np.ones((50, 1)), 0.1)
    assert (taken, w[0]) == (50, pytest.approx(-moved, rel=1e-6))


def test_adagrad_never_raises_a_learning_rate():
    factors = fixed("adagrad_rates")(np.random.default_rng(0).normal(size=(9, 500)))
    assert (factors < 1).all()
    steady = fixed("adagrad_rates")(np.array([[1.0, 0.0, 2.0]] + 3 * [[1.0, 0.0, 0.0]] + [[1.0, 3.0, 0.0]]))
    np.testing.assert_allclose(steady, [5**-0.5, 1, 1])


@pytest.mark.parametrize("seed", SEEDS)
def test_taylor_expansion_is_exact_for_quadratics_and_second_order_otherwise(seed):
    rng = np.random.default_rng(seed)
    factor, g, d = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)
    hessian = factor + factor.T

    def quadratic(w):
        return g @ w + w @ hessian @ w / 2

    assert fixed("taylor")(0.0, quadratic(d), g, hessian, d) == pytest.approx(1)
    w = rng.uniform(0.5, 1, 3)
    rosen, slope, curved = (f(w) for f in (scipy.optimize.rosen, scipy.optimize.rosen_der, scipy.optimize.rosen_hess))
    off = [abs(fixed("taylor")(rosen, scipy.optimize.rosen(w + h * d), slope, curved, h * d) - 1) for h in (1e-3, 1e-4)]
    assert np.log10(off[0] / off[1]) == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize("seed", SEEDS)
def test_condition_number_matches_scipy(seed):
    factor = np.random.default_rng(seed).normal(size=(4, 4))
    hessian = factor + factor.T
    singular = scipy.linalg.svdvals(hessian)
    assert fixed("condition_number")(np.ones(4), hessian) == pytest.approx(singular[0] / singular[-1])


def test_critical_points_of_an_egg_box_are_counted_by_kind():
    places = np.array(list(itertools.product(range(-2, 3), repeat=2)))
    hessians = np.array([np.diag(-np.cos(np.pi * place)) for place in places])
    assert fixed("critical_points")(np.zeros((25, 2)), hessians) == {"minimum": 4, "maximum": 9, "saddle": 12}
    assert printed("critical_points")(np.zeros((25, 2)), hessians) == {"minimum": 4, "maximum": 0, "saddle": 21}


@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_along_weights_equal_numerical_gradients(seed):
    rng = np.random.default_rng(seed)
    X, y, w = rng.uniform(1, 2, (7, 3)), rng.normal(size=7), rng.normal(size=3)
    slopes = scipy.optimize.approx_fprime(w, lambda w: np.mean((X @ w - y) ** 2) / 2)
    np.testing.assert_allclose(fixed("feature_scales")(X, y, w), np.abs(slopes), rtol=1e-5)


def test_slope_jumps_match_known_functions():
    h, functions = 1e-4, (lambda x: max(x, 0.0), abs, np.tanh, lambda x: max(0.0, 3 * x, 5 * x))
    values = np.array([[f(x) for f in functions] for x in (-h, 0.0, h)])
    np.testing.assert_allclose(fixed("kink_jump")(*values, h), [1, 2, 0, 5], atol=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_kinks_are_found_where_a_centered_difference_fails(seed):
    """A max over lines crosses a kink where its numerical slope differs from the slopes of all the lines."""
    rng = np.random.default_rng(seed)
    slopes, values, h = rng.normal(size=(2, 500, 3)), rng.normal(size=(500, 3)), 0.05
    plus, minus = values + h * slopes[0], values - h * slopes[0]
    difference = (plus.max(axis=1) - minus.max(axis=1)) / (2 * h)
    failed = np.abs(difference[:, None] - slopes[0]).min(axis=1) > 1e-9
    assert failed.sum() > 5
    assert fixed("kink_test")(plus, minus) == failed.sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_sampled_learning_rates_are_uniform_on_a_log_scale(seed):
    rates = fixed("rate_sampling")(-5.0, -1.0, 3000, np.random.default_rng(seed))
    assert scipy.stats.kstest(np.log10(rates), scipy.stats.uniform(-5, 4).cdf).pvalue > 1e-6


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.8])
def test_dropout_masks_keep_the_right_fraction(fraction):
    h = np.ones((300, 200))
    mask = fixed("dropout_mask")(h, fraction, np.random.default_rng(0))
    out = fixed("dropout_keep")(h, fraction, np.random.default_rng(1))
    assert scipy.stats.binomtest(int(mask.sum()), mask.size, fraction).pvalue > 1e-6
    assert scipy.stats.binomtest(int((out == 0).sum()), out.size, fraction).pvalue > 1e-6
    assert set(np.unique(out)) == {0, 1 / (1 - fraction)}


def test_network_with_masks_of_ones_equals_the_librarys_layers():
    rng = np.random.default_rng(0)
    sizes = (4, 6, 6, 3)
    params = {f"W{i}": rng.normal(size=sizes[i - 1 : i + 1]) for i in (1, 2, 3)}
    params |= {f"b{i}": rng.normal(size=sizes[i]) for i in (1, 2, 3)}
    x = X = rng.normal(size=(5, 4))
    for i in (1, 2):
        x, _ = layers.relu_forward(layers.affine_forward(x, params[f"W{i}"], params[f"b{i}"])[0])
    expected, _ = layers.affine_forward(x, params["W3"], params["b3"])
    ones, zeros = np.ones((5, 6)), np.zeros((5, 6))
    np.testing.assert_allclose(fixed("two_masks")(X, params, ones, ones), expected)
    np.testing.assert_allclose(fixed("two_masks")(X, params, ones, zeros), np.tile(params["b3"], (5, 1)))


def test_update_ratio_is_a_thousandth_for_a_relative_step_of_a_thousandth():
    w = np.random.default_rng(0).normal(size=(3, 4))
    assert fixed("update_ratio")(w, -w, 1e-3) == pytest.approx(1e-3)
    assert printed("update_ratio")(w, -w, 1e-3) == pytest.approx(1e-6)


# --- numbers that the notebook and its model answer quote -------------------------------------------------


def test_uncorrected_adam_is_at_most_seven_times_too_fast():
    lengths = fixed("adam_first_steps")(0.9, 0.999, 5000)
    assert (lengths[0], lengths.max()) == (pytest.approx(3.16, abs=0.005), pytest.approx(6.57, abs=0.005))
    assert lengths.argmax() + 1 == 12


def test_adam_does_not_slow_down_under_a_constant_gradient():
    assert fixed("adam_slowing")(np.ones(5000), 0.9, 0.999)[-1] == pytest.approx(1.0, abs=5e-5)
    assert printed("adam_slowing")(np.ones(5000), 0.9, 0.999)[-1] < 0.45


def test_printed_rmsprop_is_nan_at_the_second_step():
    w, config, caches = np.array(5.0), {"learning_rate": 0.1, "decay_rate": 0.9, "epsilon": 1e-8}, []
    with np.errstate(invalid="ignore"):
        for _ in range(2):
            w, config = printed("rmsprop")(w, w, config)
            caches.append(config["cache"])
    assert caches == [25.0, pytest.approx(-553.7, abs=0.1)]
    assert np.isnan(w)


def test_printed_nesterov_rule_is_plain_momentum():
    config = {"learning_rate": 0.1, "momentum": 0.9}
    start, gradients = TORCH["start"], TORCH["gradients"]
    paths = [
        drivers.trajectory(rule, start, gradients, config)["w"]
        for rule in (printed("nesterov_rule"), fixed("momentum"))
    ]
    np.testing.assert_array_equal(*paths)


def test_printed_dropout_mask_keeps_31_percent():
    kept = printed("dropout_mask")(np.ones((2000, 1000)), 0.5, np.random.default_rng(0)).mean()
    assert kept == pytest.approx(0.309, abs=1e-3)
    assert scipy.stats.norm.sf(0.5) == pytest.approx(0.3085, abs=5e-5)


def test_feature_in_100_to_200_affects_the_loss_300_times_as_much():
    rng = np.random.default_rng(0)
    X = np.stack([rng.uniform(0, 1, 10_000), rng.uniform(100, 200, 10_000)], axis=1)
    small, large = fixed("feature_scales")(X, X @ [1.0, 0.01] - 0.2, np.array([1.0, 0.01]))
    assert large / small == pytest.approx(300, rel=0.02)


def test_svm_loss_on_cifar_10_computes_450000_maxima():
    scores, y = np.zeros((50, 10)), np.zeros(50, dtype=int)
    _, dscores = losses.svm_loss(scores, y)
    assert np.count_nonzero(dscores[:, 1:]) * 1000 == 450_000
