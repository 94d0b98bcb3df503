"""Gradient checking: comparisons with SciPy and closed forms, planted faults, and the notebook's numbers."""

import statistics

import numpy as np
import pytest
import scipy

from autograder.catalogue import assignments
from autograder.exercises.gradient_checking import planted
from autograder.judging.cases import draw, run_here

ASSIGNMENT = assignments()["gradient_checking"]
EXERCISES = ASSIGNMENT.exercises
SEEDS = range(3)


def reference(name):
    return EXERCISES[name].reference


@pytest.mark.parametrize("count", [1, 2, 5, 64])
def test_mean_loss_equals_the_standard_librarys_mean(count):
    losses = np.random.default_rng(count).uniform(0, 9, count)
    assert reference("mean_loss")(losses) == pytest.approx(statistics.fmean(losses))


# --- numerical gradients ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3), (2, 1, 2), ()])
@pytest.mark.parametrize("h", [1e-5, 0.1, 2.0])
def test_centered_difference_of_a_cube_is_off_by_h_squared(shape, h):
    """For every h, ((x + h)³ - (x - h)³) / 2h = 3 x² + h²."""
    x, df = np.random.default_rng(0).uniform(1, 2, (2, *shape))
    grad = reference("eval_numerical_gradient")(lambda v: (v**3).sum(), x, h=h)
    np.testing.assert_allclose(grad, 3 * x**2 + h**2, rtol=1e-8)
    grad = reference("eval_numerical_gradient_array")(lambda v: v**3, x, df, h=h)
    np.testing.assert_allclose(grad, (3 * x**2 + h**2) * df, rtol=1e-8)


def test_numerical_gradient_equals_scipys_derivative():
    rosen, x = scipy.optimize.rosen, np.array([1.3, 0.7, 0.8, 1.9])
    np.testing.assert_allclose(
        reference("eval_numerical_gradient")(rosen, x), scipy.optimize.rosen_der(x), rtol=1e-7, atol=1e-7
    )


def test_numerical_gradient_evaluates_the_function_twice_per_entry():
    calls = []
    reference("eval_numerical_gradient")(lambda v: calls.append(v.copy()) or 0.0, np.zeros((2, 3)))
    assert len(calls) == 12
    assert all(np.count_nonzero(v) == 1 for v in calls)


def test_numerical_gradient_of_a_matrix_product_equals_the_closed_form():
    rng = np.random.default_rng(0)
    x, w, df = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
    array = reference("eval_numerical_gradient_array")
    np.testing.assert_allclose(array(lambda v: v @ w, x, df), df @ w.T, rtol=1e-8)
    np.testing.assert_allclose(array(lambda v: x @ v, w, df), x.T @ df, rtol=1e-8)


def test_sparse_check_reports_its_entries_correctly():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = reference("grad_check_sparse")(
        lambda v: (v**3).sum(), x, 6 * x**2, num_checks=3, h=1.0, rng=np.random.default_rng(0)
    )
    entries = x.ravel()[found["index"]]
    assert len(set(found["index"].tolist())) == 3
    np.testing.assert_allclose(found["numeric"], 3 * entries**2 + 1)
    np.testing.assert_allclose(found["analytic"], 6 * entries**2)
    np.testing.assert_allclose(found["error"], (3 * entries**2 - 1) / (9 * entries**2 + 1))


# --- errors and steps ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "by_sum", "by_max"),
    [
        (3.0, 1.0, 0.5, 2 / 3),
        (1.0, -1.0, 1.0, 2.0),
        (0.0, 0.0, 0.0, 0.0),
        (0.0, 5.0, 1.0, 1.0),
        (1e-9, 3e-9, 0.2, 0.2),
        ([1.0, 0.0, 2.0], [1.0, 0.0, 6.0], 0.5, 2 / 3),
        ([[1e6, 1e-6]], [[1e6, 3e-6]], 0.5, 2 / 3),
    ],
)
def test_relative_errors_match_hand_computed_values(x, y, by_sum, by_max):
    error, x, y = reference("relative_error"), np.array(x), np.array(y)
    assert error(x, y) == error(y, x) == pytest.approx(by_sum)
    assert error(x, y, form="max") == pytest.approx(by_max)


def test_forms_of_the_relative_error_differ_by_at_most_a_factor_of_two():
    rng = np.random.default_rng(0)
    error = reference("relative_error")
    ratios = [error(x, y, form="max") / error(x, y) for x, y in rng.normal(size=(1000, 2, 1))]
    assert 1 - 1e-12 <= min(ratios) <= max(ratios) <= 2 + 1e-12


def test_worst_entry_sees_a_small_wrong_entry_that_norms_and_pytorchs_rule_accept():
    """The notebook's table of conventions says so."""
    numeric = np.concatenate([np.random.default_rng(0).uniform(0.5, 1, 999), [1e-6]])
    analytic = numeric * np.append(np.ones(999), 2)
    norms = np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric))
    assert reference("relative_error")(analytic, numeric) == pytest.approx(1 / 3)
    assert norms < 1e-7
    assert np.allclose(analytic, numeric, rtol=1e-3, atol=1e-5)  # the defaults of torch.autograd.gradcheck


@pytest.mark.parametrize("seed", SEEDS)
def test_convergence_order_equals_scipys_slope(seed):
    rng = np.random.default_rng(seed)
    steps, errors = rng.uniform(1e-6, 1, (2, 9))
    slope = scipy.stats.linregress(np.log(steps), np.log(errors)).slope
    assert reference("convergence_order")(steps, errors) == pytest.approx(slope)
    with_zeros = reference("convergence_order")(np.append(steps, [0.1, 0.2]), np.append(errors, [0.0, 0.0]))
    assert with_zeros == pytest.approx(slope)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("formula", "bound"),
    [
        ("forward", lambda h, noise, derivative: noise / h + h * derivative / 2),
        ("centered", lambda h, noise, derivative: noise / (2 * h) + h**2 * derivative / 6),
    ],
)
def test_best_step_minimizes_the_error_bound(formula, bound, dtype):
    value, derivative = -3.0, 0.2
    noise = float(np.finfo(dtype).eps) * abs(value)
    found = scipy.optimize.minimize_scalar(lambda e: np.log(bound(10**e, noise, derivative)), bounds=(-12, 1))
    h = reference("best_step")(value, derivative, formula, dtype)
    assert np.log10(h) == pytest.approx(found.x, abs=1e-4)


@pytest.mark.parametrize(
    ("error", "smooth", "kinks"),
    [
        (0.0, "happy", "happy"),
        (9e-8, "happy", "happy"),
        (2e-7, "too high", "fine"),
        (9e-5, "too high", "fine"),
        (2e-4, "suspicious", "suspicious"),
        (9e-3, "suspicious", "suspicious"),
        (2e-2, "wrong", "wrong"),
        (np.nan, "wrong", "wrong"),
        (np.inf, "wrong", "wrong"),
    ],
)
def test_gradient_verdict_matches_the_range_of_the_error(error, smooth, kinks):
    assert reference("gradient_verdict")(error) == smooth
    assert reference("gradient_verdict")(error, kinks=True) == kinks


# --- kinks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plus", "minus", "crossed"),
    [
        ([[0, 1e-6]], [[0, -1e-6]], True),
        ([[0, 2e-6]], [[0, 1e-6]], False),
        ([[3.0, 2.9, 1.0]], [[2.9, 3.0, 1.0]], True),
        ([[0.1, -0.2]], [[-0.1, -0.2]], False),
        ([[0, 1], [0, -1]], [[0, -1], [0, 1]], True),
    ],
)
def test_kink_is_crossed_only_if_the_largest_entry_changes(plus, minus, crossed):
    still = np.array([[1.0, 0.0]])
    plus, minus = ({"still": still, "max": np.array(side)} for side in (plus, minus))
    assert reference("crossed_kink")(plus, minus) is crossed


def test_numerical_gradient_near_a_kink_matches_the_notebook():
    grad = reference("eval_numerical_gradient")(lambda v: np.maximum(0, v).sum(), np.array([-1e-6]), h=1e-5)
    assert grad[0] == pytest.approx(0.45)


# --- planted faults --------------------------------------------------------------------------------------


def planted_verdicts(gradient, which):
    """Return the correct verdicts on a network, read from its planted faults without evaluating it."""
    given = gradient.function.keywords
    if given["keep"][which] < 1:
        return ["random"] * 4
    right = planted.RIGHT["reg"]
    return [
        "wrong" if data != 1 else "wrong regularization" if reg != usual else "right"
        for data, reg, usual in zip(given["data_factors"][which], given["reg_factors"][which], right, strict=True)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_checker_finds_exactly_the_planted_faults(seed):
    exercise = EXERCISES["check_gradients"]
    cases = draw(exercise, seed)
    for case, result in zip(cases, run_here(exercise, exercise.reference, cases), strict=True):
        for which in range(len(case.inputs["reg"])):
            verdicts = [result.outputs[f"network {which + 1}, {name}"] for name in planted.PLACES]
            assert verdicts == planted_verdicts(case.inputs["gradient"], which), case.label


def test_checker_cases_hold_several_networks_in_random_order():
    orders = {}
    for seed in range(12):
        for case in draw(EXERCISES["check_gradients"], seed):
            words = [tuple(planted_verdicts(case.inputs["gradient"], i)) for i in range(len(case.inputs["reg"]))]
            orders.setdefault(case.label, set()).add(tuple(words))
            assert len(words) >= 2
    assert all(len(seen) > 1 for seen in orders.values())


def test_correct_network_looks_wrong_near_a_kink():
    rng = np.random.default_rng(0)
    case = planted.case(rng, "kinks", {"smooth": False, "crossed": True})
    loss, gradient = case.inputs["loss"].function, case.inputs["gradient"].function
    params = {name.split()[1]: value for name, value in case.inputs["params"].items()}
    error = {}
    for h in (1e-5, 1e-6, 1e-7):
        found = []
        for name, value in params.items():
            numeric = reference("eval_numerical_gradient")(
                lambda v, name=name: loss(0, {**params, name: v}, 0.0), value, h=h
            )
            found.append(reference("relative_error")(numeric, gradient(0, params, 0.0)[name]))
        error[h] = max(found)
    assert error[1e-5] > 1e-3
    assert max(error[1e-6], error[1e-7]) < 1e-6


def layer(**arrays):
    return {name: np.array(value, dtype=float) for name, value in arrays.items()}


def test_broken_layers_match_those_found_by_hand():
    ones = layer(x=[[1, 1, 1, 1, 1, 1]])
    analytic = [ones, layer(x=[[1, 1, 1, 1, 1, 2]]), layer(x=[[1, 1, 1, 1, 2, 2]]), layer(x=[[0] * 6]), ones]
    numeric = [ones, ones, ones, layer(x=[[0] * 6]), layer(x=[[1.00001] * 6])]
    find = reference("find_the_broken_layers")
    assert find(analytic, numeric) == [2]
    both = [layer(x=[[1, 2]], w=np.ones((9, 9)), b=[3, 4])]
    assert find(both, [{**both[0], "b": np.array([3.0, 5.0])}]) == [0]
    assert find(both, both) == []


def test_samples_hold_distinct_entries_of_every_parameter():
    params = {"W": np.zeros((100, 50)), "b": np.zeros(4), "scale": np.zeros(1)}
    found = reference("sample_dimensions")(params, count=3, rng=np.random.default_rng(0))
    assert {name: len(set(index.tolist())) for name, index in found.items()} == {"W": 3, "b": 3, "scale": 1}


# --- numbers that the notebook quotes --------------------------------------------------------------------


def test_fraction_of_biases_and_chance_of_missing_all_are_as_quoted():
    total, biases = 3072 * 100 + 100 + 100 * 10 + 10, 100 + 10
    assert total == 308_310
    assert round(100 * biases / total, 3) == 0.036
    missed = scipy.stats.hypergeom.pmf(0, total, biases, 10)
    assert round(100 * missed, 1) == 99.6


def test_best_steps_match_the_recommendations():
    best = reference("best_step")
    assert 1e-6 < best(1.0, 1.0) < 1e-5
    assert best(1.0, 1.0, "forward") == pytest.approx(2e-8, rel=0.1)
    assert best(1.0, 1.0, dtype="float32") > 1e-3
