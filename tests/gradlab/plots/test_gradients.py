"""Plots of errors against step sizes, and of functions with a kink: the slopes drawn are correct."""

import numpy as np
import pytest

from gradlab import plots

H = 10.0 ** np.arange(-8, 0)
ERRORS = {"forward": (H, 2 * H), "centered": (H, 5 * H**2)}


def test_step_errors_are_drawn_on_log_log_axes():
    ax = plots.step_errors(ERRORS)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    for line, (h, error) in zip(ax.lines, ERRORS.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.stack([h, error], axis=1))


@pytest.mark.parametrize(("name", "slope"), [("forward", 1), ("centered", 2)])
def test_reference_line_is_parallel_to_its_curve(name, slope):
    """If the curve has exactly the given slope, the reference line is at a third of the curve's height everywhere."""
    ax = plots.step_errors(ERRORS, slopes={name: slope})
    guide = ax.lines[-1]
    x, y = guide.get_xydata().T
    np.testing.assert_allclose(x, [1e-3, 1e-1])
    np.testing.assert_allclose(3 * y, {1: 2 * x, 2: 5 * x**2}[slope])
    assert [text.get_text() for text in ax.texts] == [f"slope {slope}"]
    assert guide.get_label().startswith("_")


def test_reference_slope_ends_where_the_error_is_positive():
    error = np.where(H > 1e-3, 0, H)
    ax = plots.step_errors({"linear": (H, error), "exact": (H, np.zeros(8))}, slopes={"linear": 1, "exact": 1})
    assert len(ax.lines) == 3
    np.testing.assert_allclose(ax.lines[-1].get_xdata()[-1], 1e-3)


def test_slope_for_an_unknown_curve_raises():
    with pytest.raises(ValueError, match=r"slopes must be for curves among \['forward', 'centered'\]\. Got .*'center'"):
        plots.step_errors(ERRORS, slopes={"center": 2})


def test_kink_of_relu_shows_the_tangent_and_the_secant():
    """At x = -1e-6 with h = 1e-5, the numerical gradient is 0.45, but the analytic one is 0."""
    x, h = -1e-6, 1e-5
    around = np.linspace(-2e-5, 2e-5, 401)
    ends = (np.array([x - h, x + h]), np.array([0.0, x + h]))
    ax = plots.kink((around, np.maximum(around, 0)), ends, (x, 0.0), slope=0.0, title="ReLU")
    ax.figure.canvas.draw()
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["the function", "tangent at x, slope 0", "secant, slope 0.45"]
    function, tangent, secant, point = ax.lines[:4]
    np.testing.assert_array_equal(function.get_ydata(), np.maximum(around, 0))
    np.testing.assert_array_equal(tangent.get_ydata(), [0, 0])
    np.testing.assert_array_equal(secant.get_xydata(), np.stack(ends, axis=1))
    assert point.get_xydata().tolist() == [[x, 0]]
    (above,) = ax.child_axes
    assert [label.get_text() for label in above.get_xticklabels()] == ["x - h", "x", "x + h"]
    np.testing.assert_allclose(above.get_xticks(), [x - h, x, x + h])


def test_tangent_goes_through_the_point():
    x = np.linspace(-1, 1, 5)
    ax = plots.kink((x, x**2), ([0.0, 1.0], [0.0, 1.0]), (0.5, 0.25), slope=1.0)
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[-1, -1.25], [1, 0.75]])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"ends": [1.0, 2.0]}, TypeError, r"ends must be a tuple .*\. Got list"),
        ({"ends": ([1.0], [2.0])}, ValueError, r"each part of ends must have shape \(2,\)\. Got shape \(1,\)"),
        ({"ends": ([1.0, 1.0], [2.0, 2.0])}, ValueError, r"two different x values, .*\. Got 1 twice: h is too small"),
        ({"point": (0.0,)}, ValueError, r"point must have shape \(2,\)\. Got shape \(1,\)"),
        ({"function": (H, H[:3])}, ValueError, r"The x of the function must have shape \(3,\)\. Got shape \(8,\)"),
    ],
)
def test_invalid_arguments_to_kink_raise(change, error, message):
    valid = {"function": (H, H), "ends": ([0.0, 1.0], [0.0, 1.0]), "point": (0.5, 0.5), "slope": 1.0}
    with pytest.raises(error, match=f"(?i){message}"):
        plots.kink(**(valid | change))
