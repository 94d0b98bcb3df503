"""Plots of training runs: scales, means, gaps, bands, and steps."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import plots

RNG = np.random.default_rng(0)
NAMES = ("sgd", "sgd_momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam")
EPOCHS = np.arange(40) / 10


def legend_names(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def trained(epochs=3, iterations=30):
    return SimpleNamespace(
        loss_history=RNG.uniform(0.1, 1, iterations).tolist(),
        val_acc_history=RNG.uniform(0.5, 1, epochs + 1).tolist(),
    )


def test_loss_curves_are_drawn_on_both_scales():
    losses = {name: (EPOCHS, RNG.random(40)) for name in NAMES}
    figure = plots.loss_curves(losses, title="digits")
    assert [ax.get_yscale() for ax in figure.axes] == ["linear", "log"]
    for ax in figure.axes:
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
        for line, (x, y) in zip(ax.lines, losses.values(), strict=True):
            np.testing.assert_array_equal(line.get_xydata(), np.stack([x, y], axis=1))
    assert legend_names(figure) == list(NAMES)
    assert figure.get_suptitle() == "digits"


@pytest.mark.parametrize("name", ["W", "nesterov_momentum, rate {}", "stochastic gradient descent with a rate of {}"])
def test_legend_with_long_names_is_no_wider_than_the_figure(name):
    figure = plots.loss_curves({name.format(number / 100) + str(number): [1.0, 0.5] for number in range(6)})
    figure.canvas.draw()
    box = figure.legends[0].get_window_extent()
    assert figure.bbox.x0 <= box.x0
    assert box.x1 <= figure.bbox.x1


def test_ceiling_limits_the_linear_panel():
    losses = {"diverges": np.exp(np.arange(20.0)), "learns": np.exp(-np.arange(20.0))}
    linear, log = plots.loss_curves(losses, ceiling=3).axes
    assert linear.get_ylim()[1] == 3
    assert -0.3 < linear.get_ylim()[0] < 0
    assert log.get_ylim()[1] > np.exp(19)


def test_training_race_draws_the_mean_of_each_epoch():
    run = SimpleNamespace(loss_history=[4.0, 2.0, 1.0, 3.0], val_acc_history=[0.1, 0.6, 0.8])
    figure = plots.training_race({"sgd": run})
    figure.canvas.draw()
    linear, log, accuracy = figure.axes
    assert (linear.get_yscale(), log.get_yscale()) == ("linear", "log")
    for ax in (linear, log):
        np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[0.5, 3.0], [1.5, 2.0]])
    np.testing.assert_array_equal(accuracy.lines[0].get_xydata(), [[0, 0.1], [1, 0.6], [2, 0.8]])
    assert {ax.get_xlabel() for ax in figure.axes} == {"epoch"}


def test_training_race_draws_each_run_in_its_own_style():
    figure = plots.training_race({name: trained() for name in NAMES})
    styles = {(line.get_color(), line.get_marker()) for line in figure.axes[0].lines}
    assert len(styles) == len(NAMES)
    assert legend_names(figure) == list(NAMES)


@pytest.mark.parametrize(("accuracies", "losses"), [([], []), ([0.1], []), ([0.1, 0.2, 0.3], [1.0])])
def test_untrained_run_raises(accuracies, losses):
    run = SimpleNamespace(loss_history=losses, val_acc_history=accuracies)
    with pytest.raises(ValueError, match=rf"adam must have .* Got {len(accuracies)} .* train the solver first"):
        plots.training_race({"adam": run})


def test_gap_between_training_and_validation_is_shaded_and_stated():
    training, validation = np.array([0.1, 0.9, 1.0]), [0.1, 0.7, 0.75]
    figure = plots.accuracy_gaps({"overfits": (training, validation), "healthy": (training, training)})
    overfits, healthy = figure.axes
    np.testing.assert_array_equal(overfits.lines[0].get_ydata(), training)
    np.testing.assert_array_equal(overfits.lines[1].get_ydata(), validation)
    (shade,) = overfits.collections
    corners = {tuple(corner) for corner in shade.get_paths()[0].vertices}
    assert {(1, 0.9), (1, 0.7), (2, 1.0), (2, 0.75)} <= corners
    assert shade.get_hatch()
    assert [ax.texts[0].get_text() for ax in (overfits, healthy)] == ["gap at the end: 0.25", "gap at the end: 0.00"]
    assert legend_names(figure) == ["training", "validation", "the gap"]
    assert overfits.get_ylim() == healthy.get_ylim()


@pytest.mark.parametrize(
    ("run", "error", "message"),
    [
        (np.ones(3), TypeError, r"'a' must be a tuple \(training accuracies, validation accuracies\)\. Got ndarray"),
        (
            (np.ones(3), np.ones(2)),
            ValueError,
            r"The validation accuracy of 'a' must have shape \(3,\)\. Got shape \(2,\)",
        ),
        ((np.ones((3, 1)), np.ones(3)), ValueError, r"The training accuracy of 'a' must have shape \(T,\)"),
    ],
)
def test_invalid_accuracies_raise(run, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        plots.accuracy_gaps({"a": run})


def test_update_ratios_mark_the_band_around_one_thousandth():
    ratios = {name: 10 ** RNG.uniform(-4, -1, 40) for name in ("W1", "b1", "W2", "b2")}
    ratios["b1"][0] = 0
    ax = plots.update_ratios(ratios)
    assert ax.get_yscale() == "log"
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines if line.get_label() in ratios}
    assert np.isnan(drawn["b1"][0])
    np.testing.assert_array_equal(drawn["b1"][1:], ratios["b1"][1:])
    np.testing.assert_array_equal(drawn["W2"], ratios["W2"])
    (band,) = ax.patches
    low, high = band.get_y(), band.get_y() + band.get_height()
    np.testing.assert_allclose([low * high, high / low], [1e-6, 10])
    assert [text.get_text() for text in ax.texts] == ["about 1e-3"]


def test_schedules_are_steps_above_the_losses_with_the_drops_marked():
    rates = {"constant": np.full(10, 0.5), "halved": 0.5 ** (np.arange(10) // 5)}
    losses = {name: (np.arange(10) + 0.5, RNG.random(10)) for name in rates}
    figure = plots.schedules(rates, losses, drops=[5, 8])
    above, below = figure.axes
    assert (above.get_ylabel(), below.get_ylabel(), below.get_xlabel()) == ("learning rate", "loss", "epoch")
    assert (above.get_yscale(), below.get_yscale()) == ("linear", "log")
    for ax, curves in ((above, rates), (below, losses)):
        drawstyles = ["steps-post" if ax is above else "default"] * 2
        assert [line.get_drawstyle() for line in ax.lines[:2]] == drawstyles
        assert [line.get_label() for line in ax.lines[:2]] == list(curves)
        assert [line.get_xdata() for line in ax.lines[2:]] == [[5, 5], [8, 8]]
    np.testing.assert_array_equal(above.lines[1].get_ydata(), rates["halved"])
    np.testing.assert_array_equal(below.lines[1].get_ydata(), losses["halved"][1])
    assert above.lines[1].get_color() == below.lines[1].get_color()
    assert legend_names(figure) == list(rates)


def test_schedules_without_losses_are_a_single_panel():
    (ax,) = plots.schedules({"1/t": 1 / np.arange(1, 9)}, xlabel="step").axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "learning rate")
