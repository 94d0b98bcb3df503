"""Practice runs: each kind equally often, in random order; the same runs from the same seed; shapes as promised."""

import numpy as np
import pytest

from gradlab import practice

DRAWN = {
    "loss curves": (lambda count, rng: practice.loss_curves(count, rng=rng), practice.CURVES, (100,)),
    "accuracies": (lambda count, rng: practice.accuracy_records(count, rng=rng), practice.GAPS, (2, 31)),
    "tanh": (
        lambda count, rng: practice.layer_statistics(count, "tanh", layers=4, rng=rng),
        ("too small", "too large", "good"),
        (4, 4),
    ),
    "ReLU": (lambda count, rng: practice.layer_statistics(count, "relu", rng=rng), practice.STATES, (5, 4)),
}


@pytest.mark.parametrize("name", DRAWN)
def test_every_kind_comes_up_equally_often_in_random_order(name):
    draw, kinds, shape = DRAWN[name]
    records, labels = draw(12 * len(kinds), 0)
    assert records.shape == (len(labels), *shape)
    assert dict(zip(*np.unique(labels, return_counts=True), strict=True)) == dict.fromkeys(kinds, 12)
    assert labels.tolist() != np.tile(kinds, 12).tolist()


@pytest.mark.parametrize("name", DRAWN)
def test_same_seed_gives_the_same_runs_and_a_different_seed_gives_different_runs(name):
    draw, _, _ = DRAWN[name]
    (one, labels), (same, same_labels), (other, _) = draw(10, 3), draw(10, np.random.default_rng(3)), draw(10, 4)
    np.testing.assert_array_equal(one, same)
    assert labels.tolist() == same_labels.tolist()
    assert not np.array_equal(one, other, equal_nan=True)


def test_finite_losses_are_positive_and_only_diverging_runs_have_nonfinite_ones():
    curves, labels = practice.loss_curves(200, rng=0)
    assert np.isfinite(curves[:, 0]).all()
    assert np.isfinite(curves[labels != "diverges"]).all()
    assert (curves[np.isfinite(curves)] > 0).all()


def test_accuracies_and_fractions_are_between_0_and_1():
    records, _ = practice.accuracy_records(200, rng=0)
    assert records.min() >= 0
    assert records.max() <= 1
    for activation in ("tanh", "relu"):
        fractions = practice.layer_statistics(60, activation, rng=0)[0][:, :, 2:]
        assert fractions.min() >= 0
        assert fractions.max() <= 1


def test_networks_labeled_dead_units_have_more_of_them_than_others():
    tables, labels = practice.layer_statistics(200, "relu", rng=0)
    dead = tables[:, :, 3].max(axis=1)
    assert dead[labels == "dead units"].min() > 0.7
    assert np.quantile(dead[labels != "dead units"], 0.95) < 0.4


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_single_bad_layer_does_not_show_at_either_end(activation):
    tables, labels = practice.layer_statistics(200, activation, rng=0)
    small, ends = tables[labels == "too small"][:, :, 1], [0, -1]
    assert np.mean(small[:, ends].min(axis=1) > 0.2) == pytest.approx(0.5, abs=0.05)
    if activation == "relu":
        large = tables[labels == "too large"][:, :, 1]
        assert np.mean(large[:, ends].max(axis=1) < 5) == pytest.approx(0.5, abs=0.05)


def test_networks_with_dead_units_can_also_be_too_large_or_too_small():
    tables, labels = practice.layer_statistics(200, "relu", rng=0)
    std = tables[labels == "dead units"][:, :, 1]
    for wrong in (std.max(axis=1) > 100, std.min(axis=1) < 0.01):
        assert np.mean(wrong) == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.parametrize(("activation", "layers"), [("sigmoid", 5), ("tanh", 2)])
def test_unknown_activation_and_too_few_layers_are_refused(activation, layers):
    with pytest.raises(ValueError, match="activation must be 'tanh' or 'relu', and layers at least 3"):
        practice.layer_statistics(3, activation, layers=layers, rng=0)


@pytest.mark.parametrize("count", [0, -1])
def test_number_of_runs_must_be_positive(count):
    with pytest.raises(ValueError, match="count must be at least 1"):
        practice.loss_curves(count, rng=0)
