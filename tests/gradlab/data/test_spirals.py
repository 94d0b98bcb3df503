"""The spirals: the positions and classes of the points, and their reproducibility."""

import math

import numpy as np
import pytest

from gradlab.data import make_spirals
from gradlab.models import FullyConnectedNet
from gradlab.solver import Solver

SPLITS = ("train", "val", "test")


def angles(spirals, split, num_classes):
    """Return the angle between each point and its arm, in -pi..pi."""
    X, y = spirals[f"X_{split}"], spirals[f"y_{split}"]
    r = np.hypot(*X.T)
    angle = np.arctan2(X[:, 0], X[:, 1]) - 2 * np.pi * y / num_classes - 4 * r
    return (angle + np.pi) % (2 * np.pi) - np.pi


@pytest.mark.parametrize(("num_per_class", "num_classes"), [(1, 1), (30, 2), (100, 3), (7, 10)])
def test_arrays_have_the_documented_shapes_dtypes_and_classes(num_per_class, num_classes):
    spirals = make_spirals(num_per_class, num_classes, rng=0)
    assert set(spirals) == {f"{array}_{split}" for array in "Xy" for split in SPLITS}
    for split in SPLITS:
        X, y = spirals[f"X_{split}"], spirals[f"y_{split}"]
        assert (X.shape, X.dtype, y.dtype) == ((num_per_class * num_classes, 2), np.float64, np.int64)
        assert np.bincount(y).tolist() == [num_per_class] * num_classes
        assert np.abs(X).max() <= 1


@pytest.mark.parametrize("num_classes", [1, 2, 3, 5])
def test_without_noise_every_point_is_on_its_arm(num_classes):
    spirals = make_spirals(50, num_classes, noise=0, rng=0)
    for split in SPLITS:
        np.testing.assert_allclose(angles(spirals, split, num_classes), 0, atol=1e-12)


@pytest.mark.parametrize("noise", [0.1, 0.2, 0.5])
def test_noise_is_the_standard_deviation_of_the_angle_and_radii_are_uniform(noise):
    spirals = make_spirals(4000, noise=noise, rng=0)
    angle = angles(spirals, "train", 3)
    assert angle.std() == pytest.approx(noise, rel=0.03)
    assert angle.mean() == pytest.approx(0, abs=5 * noise / math.sqrt(12000))
    radii = np.sort(np.hypot(*spirals["X_train"].T))
    assert np.abs(radii - np.linspace(0, 1, 12000)).max() < 0.02
    nearer_another = (np.abs(angle) > np.pi / 3).mean()
    assert nearer_another == pytest.approx(math.erfc(np.pi / 3 / noise / math.sqrt(2)), abs=0.01)


def test_classes_are_in_random_order_and_the_sets_differ():
    spirals = make_spirals(100, rng=0)
    for split in SPLITS:
        assert np.bincount(spirals[f"y_{split}"][:60], minlength=3).min() > 5
    assert not np.isin(spirals["X_train"], spirals["X_val"]).any()
    assert not np.isin(spirals["X_val"], spirals["X_test"]).any()


def test_points_are_reproducible_and_depend_on_the_seed():
    first, again, other = (make_spirals(rng=rng) for rng in (3, np.random.default_rng(3), 4))
    for key in first:
        np.testing.assert_array_equal(first[key], again[key])
    assert not np.array_equal(first["X_train"], other["X_train"])


def test_network_with_a_hidden_layer_separates_the_classes_but_a_linear_classifier_does_not():
    spirals = make_spirals(100, rng=0)
    accuracy = []
    for hidden in ([], [50]):
        model = FullyConnectedNet(hidden, 2, 3, weight_scale=0.5, dtype=np.float64, seed=0)
        solver = Solver(model, spirals, optim_config={"learning_rate": 0.5}, num_epochs=200, verbose=False, rng=0)
        solver.train()
        accuracy.append(solver.check_accuracy(spirals["X_test"], spirals["y_test"]))
    assert accuracy[0] < 0.7
    assert accuracy[1] > 0.9


@pytest.mark.parametrize("arguments", [(0, 3, 0.2), (10, 0, 0.2), (10, 3, -0.1)])
def test_invalid_arguments_raise(arguments):
    with pytest.raises(ValueError, match=r"at least 1, and noise at least 0\. Got {}, {}, and {}".format(*arguments)):
        make_spirals(*arguments, rng=0)
