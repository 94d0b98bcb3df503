"""Curves, bands, and galleries: the matplotlib artists contain the numbers that were passed."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from gradlab import plots

LABELS = {"xlabel": "epoch", "ylabel": "loss"}
X = np.array([1.0, 10.0, 100.0])


def legend_of(owner):
    (legend,) = owner.legends if isinstance(owner, plt.Figure) else [owner.get_legend()]
    return [text.get_text() for text in legend.get_texts()]


def styles(lines):
    return {(str(line._dash_pattern), line.get_marker()) for line in lines}


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_lines_accepts_heights_and_pairs(scale):
    ax = plots.lines(
        {"heights": X, "pairs": (X, 2 * X), "many": np.ones(500), "a list": [3, 4, 5]},
        xlabel="rate", ylabel="loss", title="title", xscale=scale, yscale=scale,
    )  # fmt: skip
    ax.figure.canvas.draw()
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), np.stack([[0, 1, 2], X], axis=1))
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), np.stack([X, 2 * X], axis=1))
    np.testing.assert_array_equal(ax.lines[3].get_ydata(), [3, 4, 5])
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("rate", "loss", "title")
    assert (ax.get_xscale(), ax.get_yscale()) == (scale, scale)
    assert legend_of(ax) == ["heights", "pairs", "many", "a list"]


def test_curves_differ_without_colors():
    ax = plots.lines({f"W{number}": X for number in range(20)}, **LABELS)
    assert len(styles(ax.lines)) == 20


def test_log_scale_leaves_a_gap_where_values_are_not_positive():
    ax = plots.lines({"error": np.array([1.0, 0.0, -1.0, 0.1])}, **LABELS, yscale="log")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1, np.nan, np.nan, 0.1])
    linear = plots.lines({"error": np.array([1.0, 0.0, -1.0, 0.1])}, **LABELS)
    np.testing.assert_array_equal(linear.lines[0].get_ydata(), [1, 0, -1, 0.1])


def test_diverging_loss_is_drawn_while_it_is_finite():
    losses = np.exp(np.arange(100.0))
    losses[60:80], losses[80:] = np.inf, np.nan
    ax = plots.lines({"diverges": losses, "nothing": np.full(100, np.nan)}, **LABELS, yscale="log")
    ax.figure.canvas.draw()
    assert ax.get_ylim()[1] < np.exp(65.0)
    assert max(ax.lines[0].get_markevery()) < 60
    assert ax.lines[1].get_markevery() == []


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_long_curves_have_five_markers_spread_along_the_axis(scale):
    """The markers are evenly spaced no matter how much a curve wiggles, or where its points are dense."""
    x = np.arange(1, 5001)
    curves = {name: (x, np.random.default_rng(0).random(5000)) for name in "ab"}
    ax = plots.lines(curves, **LABELS, xscale=scale)
    first, second = (np.array(line.get_markevery()) for line in ax.lines)
    assert len(first) == len(second) == 5
    assert not set(first) & set(second)
    along = np.log(x[first]) if scale == "log" else x[first]
    length = np.log(5000) if scale == "log" else 5000
    np.testing.assert_allclose(np.diff(along) / length, 0.2, rtol=0.2)


@pytest.mark.parametrize(("x", "integers"), [(None, True), (np.arange(1, 6), True), (np.linspace(0, 1, 5), False)])
def test_integer_x_values_get_integer_ticks(x, integers):
    heights = np.arange(5.0)
    ax = plots.lines({"accuracy": heights if x is None else (x, heights)}, **LABELS)
    ticks = ax.get_xticks()
    assert np.all(ticks == ticks.round()) == integers


def test_band_is_shaded_between_its_rows():
    band = np.array([[0.0, 1, 2], [1, 2, 4], [2, 4, 8]])
    ax = plots.lines({"mean": (X, band)}, **LABELS)
    middle, low, high = (line.get_ydata() for line in ax.lines)
    np.testing.assert_array_equal([low, middle, high], band)
    (shade,) = ax.collections
    corners = {tuple(corner) for corner in shade.get_paths()[0].vertices}
    assert corners == {(x, y) for row in band[[0, 2]] for x, y in zip(X, row, strict=True)}
    assert legend_of(ax) == ["mean"]


def test_five_rows_are_drawn_as_two_nested_bands():
    ax = plots.lines({"quantiles": np.arange(15.0).reshape(5, 3)}, **LABELS)
    spans = [(heights.min(), heights.max()) for heights in (s.get_paths()[0].vertices[:, 1] for s in ax.collections)]
    assert spans == [(0, 14), (3, 11)]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [6, 7, 8])


def test_band_may_extend_below_zero_on_a_log_scale():
    mean = np.array([1.0, 0.1])
    ax = plots.lines({"mean": np.stack([mean - 0.5, mean, mean + 0.5])}, **LABELS, yscale="log")
    ax.figure.canvas.draw()
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), mean)


def test_gallery_has_one_panel_per_name():
    runs = {"sick": X, "healthy": (X, 2 * X), "both": {"train": X, "val": 3 * X}, "other": {"val": X}}
    figure = plots.gallery(runs, **LABELS, title="runs", yscale="log")
    visible = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title() for ax in visible] == list(runs)
    assert {ax.get_yscale() for ax in visible} == {"log"}
    np.testing.assert_array_equal(visible[1].lines[0].get_xydata(), np.stack([X, 2 * X], axis=1))
    np.testing.assert_array_equal(visible[2].lines[1].get_ydata(), 3 * X)
    assert figure.get_suptitle() == "runs"
    assert legend_of(figure) == ["train", "val"]


def test_curves_with_the_same_name_look_the_same_in_every_panel():
    figure = plots.gallery(
        {"one": {"train": X, "val": X}, "two": {"val": X, "train": X}, "three": {"val": X}}, **LABELS
    )
    seen = {}
    for line in (line for ax in figure.axes for line in ax.lines):
        seen.setdefault(line.get_label(), set()).add((to_hex(line.get_color()), line.get_marker()))
    assert {name: len(styles) for name, styles in seen.items()} == {"train": 1, "val": 1}
    assert seen["train"] != seen["val"]


@pytest.mark.parametrize(("count", "labeled"), [(1, [0]), (3, [0, 1, 2]), (4, [1, 2, 3]), (6, [3, 4, 5])])
def test_lowest_panel_of_each_column_has_ticks_and_a_label(count, labeled):
    figure = plots.gallery({str(number): X for number in range(count)}, **LABELS)
    figure.canvas.draw()
    panels = figure.axes[:count]
    assert [number for number, ax in enumerate(panels) if ax.get_xlabel() == "epoch"] == labeled
    ticked = [n for n, ax in enumerate(panels) if any(t.label1.get_visible() for t in ax.xaxis.get_major_ticks())]
    assert ticked == labeled
    assert [number for number, ax in enumerate(panels) if ax.get_ylabel() == "loss"] == list(range(0, count, 3))


@pytest.mark.parametrize("sharey", [False, True])
def test_gallery_shares_the_y_axis_on_request(sharey):
    figure = plots.gallery({"low": X / 100, "high": X}, **LABELS, sharey=sharey)
    low, high = (ax.get_ylim() for ax in figure.axes)
    assert (low == high) == sharey


@pytest.mark.parametrize("draw", [plots.lines, plots.gallery])
@pytest.mark.parametrize(
    ("curves", "error", "message"),
    [
        ([X], TypeError, r"must be a dict mapping names to .*\. Got list"),
        ({}, ValueError, r"at least one entry\. Got an empty dict"),
        ({"a": 3.0}, ValueError, r"The curve 'a' must have shape \(T,\) or \(Q, T\)\. Got shape \(\)"),
        ({"a": []}, ValueError, r"Got shape \(0,\)"),
        ({"a": (X, X[:2])}, ValueError, r"The x of the curve 'a' must have shape \(2,\)\. Got shape \(3,\)"),
        (
            {"a": [[1.0, 2.0], [3.0]]},
            ValueError,
            r"The curve 'a' must be a single array\. Got rows of different lengths",
        ),
        ({"a": ["low", "high"]}, TypeError, r"The curve 'a' must hold real numbers\. Got dtype <U4"),
        ({"a": X + 1j}, TypeError, r"must hold real numbers\. Got dtype complex128"),
        ({"a": np.ones((2, 5))}, ValueError, r"odd number of rows.* Got shape \(2, 5\).*pass the tuple \(x, heights\)"),
        ({"a": np.ones((1, 5))}, ValueError, r"odd number of rows, at least 3"),
        (
            {"a": np.array([[0.0, 2], [1, 1], [2, 3]])},
            ValueError,
            r"from lowest to highest\. Got rows that cross in the curve 'a'",
        ),
    ],
)
def test_invalid_curves_raise(draw, curves, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        draw(curves, **LABELS)


@pytest.mark.parametrize(
    ("heights", "expected"),
    [([0.04, 0.4], {"0.04", "0.1", "0.4"}), ([1e-4, 1.0], {"$\\mathdefault{10^{-4}}$", "$\\mathdefault{10^{0}}$"})],
)
def test_log_axis_has_plain_numbers_if_it_is_short(heights, expected):
    ax = plots.lines({"error": np.array(heights)}, xlabel="epoch", ylabel="error", yscale="log")
    ax.figure.canvas.draw()
    assert expected <= {label.get_text() for label in ax.get_yticklabels(which="both")}
