"""Hyperparameter search: comparisons with SciPy, closed forms, and plain loops, and the notebook's numbers."""

import re

import numpy as np
import pytest
import scipy

from autograder.catalogue import assignments
from autograder.judging.cases import draw, public_cases, run_here
from autograder.judging.judge import verdict
from gradlab import oracles
from gradlab.properties import _chance, sampling

EXERCISES = assignments()["hyperparameters"].exercises
WRITTEN = assignments()["hyperparameters"].written


def reference(name):
    return EXERCISES[name].reference


# --- sampling ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [(1e-6, 1.0), (1e-3, 1e2), (0.05, 0.2)])
@pytest.mark.parametrize("answer", ["log_uniform", "sample_config"])
def test_samples_follow_scipys_loguniform(answer, low, high):
    rng = np.random.default_rng(0)
    if answer == "log_uniform":
        samples = reference(answer)(low, high, rng, 5000)
    else:
        space = {"rate": {"scale": "log", "low": low, "high": high}}
        samples = [reference(answer)(space, rng)["rate"] for _ in range(5000)]
    assert scipy.stats.kstest(samples, scipy.stats.loguniform(low, high).cdf).pvalue > 0.01


def test_each_decade_gets_the_same_fraction_of_samples():
    exponents = np.floor(np.log10(reference("log_uniform")(1e-6, 1, np.random.default_rng(0), 60_000)))
    assert np.abs(np.bincount((exponents + 6).astype(int)) / 60_000 - 1 / 6).max() < 0.01


@pytest.mark.parametrize("count", [300, 1000, 4000])
def test_correct_samples_fail_less_than_once_in_a_billion(count):
    """According to SciPy's exact distributions, correct samples exceed each limit with probability below 1e-10."""
    root = np.sqrt(count)
    assert scipy.stats.kstwo.sf(sampling.DISTANCE / root, count) < 1e-11
    assert scipy.stats.kstwo.cdf(_chance.TOO_EVEN / root, count) < 1e-11
    correlation = scipy.stats.beta(count / 2 - 1, count / 2 - 1, loc=-1, scale=2)
    assert 2 * correlation.sf(_chance.SIGMAS / root) < 1e-11
    for freedom in (1, 2, 5):
        bound = freedom + 2 * np.sqrt(freedom * sampling.COUNTS) + 2 * sampling.COUNTS
        assert scipy.stats.chi2(freedom).sf(bound) < 1e-10


def test_sixty_random_trials_reach_the_top_5_percent_in_95_percent_of_searches():
    """In 95% of searches with 60 random trials, at least one trial is in the top 5%. 58 trials are too few."""
    assert round(1 - 0.95**60, 3) == 0.954
    assert 1 - 0.95**59 > 0.95 > 1 - 0.95**58


def test_accuracy_measured_on_500_examples_is_good_to_about_a_hundredth():
    spread = scipy.stats.binom(500, 0.94).std() / 500
    assert spread == pytest.approx(np.sqrt(0.94 * 0.06 / 500))
    assert round(spread, 3) == 0.011


# --- searching ---------------------------------------------------------------------------------------------


def test_random_search_returns_the_best_trial_and_its_score():
    asked = []

    def objective(config):
        asked.append(config["x"])
        return np.nan if config["x"] > 0.8 else -((config["x"] - 0.3) ** 2)

    config, score = reference("random_search")(objective, lambda rng: {"x": rng.random()}, 50, np.random.default_rng(1))
    assert len(asked) == 50
    right = min((x for x in asked if x <= 0.8), key=lambda x: abs(x - 0.3))
    assert (config["x"], score) == (right, -((right - 0.3) ** 2))


@pytest.mark.parametrize(
    ("best", "settings", "word"),
    [
        (1e-6, {}, "low"),
        (2e-6, {}, "low"),
        (1e-5, {}, "inside"),
        (1e-3, {}, "inside"),
        (0.5, {}, "high"),
        (0.5, {"scale": "linear"}, "inside"),
        (0.95, {"scale": "linear"}, "high"),
        (1e-3, {"scale": "linear"}, "low"),
        (1e-5, {"margin": 0.2}, "low"),
        (0.5, {"margin": 0.01}, "inside"),
    ],
)
def test_on_border_gives_the_right_word_for_a_range_from_a_millionth_to_one(best, settings, word):
    assert reference("on_border")(best, 1e-6, 1.0, **settings) == word


@pytest.mark.parametrize(
    ("best", "settings", "exponents"),
    [
        (1e-3, {}, (-4.5, -1.5)),
        (1e-3, {"shrink": 1 / 3}, (-4.0, -2.0)),
        (1e-6, {}, (-9.0, -3.0)),
        (1.0, {"shrink": 0.1}, (-3.0, 3.0)),
        (1e-1, {}, (-2.5, 0.5)),
        (1e-1, {"margin": 0.2}, (-4.0, 2.0)),
    ],
)
def test_refine_range_narrows_or_moves_a_range_from_a_millionth_to_one(best, settings, exponents):
    assert reference("refine_range")(1e-6, 1.0, best, **settings) == pytest.approx(10.0 ** np.array(exponents))


@pytest.mark.parametrize(
    ("trials", "epochs", "factor", "alive"),
    [
        (8, 1, 2, {1: 4, 2: 2, 4: 2}),
        (9, 2, 3, {2: 6, 6: 3}),
        (11, 1, 2, {1: 6, 2: 3, 4: 2}),
        (7, 1, 3, {1: 5, 3: 2}),
        (1, 1, 2, {0: 1}),
        (27, 1, 3, {1: 18, 3: 6, 9: 3}),
    ],
)
def test_successive_halving_stops_the_planned_numbers_of_trials(trials, epochs, factor, alive):
    """`alive` was computed by hand: the number of trials that stop after each number of epochs."""
    final = np.random.default_rng(trials).permutation(trials) / trials
    best, trained = reference("successive_halving")(lambda trial, _: final[trial], trials, epochs, factor)
    assert best == final.argmax()
    assert dict(zip(*np.unique(trained, return_counts=True), strict=True)) == alive


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_best_checkpoint_reads_what_the_notebooks_workers_write(seed):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=20).round(4)
    scores[rng.choice(20, 5, replace=False)] = np.nan
    names = [f"epoch_{epoch:04d}_score_{score:.4f}.npz" for epoch, score in enumerate(scores)]
    best = int(np.nanargmax(scores))
    assert reference("best_checkpoint")(rng.permutation(names).tolist()) == names[best]
    # Sorting the names sorts the checkpoints by epoch.
    assert sorted(names) == names


@pytest.mark.parametrize(
    ("names", "best"),
    [
        ([], None),
        (["epoch_1_score_nan.npz", "notes.txt"], None),
        (["epoch_9_score_9.5.npz", "epoch_10_score_10.25.npz"], "epoch_10_score_10.25.npz"),
        (["epoch_10_score_0.9.npz", "epoch_9_score_0.90.npz"], "epoch_9_score_0.90.npz"),
        (["epoch_1_score_1e-05.npz", "epoch_2_score_0.5.npz"], "epoch_2_score_0.5.npz"),
        (["epoch_1_score_0.9.npz.part", "epoch_2_score_-3.npz"], "epoch_2_score_-3.npz"),
    ],
)
def test_best_checkpoint_of_a_listing_has_the_expected_name(names, best):
    assert reference("best_checkpoint")(names) == best


# --- coverage ----------------------------------------------------------------------------------------------


def test_grid_covers_three_values_per_axis_and_random_trials_nine():
    x = np.arange(3) * 0.1  # 0.1 + 0.2 is not 0.3
    grid = np.stack([axis.ravel() for axis in np.meshgrid(x, x + 0.1)], axis=1)
    assert reference("grid_coverage")(grid).tolist() == [3, 3]
    assert reference("grid_coverage")(np.random.default_rng(0).random((9, 2))).tolist() == [9, 9]
    assert len(np.unique([0.3, 0.1 + 0.2])) == 2
    assert reference("grid_coverage")(np.array([[0.3], [0.1 + 0.2]])).tolist() == [1]


# --- hints -------------------------------------------------------------------------------------------------


def hints(name, answer):
    exercise, cases = EXERCISES[name], draw(EXERCISES[name], 0)
    public = run_here(exercise, answer, public_cases(exercise)[0])
    return " ".join(m.hint for m in verdict(exercise, cases, run_here(exercise, answer, cases), public=public).mistakes)


@pytest.mark.parametrize(
    ("log", "base", "named"), [(np.log2, np.e, "too far"), (np.log2, 10, "too far"), (np.log10, 2, "above it")]
)
def test_hint_for_mixed_bases_describes_what_happened(log, base, named):
    hint = hints("log_uniform", lambda low, high, rng, size=None: base ** rng.uniform(log(low), log(high), size))
    assert hint.startswith("Do your logarithm and your power have the same base?")
    assert named in hint


def first_diverging_wins(objective, sample, budget, rng):
    return max([(c, objective(c)) for c in [sample(rng) for _ in range(budget)]], key=lambda trial: trial[1])


def begins_with_minus_one(objective, sample, budget, rng):
    best = None, -1.0
    for _ in range(budget):
        config = sample(rng)
        best = max(best, (config, np.nan_to_num(objective(config), nan=-9)), key=lambda trial: trial[1])
    return best


@pytest.mark.parametrize(
    ("answer", "said", "not_said"),
    [
        (first_diverging_wins, "very first run diverges", "-np.inf from"),
        (begins_with_minus_one, "all scores are negative, you return None", "at 0"),
        (lambda objective, sample, budget, rng: None, "returns None", "configuration"),
    ],
)
def test_hints_of_random_search_describe_what_happened(answer, said, not_said):
    hint = hints("random_search", answer)
    assert said in hint
    assert not_said not in hint


def whole_by_int(space, rng):
    def one(scale, low, high):
        if scale == "whole":
            return int(rng.uniform(low, high))
        return np.exp(rng.uniform(np.log(low), np.log(high))) if scale == "log" else rng.uniform(low, high)

    return {name: one(**given) for name, given in space.items()}


def test_hint_about_high_left_out_also_covers_int():
    assert "int rounds rng.uniform down" in hints("sample_config", whole_by_int)


def best_of(names, start, pattern):
    found = [(match, name) for name in names if (match := re.fullmatch(pattern, name))]
    entries = [(float(match[2]), -int(match[1]), name) for match, name in found if float(match[2]) > start]
    return max(entries)[2] if entries else None


@pytest.mark.parametrize(
    ("start", "pattern", "said"),
    [
        (0.0, "epoch_(.*)_score_(.*).npz", "Can a negative score win?"),
        (-1.0, "epoch_(.*)_score_(.*).npz", "Which best score do you start from?"),
        (-100.0, "epoch_(.*)_score_(.*).npz", "Which best score do you start from?"),
        (-np.inf, r"epoch_(\d+)_score_(\d.*).npz", "Can a negative score win?"),
        (-np.inf, r"epoch_(\d+)_score_([\d.]+).npz", "Which scores does your pattern miss? Those with a minus sign or"),
        (-np.inf, r"epoch_(\d+)_score_(-?[\d.]+).npz", "Which scores does your pattern miss? Those with an exponent"),
    ],
)
def test_hint_says_which_checkpoint_scores_never_win(start, pattern, said):
    assert hints("best_checkpoint", lambda names: best_of(names, start, pattern)).startswith(said)


# --- model answer and cases --------------------------------------------------------------------------------


def test_model_answers_plan_stays_within_the_budget():
    """The plan has 400 trials of 1 epoch, 200 of 5, 40 of 20, and 20 of 50, and 600 epochs in reserve: 3800 epochs."""
    assert 400 * 1 + 200 * 5 + 40 * 20 + 20 * 50 + 600 == 3800
    # The budget is what 8 machines can train in two days, at 6 minutes per epoch.
    assert 8 * 2 * 24 * 60 / 6 == 3840
    for number in (
        "400 trials of 1 epoch",
        "200 trials of 5 epochs",
        "40 trials of 20 epochs",
        "600 epochs in reserve",
    ):
        assert number in WRITTEN["plan_a_search"].answer


@pytest.mark.parametrize("seed", range(20))
def test_diverging_runs_match_their_case_labels(seed):
    """If the labels were wrong, an answer that mishandles NaN would get full credit for some seeds."""
    for case in draw(EXERCISES["random_search"], seed):
        objective = case.inputs["objective"].function
        (result,) = run_here(EXERCISES["random_search"], reference("random_search"), [case])
        scores = [objective(dict(zip(case.inputs["low"], row, strict=True))) for row in result.outputs["tried"]]
        assert np.isnan(scores[0]) == (case.label == "the first run diverges, and some later ones")
        assert (np.isnan(scores).sum() >= 3) == ("diverge" in case.label)


@pytest.mark.parametrize("seed", range(20))
def test_early_scores_do_not_reveal_the_winner(seed):
    """If they did, an answer could pass by looking only at early scores."""
    for case in draw(EXERCISES["successive_halving"], seed)[:-1]:
        curve, trials = case.inputs["evaluate"].function, case.inputs["trials"]
        assert curve.func is oracles.learning_curve
        early, late = ([curve(trial, epochs) for trial in range(trials)] for epochs in (1, 8))
        assert np.nanargmax(early) != np.nanargmax(late)
