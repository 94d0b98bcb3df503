"""Every seed's cases contain the inputs that keep an answer from passing or failing by luck."""

import numpy as np
import pytest

from autograder import catalogue
from autograder.judging.cases import decide_all, draw, expected_runs, run_here

each_seed = pytest.mark.parametrize("seed", range(30))


def inputs(name, seed):
    """Return the inputs of each case of an exercise."""
    return [case.inputs for case in draw(catalogue.find(name)[0], seed)]


@each_seed
def test_first_gradients_of_lbfgs_are_long_in_one_case_and_short_in_another(seed):
    """An answer that scales the direction to length 1 while there are no pairs is wrong in at least one case."""
    first = [np.linalg.norm(given["gradient"]) for given in inputs("lbfgs_direction", seed) if 0 in given["lengths"]]
    assert min(first) < 0.5
    assert max(first) > 1.9


@each_seed
def test_steps_of_lbfgs_are_long_enough_for_a_guarded_division_to_be_exact(seed):
    for given in inputs("lbfgs_direction", seed):
        assert np.sum(given["s"] * given["y"], axis=1).min() > 100


@each_seed
def test_ten_crops_leave_an_odd_margin_in_some_images_and_an_even_one_in_others(seed):
    margins = [given["images"].shape[3] - given["size"][1] for given in inputs("ten_crop_predict", seed)]
    assert {margin % 2 for margin in margins} == {0, 1}


@each_seed
@pytest.mark.parametrize("name", ["horizontal_flip", "color_jitter", "random_crop"])
def test_more_than_one_case_shows_whether_rng_is_used(name, seed):
    """A case shows whether rng is used if two of its calls get the same seed and a third call gets a different one."""
    showing = [given for given in inputs(name, seed) if 1 < len(set(given["seeds"].tolist())) < len(given["seeds"])]
    assert len(showing) > 1


# Mistakes that used to pass the case for some seeds, because the random numbers happened to hide them.
CAUGHT = [
    ("adamw", "epsilon_added_to_v", "late in training: tiny gradients next to an epsilon of 1"),
    ("diagnose_activations", "saturated_for_relu", "ReLU, six layers, some with dead units"),
    ("diagnose_loss_curve", "any_fall_from_the_highest", "learning rates too high, too low, and right"),
    ("fix_kink_jump", "sign_lost", "other functions with a kink"),
    ("fix_kink_jump", "sign_lost", "some of them smooth"),
    ("grad_check_sparse", "with_replacement", "a large step, five entries"),
    ("grad_check_sparse", "with_replacement", "a wrong gradient, four entries"),
    ("grid_coverage", "rounded_to_the_tolerance", "values that differ by nearly the tolerance"),
    ("horizontal_flip", "half_drawn_with_replacement", "p = 0.5, by default"),
    ("horizontal_flip", "half_of_the_images_exactly", "rng decides, and nothing else"),
    ("relative_error", "relative_to_x", "entries that are zero in both"),
    ("relative_error", "signed_difference", "gradients that nearly agree"),
    ("relative_error", "signed_maximum", 'matrices, with form="max"'),
    ("shuffled_features_trap", "larger_margin_by_default", "four classes of the same size"),
    ("top_models", "places_among_the_usable", "two runs diverged, accuracies"),
    ("vanilla_dropout_predict", "no_second_rectifier", "p = 0.5, biases of zero"),
    ("vanilla_dropout_predict", "no_second_rectifier", "p = 1: the network as it is"),
]


@pytest.mark.parametrize(("name", "mistake", "label"), CAUGHT)
def test_mistake_fails_the_case_for_every_seed(name, mistake, label):
    exercise, _ = catalogue.find(name)
    (function,) = (known.function for known in exercise.mistakes if known.name == mistake)
    for seed in range(30):
        cases = [case for case in draw(exercise, seed) if case.label == label]
        (outcome,) = decide_all(exercise, cases, expected_runs(exercise, cases), run_here(exercise, function, cases))
        assert not outcome.passed, seed
