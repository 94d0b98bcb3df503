"""The update rules against PyTorch, against closed forms, and the numbers that the notebook quotes."""

import functools
import json
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg

from autograder.catalogue import assignments
from autograder.exercise import Case, Oracle
from gradlab import drivers, oracles, properties
from gradlab.checks.compare import compare
from gradlab.checks.known_mistakes import KnownMistake, name_mistake
from gradlab.checks.outcome import Outcome
from gradlab.checks.run import run_case

EXERCISES = assignments()["update_rules"].exercises
WRITTEN = assignments()["update_rules"].written
TORCH = np.load(Path(__file__).with_name("torch_values.npz"), allow_pickle=False)
TORCH_RULES = json.loads(str(TORCH["rules"]))
SEEDS = range(3)


def reference(name):
    return EXERCISES[name].reference


def mistaken(name, mistake):
    """A known mistake's function."""
    return next(m.function for m in EXERCISES[name].mistakes if m.name == mistake)


def follow(rule, w, gradients, config=None):
    return drivers.trajectory(rule, w, gradients, config)["w"]


def step_lengths(rule, steps, gradient=1.0):
    """How far one weight moves at each step under a constant gradient, in units of the learning rate."""
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
def test_takes_the_same_path_as_pytorch(i):
    rule, config = TORCH_RULES[i]
    path = follow(reference(rule), TORCH["start"], TORCH["gradients"], config)
    np.testing.assert_allclose(path, TORCH[f"{i} w"], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("i", range(len(TORCH_RULES)), ids=[f"{rule}-{c}" for rule, c in TORCH_RULES])
def test_ends_in_the_same_state_as_pytorch(i):
    (rule, config), w = TORCH_RULES[i], TORCH["start"]
    for dw in TORCH["gradients"]:
        w, config = reference(rule)(w, dw, config)
    states = {name.split()[1] for name in TORCH if name.startswith(f"{i} ")} - {"w"}
    assert states == {key for key, value in config.items() if isinstance(value, np.ndarray)}
    for key in states:
        np.testing.assert_allclose(config[key], TORCH[f"{i} {key}"], rtol=1e-12, atol=1e-13)


# --- closed forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mu", [0.5, 0.9, 0.99])
def test_momentum_gains_up_to_one_over_friction(mu):
    config = {"learning_rate": 1.0, "momentum": mu}
    path = follow(reference("sgd_momentum"), np.zeros(1), np.ones((3000, 1)), config)
    assert path[-2, 0] - path[-1, 0] == pytest.approx(1 / (1 - mu))


def test_adagrad_slows_down_as_one_over_root_t():
    np.testing.assert_allclose(step_lengths(reference("adagrad"), 100), np.arange(1, 101) ** -0.5, rtol=1e-7)


def test_rmsprop_starts_with_a_step_of_one_over_the_root_of_its_leak():
    assert step_lengths(reference("rmsprop"), 1)[0] == pytest.approx(10.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_lookahead_and_transformed_form_are_one_path(seed):
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
def test_newton_needs_one_step_on_a_quadratic(make, seed):
    rng = np.random.default_rng(seed)
    A, b, w = make(rng, 5), rng.normal(size=5), rng.normal(size=5)
    there = reference("newton_step")(w, A @ w - b, A)
    np.testing.assert_allclose(A @ there, b, atol=1e-10)


@pytest.mark.parametrize("pairs", range(7))
def test_lbfgs_is_bfgs_without_the_matrix(pairs):
    """Nocedal & Wright, equation 6.17, from γI and over all pairs in time order."""
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


def test_lbfgs_knows_the_newest_step_exactly():
    """The secant equation: the change of the gradient over the last step leads that step back."""
    rng = np.random.default_rng(0)
    s = list(rng.normal(size=(3, 4)))
    y = [positive(rng, 4) @ step for step in s]
    np.testing.assert_allclose(reference("lbfgs_direction")(y[-1], s, y), -s[-1], rtol=1e-10)


@pytest.mark.parametrize("seed", range(20))
def test_critical_points_agree_with_definiteness(seed):
    """By Cholesky's method, which works for positive definite matrices only, and no eigenvalues."""
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
def test_critical_points_along_the_axes(eigenvalues, kind):
    assert reference("classify_critical_point")(np.diag(np.array(eigenvalues, dtype=float))) == kind


@pytest.mark.parametrize("seed", range(20))
def test_escape_takes_the_steepest_way_down(seed):
    hessian = symmetric(np.random.default_rng(seed), 4)
    least = scipy.linalg.eigh(hessian, eigvals_only=True)[0]
    direction = reference("escape_saddle")(hessian)
    assert least < 0
    assert np.linalg.norm(direction) == pytest.approx(1)
    assert direction @ hessian @ direction == pytest.approx(least)


def test_escape_stays_at_a_minimum():
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
def test_directions_that_lead_down_are_accepted_and_no_others(direction, finding):
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
def test_what_is_no_direction_is_a_problem(direction, kind):
    assert properties.has_negative_curvature(SADDLE, {"result 1": direction}).problem.kind == kind


# --- numbers that the notebook quotes --------------------------------------------------------------------


def test_adam_without_correction_is_at_most_seven_times_too_fast():
    lengths = step_lengths(mistaken("adam", "no_bias_correction"), 200)
    assert lengths[0] == pytest.approx(3.16, abs=0.005)
    assert lengths.max() == pytest.approx(6.57, abs=0.005)
    assert lengths.argmax() + 1 == 12


def test_adam_does_not_decay_its_own_step_and_adagrad_does():
    assert step_lengths(reference("adam"), 5000)[-1] == pytest.approx(1.0, abs=5e-5)
    assert step_lengths(reference("adagrad"), 5000)[-1] == pytest.approx(0.014, abs=5e-4)


def test_the_wrong_sign_diverges():
    w, config = np.ones(1), {"learning_rate": 0.1}
    for _ in range(100):
        w, config = mistaken("sgd", "wrong_sign")(w, w, config)
    assert w[0] > 1e4


def test_weighing_squares_by_the_gradient_ends_in_nan_at_the_second_step():
    """On ½ w² from w = 1: first a cache of exactly 0 and a giant step, then a negative cache."""
    rule, w, config, finite = mistaken("rmsprop", "weighed_by_the_gradient"), np.ones(1), None, []
    with np.errstate(invalid="ignore"):
        for _ in range(2):
            w, config = rule(w, w, config)
            finite.append(bool(np.isfinite(w[0])))
    assert finite == [True, False]


def test_a_million_weights_have_a_hessian_of_3725_gib():
    assert round(10**6 * 10**6 * np.dtype(np.float32).itemsize / 2**30) == 3725


@pytest.mark.parametrize(("epsilon", "apart"), [(1e-8, False), (1e-3, True)])
def test_the_places_of_epsilon_show_when_it_is_large(epsilon, apart):
    rng = np.random.default_rng(0)
    w, gradients = rng.uniform(1, 2, size=3), 1e-2 * rng.uniform(1, 2, size=(10, 3))
    paths = [
        follow(reference("adam_epsilon"), w, gradients, {"epsilon": epsilon, "placement": place})
        for place in ("outside", "inside", "hat")
    ]
    distances = [np.abs(paths[i] - paths[j]).max() / 1e-3 for i, j in ((0, 1), (0, 2), (1, 2))]
    assert all((distance > 0.1) == apart for distance in distances)


# --- mistakes, variants, fairness ------------------------------------------------------------------------


def judged(exercise, functions, seed):
    """The runs and outcomes of several functions on one draw of the cases."""
    cases = list(exercise.cases(np.random.default_rng(seed)))
    inputs = [{k: v.function if isinstance(v, Oracle) else v for k, v in c.inputs.items()} for c in cases]
    expected = [run_case(exercise.driver, [exercise.reference], given) for given in inputs]

    def outcome(case, right, ran):
        if ran.problem:
            return Outcome(False, problem=ran.problem)
        if exercise.judge:
            return exercise.judge(case, ran.outputs)
        return compare(right.outputs, ran.outputs, exercise.tolerance_of(case))

    for function in functions:
        runs = tuple(run_case(exercise.driver, [function], given) for given in inputs)
        yield runs, tuple(map(outcome, cases, expected, runs))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", EXERCISES)
def test_correct_answers_get_full_marks(name, seed):
    exercise = EXERCISES[name]
    functions = [exercise.reference, *(v.function for v in exercise.variants)]
    for function, (_, outcomes) in zip(functions, judged(exercise, functions, seed), strict=True):
        assert all(outcome.passed for outcome in outcomes), (function.__name__, outcomes)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", EXERCISES)
def test_mistakes_lose_points_and_are_named(name, seed):
    exercise = EXERCISES[name]
    results = list(judged(exercise, [m.function for m in exercise.mistakes], seed))
    known = [KnownMistake(m.name, m.hint, *r) for m, r in zip(exercise.mistakes, results, strict=True)]
    for mistake in known:
        assert not all(outcome.passed for outcome in mistake.outcomes), mistake.name
        found = name_mistake(mistake.runs, mistake.outcomes, known, by_findings=exercise.judge is not None)
        assert found is mistake


DO_NOTHING = {
    "nesterov_lookahead": lambda x, v, gradient, learning_rate=1e-2, momentum=0.9: (x, v),
    "momentum_schedule": lambda t, total, start=0.5, end=0.99: start,
    "classify_critical_point": lambda hessian, tolerance=1e-8: "saddle",
    "escape_saddle": lambda hessian: None,
    "newton_step": lambda w, gradient, hessian: w,
    "lbfgs_direction": lambda gradient, s_list, y_list: -gradient,
}


@pytest.mark.parametrize("name", EXERCISES)
def test_doing_nothing_earns_nothing(name):
    lazy = DO_NOTHING.get(name, lambda w, dw, config=None: (w, config or {}))
    ((_, outcomes),) = judged(EXERCISES[name], [lazy], seed=0)
    assert not any(outcome.passed for outcome in outcomes)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_leaves_its_arguments_alone(name):
    exercise = EXERCISES[name]
    ((runs, _),) = judged(exercise, [exercise.reference], seed=0)
    assert not any(ran.changed for ran in runs)


def test_config_values_are_plain_numbers():
    """An array or a NumPy scalar of another dtype among them would change what float32 weights become."""
    for exercise in EXERCISES.values():
        for case in exercise.cases(np.random.default_rng(0)):
            for key, value in (case.inputs.get("config") or {}).items():
                assert type(value) in (int, float, str) or key in ("velocity", "cache", "m", "v")


def test_a_package_of_thirteen_exercises_and_a_question():
    assert len(EXERCISES) == 13
    assert list(WRITTEN) == ["momentum_or_newton"]
    assert sum(item.points for item in [*EXERCISES.values(), *WRITTEN.values()]) == 40
