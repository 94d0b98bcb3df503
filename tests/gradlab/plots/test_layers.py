"""Histograms: bars are fractions of all values, and values that are not shown are reported."""

import numpy as np
import pytest

from gradlab import plots


def fractions(ax):
    return ax.patches[0].get_data().values


def edges(ax):
    return ax.patches[0].get_data().edges


def test_bars_are_fractions_of_all_values_in_the_layer():
    figure = plots.histograms({"a": np.array([[0.0, 0.1], [0.1, 2.9]]), "b": np.array([3.0])}, bins=3)
    a, b = figure.axes
    np.testing.assert_allclose(edges(a), [0, 1, 2, 3])
    np.testing.assert_array_equal(fractions(a), [0.75, 0, 0.25])
    np.testing.assert_array_equal(fractions(b), [0, 0, 1])
    assert [ax.get_title() for ax in figure.axes] == ["a", "b"]
    assert [ax.texts[0].get_text() for ax in figure.axes] == ["top 75%", "top 100%"]


@pytest.mark.parametrize(
    ("values", "expected", "text"),
    [
        ([-1.0, 0.0, 1.0, 1.5], [0.25, 0.25, 0.25], "top 25%\nout 25%"),
        ([0.0, np.nan, np.inf, -np.inf], [0, 0.25, 0], "top 25%\nout 75%"),
        ([0.0] * 999 + [7.0], [0, 0.999, 0], "top 100%\nout <1%"),
        ([5.0, 6.0], [0, 0, 0], "top 0%\nout 100%"),
        ([np.nan], [0, 0, 0], "top 0%\nout 100%"),
        ([-1.0, 0.0, 1.0], [1 / 3, 1 / 3, 1 / 3], "top 33%"),
    ],
)
def test_values_outside_the_limits_or_not_finite_are_reported(values, expected, text):
    (ax,) = plots.histograms({"a": np.array(values)}, limits=(-1, 1), bins=3).axes
    ax.figure.canvas.draw()
    np.testing.assert_allclose(fractions(ax), expected)
    assert ax.texts[0].get_text() == text


def test_default_limits_span_all_finite_values():
    figure = plots.histograms({"a": np.array([-2.0, np.nan]), "b": np.array([[5.0, np.inf]])})
    for ax in figure.axes:
        assert (edges(ax)[0], edges(ax)[-1]) == (-2, 5)
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()


def test_dead_layer_is_a_single_bar():
    (ax,) = plots.histograms({"dead": np.zeros((10, 10))}).axes
    middle = fractions(ax).argmax()
    assert fractions(ax)[middle] == 1
    assert edges(ax)[middle] < 0 < edges(ax)[middle + 1]


def test_nested_dicts_are_drawn_in_rows():
    layers = {f"layer {number}": np.full(4, float(number)) for number in (1, 2, 3)}
    figure = plots.histograms({"0.01": layers, "He": layers}, xlabel="gradient", title="tanh")
    assert [ax.get_title() for ax in figure.axes] == ["layer 1", "layer 2", "layer 3", "", "", ""]
    assert [ax.get_ylabel() for ax in figure.axes] == ["0.01", "", "", "He", "", ""]
    assert (figure.get_supxlabel(), figure.get_suptitle()) == ("gradient", "tanh")
    for above, below in zip(figure.axes[:3], figure.axes[3:], strict=True):
        np.testing.assert_array_equal(fractions(above), fractions(below))


@pytest.mark.parametrize(
    ("layers", "error", "message"),
    [
        ([np.ones(3)], TypeError, r"layers must be a dict .*\. Got list"),
        ({"a": np.array([])}, ValueError, r"The layer 'a' must have shape \(\.\.\.\)\. Got shape \(0,\)"),
        ({"a": np.array(["x"])}, TypeError, r"The layer 'a' must hold real numbers"),
        ({"a": np.full(3, np.nan)}, ValueError, r"must hold at least one finite number\. Got none"),
        (
            {"He": {"a": np.ones(3)}, "Xavier": {"b": np.ones(3)}},
            ValueError,
            r"layers \['a'\]\. Got \['b'\] in the row 'Xavier'",
        ),
        ({"He": {"a": np.ones(3)}, "Xavier": np.ones(3)}, TypeError, r"The row 'Xavier' must be a dict .*Got ndarray"),
    ],
)
def test_invalid_layers_raise(layers, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        plots.histograms(layers)
