"""Update rules: comparisons with PyTorch and closed forms, and the numbers that the notebook quotes."""

import functools
import json
from pathlib import Path

import numpy as np
import pytest
import scipy

from autograder.catalogue import assignments
from autograder.exercise import Case
from autograder.judging.cases import decide_all, draw, expected_runs, run_here
from autograder.judging.judge import is_named, verdict
from autograder.judging.known import known_mistakes
from autograder.paths import ROOT
from gradlab import drivers, oracles, properties
from gradlab.checks import store
from gradlab.checks.public_report import public_report

EXERCISES = assignments()["update_rules"].exercises
TORCH = np.load(Path(__file__).with_name("update_rules_torch_values.npz"), allow_pickle=False)
TORCH_RULES = json.loads(str(TORCH["rules"]))
SEEDS = range(3)


def reference(name):
    return EXERCISES[name].reference


def mistaken(name, mistake):
    """Return the function that makes a known mistake."""
    return next(m.function for m in EXERCISES[name].mistakes if m.name == mistake)


def follow(rule, w, gradients, config=None):
    return drivers.trajectory(rule, w, gradients, config)["w"]


def step_lengths(rule, steps, gradient=1.0):
    """Return the length of each step of one weight under a constant gradient, in units of the learning rate."""
    path = follow(rule, np.zeros(1), np.full((steps, 1), gradient), {"learning_rate": 1e-3})
    return np.abs(np.diff(path[:, 0], prepend=0.0)) / 1e-3


def symmetric(rng, size):
    matrix = rng.normal(size=(size, size))
    return (matrix + matrix.T) / 2


def positive(rng, size):
    matrix = rng.normal(size=(size, size))
    return matrix @ matrix.T + np.eye(size)


# --- PyTorch ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("i", range(len(TORCH_RULES)), ids=[f"{rule}-{c}" for rule, c in TORCH_RULES])
def test_rule_takes_the_same_path_as_pytorch(i):
    rule, config = TORCH_RULES[i]
    path = follow(reference(rule), TORCH["start"], TORCH["gradients"], config)
    np.testing.assert_allclose(path, TORCH[f"{i} w"], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("i", range(len(TORCH_RULES)), ids=[f"{rule}-{c}" for rule, c in TORCH_RULES])
def test_rule_ends_in_the_same_state_as_pytorch(i):
    (rule, config), w = TORCH_RULES[i], TORCH["start"]
    for dw in TORCH["gradients"]:
        w, config = reference(rule)(w, dw, config)
    states = {name.split()[1] for name in TORCH if name.startswith(f"{i} ")} - {"w"}
    assert states == {key for key, value in config.items() if isinstance(value, np.ndarray)}
    for key in states:
        np.testing.assert_allclose(config[key], TORCH[f"{i} {key}"], rtol=1e-12, atol=1e-13)


def as_pytorch(rule):
    """Wrap a rule with momentum to keep the learning rate out of the velocity, as PyTorch does."""

    def rescaled(w, dw, config):
        velocity = config.get("velocity", 0.0) * config["learning_rate"] / config.get("last", config["learning_rate"])
        next_w, after = rule(w, dw, {**config, "velocity": velocity})
        return next_w, {**after, "last": config["learning_rate"]}

    return rescaled


def follow_schedule(rule, momentum=0.9):
    w, config, path = TORCH["start"], {"momentum": momentum}, []
    for dw, rate in zip(TORCH["gradients"], TORCH["schedule"].tolist(), strict=True):
        w, config = rule(w, dw, {**config, "learning_rate": rate})
        path.append(w)
    return np.array(path)


@pytest.mark.parametrize("name", ["sgd_momentum", "nesterov_momentum"])
def test_pytorch_keeps_the_learning_rate_out_of_the_velocity(name):
    """Both take the same path until the schedule lowers the learning rate. Then ours coasts on its old velocity."""
    expected = TORCH[f"scheduled {name}"]
    np.testing.assert_allclose(follow_schedule(as_pytorch(reference(name))), expected, rtol=1e-12, atol=1e-13)
    ours, drop = follow_schedule(reference(name)), int(np.argmin(TORCH["schedule"]))
    np.testing.assert_allclose(ours[:drop], expected[:drop], rtol=1e-12, atol=1e-13)
    assert abs(ours[drop] - expected[drop]).max() > 0.01


@pytest.mark.parametrize("i", range(len(TORCH["limits"])))
def test_clipping_agrees_with_pytorch(i):
    """PyTorch divides by norm + 1e-6, which makes a relative difference of 2e-11 in this test."""
    grads = {name.removeprefix("raw "): TORCH[name] for name in TORCH if name.startswith("raw ")}
    clipped, norm = reference("clip_by_global_norm")(grads, TORCH["limits"][i].item())
    assert norm == pytest.approx(TORCH[f"norm {i}"].item(), rel=1e-12)
    assert list(clipped) == list(grads)
    for name, g in clipped.items():
        np.testing.assert_allclose(g, TORCH[f"clipped {i} {name}"], rtol=1e-10)


# --- closed forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mu", [0.5, 0.9, 0.99])
def test_momentum_gain_is_one_over_one_minus_mu(mu):
    config = {"learning_rate": 1.0, "momentum": mu}
    path = follow(reference("sgd_momentum"), np.zeros(1), np.ones((3000, 1)), config)
    assert path[-2, 0] - path[-1, 0] == pytest.approx(1 / (1 - mu))


@pytest.mark.parametrize("penalty", [1e-3, 1.0])
def test_l2_in_adams_gradient_moves_a_weight_by_the_learning_rate_whatever_its_strength(penalty):
    """If a weight gets no gradient from the loss, Adam divides its decay by the size of the decay."""
    config = {"learning_rate": 1e-2, "weight_decay": penalty}
    after = {
        name: rule(np.ones(1), np.zeros(1), config)[0].item()
        for name, rule in (("L2", mistaken("adamw", "l2_in_the_gradient")), ("decoupled", reference("adamw")))
    }
    assert after["L2"] == pytest.approx(1 - 1e-2, abs=1e-6)
    assert after["decoupled"] == pytest.approx(1 - 1e-2 * penalty, rel=1e-12)


def test_adagrad_steps_shrink_as_one_over_root_t():
    np.testing.assert_allclose(step_lengths(reference("adagrad"), 100), np.arange(1, 101) ** -0.5, rtol=1e-7)


def test_rmsprop_first_step_is_one_over_root_of_one_minus_decay():
    assert step_lengths(reference("rmsprop"), 1)[0] == pytest.approx(10.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_forms_of_nesterov_take_the_same_path(seed):
    rng = np.random.default_rng(seed)
    gradient = functools.partial(oracles.quadratic_gradient, A=positive(rng, 3), b=rng.normal(size=3))
    x, v, settings = rng.normal(size=3), rng.normal(size=3), {"learning_rate": 0.05, "momentum": 0.7}
    ahead = drivers.lookahead(reference("nesterov_lookahead"), x, v, gradient, 20, ahead=True, **settings)

    w, config, path = x + 0.7 * v, {**settings, "velocity": v}, []
    for _ in range(20):
        w, config = reference("nesterov_momentum")(w, gradient(w), config)
        path.append(w)
    np.testing.assert_allclose(ahead["x + momentum v"], path, rtol=1e-11)


@pytest.mark.parametrize("make", [positive, symmetric], ids=["bowl", "any quadratic"])
@pytest.mark.parametrize("seed", SEEDS)
def test_newton_solves_a_quadratic_in_one_step(make, seed):
    rng = np.random.default_rng(seed)
    A, b, w = make(rng, 5), rng.normal(size=5), rng.normal(size=5)
    there = reference("newton_step")(w, A @ w - b, A)
    np.testing.assert_allclose(A @ there, b, atol=1e-10)


@pytest.mark.parametrize("pairs", range(7))
def test_lbfgs_equals_bfgs(pairs):
    """BFGS is equation 6.17 of Nocedal and Wright, applied to all pairs in chronological order, starting from γI."""
    rng, size = np.random.default_rng(pairs), 4
    s = rng.normal(size=(pairs, size))
    y = np.array([positive(rng, size) @ step for step in s]).reshape(pairs, size)
    inverse = np.eye(size) * (s[-1] @ y[-1] / (y[-1] @ y[-1]) if pairs else 1.0)
    for step, change in zip(s, y, strict=True):
        rho = 1 / (change @ step)
        left = np.eye(size) - rho * np.outer(step, change)
        inverse = left @ inverse @ left.T + rho * np.outer(step, step)
    gradient = rng.normal(size=size)
    direction = reference("lbfgs_direction")(gradient, list(s), list(y))
    np.testing.assert_allclose(direction, -inverse @ gradient, rtol=1e-9)


def test_lbfgs_satisfies_the_secant_equation():
    """If the gradient equals the last change in the gradient, the direction is minus the last step."""
    rng = np.random.default_rng(0)
    s = list(rng.normal(size=(3, 4)))
    y = [positive(rng, 4) @ step for step in s]
    np.testing.assert_allclose(reference("lbfgs_direction")(y[-1], s, y), -s[-1], rtol=1e-10)


@pytest.mark.parametrize("seed", range(20))
def test_critical_points_agree_with_cholesky(seed):
    """The Cholesky decomposition needs no eigenvalues, and succeeds only for positive definite matrices."""
    rng = np.random.default_rng(seed)
    hessian = symmetric(rng, 2) + rng.choice([-2.0, 0.0, 2.0]) * np.eye(2)

    def definite(matrix):
        try:
            scipy.linalg.cholesky(matrix)
        except scipy.linalg.LinAlgError:
            return False
        return True

    expected = "minimum" if definite(hessian) else "maximum" if definite(-hessian) else "saddle"
    assert reference("classify_critical_point")(hessian) == expected


@pytest.mark.parametrize(
    ("eigenvalues", "kind"),
    [
        ([1, 2, 3], "minimum"),
        ([-1, -2, -3], "maximum"),
        ([1, 0, -1], "saddle"),
        ([1, 0, 2], "undecided"),
        ([-1, 0, -2], "undecided"),
        ([0, 0, 0], "undecided"),
    ],
)
def test_critical_point_with_a_diagonal_hessian_is_of_the_expected_kind(eigenvalues, kind):
    assert reference("classify_critical_point")(np.diag(np.array(eigenvalues, dtype=float))) == kind


@pytest.mark.parametrize("seed", range(20))
def test_escape_direction_has_the_most_negative_curvature(seed):
    hessian = symmetric(np.random.default_rng(seed), 4)
    least = scipy.linalg.eigh(hessian, eigvals_only=True)[0]
    direction = reference("escape_saddle")(hessian)
    assert least < 0
    assert np.linalg.norm(direction) == pytest.approx(1)
    assert direction @ hessian @ direction == pytest.approx(least)


def test_escape_direction_from_a_minimum_is_none():
    assert reference("escape_saddle")(positive(np.random.default_rng(0), 3)) is None


SADDLE = Case("a saddle", values=np.array([[[1.0, 0.0], [0.0, -1.0]]]))
DOWN = np.array([0.0, 1.0])


@pytest.mark.parametrize(
    ("direction", "finding"),
    [
        (DOWN, ""),
        (-DOWN, ""),
        (np.array([0.4, np.sqrt(0.84)]), ""),
        (np.array([0.8, 0.6]), "the loss does not curve down along the direction"),
        (np.array([0.6, 0.8]), "the loss curves down along the direction, but by less than half of what is possible"),
        (2 * DOWN, "the direction's length is not 1"),
        (None, "None is returned where there is a way down"),
    ],
)
def test_only_unit_directions_of_strong_negative_curvature_pass(direction, finding):
    outcome = properties.has_negative_curvature(SADDLE, {"result 1": direction})
    assert (outcome.passed, outcome.finding) == (not finding, finding)


@pytest.mark.parametrize(
    ("direction", "kind"),
    [
        (np.array(-1.0), "wrong_type"),
        ("down", "wrong_type"),
        (np.array(["0", "1"]), "wrong_type"),
        (DOWN[:, None], "wrong_shape"),
        (np.array([np.nan, 1.0]), "not_finite"),
    ],
)
def test_malformed_direction_is_reported_as_a_problem(direction, kind):
    assert properties.has_negative_curvature(SADDLE, {"result 1": direction}).problem.kind == kind


# --- numbers that the notebook quotes --------------------------------------------------------------------


def test_uncorrected_adam_is_at_most_seven_times_too_fast():
    lengths = step_lengths(mistaken("adam", "no_bias_correction"), 200)
    assert lengths[0] == pytest.approx(3.16, abs=0.005)
    assert lengths.max() == pytest.approx(6.57, abs=0.005)
    assert lengths.argmax() + 1 == 12


def test_adam_does_not_slow_down_but_adagrad_does():
    assert step_lengths(reference("adam"), 5000)[-1] == pytest.approx(1.0, abs=5e-5)
    assert step_lengths(reference("adagrad"), 5000)[-1] == pytest.approx(0.014, abs=5e-4)


def test_descent_with_the_wrong_sign_diverges():
    w, config = np.ones(1), {"learning_rate": 0.1}
    for _ in range(100):
        w, config = mistaken("sgd", "wrong_sign")(w, w, config)
    assert w[0] > 1e4


def test_squares_weighted_by_the_gradient_give_nan_at_the_second_step():
    """On ½ w² from w = 1, the first cache is exactly 0, so the step is enormous; the second cache is negative."""
    rule, w, config, finite = mistaken("rmsprop", "weighed_by_the_gradient"), np.ones(1), None, []
    with np.errstate(invalid="ignore"):
        for _ in range(2):
            w, config = rule(w, w, config)
            finite.append(bool(np.isfinite(w[0])))
    assert finite == [True, False]


def test_hessian_of_a_million_weights_takes_3725_gib():
    assert round(10**6 * 10**6 * np.dtype(np.float32).itemsize / 2**30) == 3725


@pytest.mark.parametrize(("epsilon", "apart"), [(1e-8, False), (1e-3, True)])
def test_placement_of_epsilon_matters_only_if_epsilon_is_large(epsilon, apart):
    rng = np.random.default_rng(0)
    w, gradients = rng.uniform(1, 2, size=3), 1e-2 * rng.uniform(1, 2, size=(10, 3))
    paths = [
        follow(reference("adam_epsilon"), w, gradients, {"epsilon": epsilon, "placement": place})
        for place in ("outside", "inside", "hat")
    ]
    distances = [np.abs(paths[i] - paths[j]).max() / 1e-3 for i, j in ((0, 1), (0, 2), (1, 2))]
    assert all((distance > 0.1) == apart for distance in distances)


# --- mistakes, variants, fairness ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", EXERCISES)
def test_correct_answers_get_full_credit(name, seed):
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], seed)
    for function in (exercise.reference, *(v.function for v in exercise.variants)):
        outcomes = decide_all(exercise, cases, expected_runs(exercise, cases), run_here(exercise, function, cases))
        assert all(outcome.passed for outcome in outcomes), (function.__name__, outcomes)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", EXERCISES)
def test_mistakes_lose_points_and_are_named(name, seed):
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], seed)
    known = known_mistakes(exercise, cases)
    for mistake in exercise.mistakes:
        found = verdict(exercise, cases, run_here(exercise, mistake.function, cases), known)
        assert found.score < found.points
        assert is_named(exercise, mistake, found)


def test_none_at_a_maximum_is_not_mistaken_for_a_missing_return():
    exercise, cases = EXERCISES["escape_saddle"], draw(EXERCISES["escape_saddle"], 0)
    mistake = next(mistake for mistake in exercise.mistakes if mistake.name == "none_at_a_maximum")
    found = verdict(exercise, cases, run_here(exercise, mistake.function, cases))
    assert [each.name for each in found.mistakes] == ["none_at_a_maximum"]


def test_settings_in_configs_are_plain_numbers_or_words():
    """An array or a NumPy scalar with another dtype would change the dtype of float32 weights."""
    for exercise in EXERCISES.values():
        for case in exercise.cases(np.random.default_rng(0)):
            for key, value in (case.inputs.get("config") or {}).items():
                assert type(value) in (int, float, str) or key in ("velocity", "cache", "m", "v")


def adam_with(**constants):
    """Return the reference with constants in place of some of its hyperparameters."""

    def adam(w, dw, config=None):
        w, after = reference("adam")(w, dw, (config or {}) | constants)
        return w, after | {name: value for name, value in (config or {}).items() if name in constants}

    return adam


@pytest.mark.parametrize(
    ("constants", "names"),
    [({"epsilon": 1e-4}, "`epsilon` in `config`"), ({"beta1": 0.83}, "`beta1` in `config`"), ({}, "")],
)
def test_check_names_a_hyperparameter_that_is_hard_coded_with_an_unusual_value(constants, names):
    exercise = store.load(ROOT / "assignments" / "update_rules" / "checks.npz")["adam"]
    report = public_report(exercise, [adam_with(**constants)])
    assert report.hints == ()
    assert report.diagnosis.endswith(f"your answer does not change when {names} changes." if names else "")
