"""Plots of searches: the positions of samples, the heights of projections, and the star at the best trial."""

import numpy as np
import pytest

from gradlab import plots

GRID = np.array([[x, y] for x in (0.2, 0.5, 0.8) for y in (0.2, 0.5, 0.8)])
RANDOM = np.random.default_rng(0).random((9, 2))
T = np.linspace(0, 1, 101)


def stems(ax):
    """Return the end points of all stems as an array of shape (N, 2, 2)."""
    return np.array(ax.collections[0].get_segments())


def test_samples_are_drawn_with_their_projections():
    figure = plots.projections({"grid": GRID, "random": RANDOM}, xlabel="rate", ylabel="decay")
    figure.canvas.draw()
    assert (figure.get_supxlabel(), figure.get_supylabel()) == ("rate", "decay")
    for ax, points in zip(figure.axes, (GRID, RANDOM), strict=True):
        np.testing.assert_array_equal(ax.lines[0].get_xydata(), points)
        above, right = ax.child_axes
        np.testing.assert_array_equal(stems(above)[:, 1, 0], points[:, 0])
        np.testing.assert_array_equal(stems(right)[:, 1, 1], points[:, 1])
        assert above.get_xlim() == ax.get_xlim()
        assert right.get_ylim() == ax.get_ylim()
    assert [ax.child_axes[0].get_title() for ax in figure.axes] == ["grid", "random"]


def test_titles_of_projections_are_inside_the_figure():
    figure = plots.projections({"grid": GRID, "random": RANDOM})
    figure.canvas.draw()
    for ax in figure.axes:
        assert ax.child_axes[0].title.get_window_extent().y1 <= figure.bbox.y1


def test_projections_are_as_high_as_their_scores():
    figure = plots.projections({"random": RANDOM}, profiles=((T, T**2), (T, 1 - T)))
    above, right = figure.axes[0].child_axes
    np.testing.assert_allclose(stems(above)[:, 1, 1], RANDOM[:, 0] ** 2, atol=1e-4)
    np.testing.assert_allclose(stems(right)[:, 1, 0], 1 - RANDOM[:, 1])
    np.testing.assert_array_equal(above.lines[0].get_xydata(), np.stack([T, T**2], axis=1))
    np.testing.assert_array_equal(right.lines[0].get_xydata(), np.stack([1 - T, T], axis=1))
    assert above.get_ylabel() == "score"


@pytest.mark.parametrize(
    ("samples", "profiles", "message"),
    [
        ({"a": GRID.T}, None, r"The samples 'a' must have shape \(N, 2\)\. Got shape \(2, 9\)"),
        ({"a": GRID}, ((T, T[:3]), (T, T)), r"The scores of a profile must have shape \(101,\)\. Got shape \(3,\)"),
    ],
)
def test_invalid_samples_or_profiles_raise(samples, profiles, message):
    with pytest.raises(ValueError, match=f"(?i){message}"):
        plots.projections(samples, profiles=profiles)


def test_best_trial_is_starred_and_the_search_space_is_framed():
    rates, regs, scores = np.array([1e-4, 1e-3, 1e-2]), np.array([1.0, 0.1, 0.01]), np.array([0.2, 0.9, 0.5])
    ax = plots.search_results(rates, regs, scores, bounds=(1e-5, 1e-1, 1e-3, 10), label="accuracy")
    ax.figure.canvas.draw()
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    (dots,) = ax.collections
    np.testing.assert_array_equal(dots.get_offsets(), np.stack([rates, regs], axis=1))
    np.testing.assert_array_equal(dots.get_array(), scores)
    assert np.all(np.argsort(dots.get_sizes()) == np.argsort(scores))
    (star,) = ax.lines
    assert star.get_xydata().tolist() == [[1e-3, 0.1]]
    (frame,) = ax.patches
    np.testing.assert_allclose(frame.get_bbox().extents, [1e-5, 1e-3, 1e-1, 10])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["the best, 0.9", "border of the search"]
    assert dots.colorbar.ax.get_ylabel() == "accuracy"
    assert ax.get_xlim()[0] < 1e-5 < 1e-1 < ax.get_xlim()[1]


def test_failed_trials_are_drawn_as_crosses_and_are_never_the_best():
    ax = plots.search_results([1e-3, 1e-2, 1e-1], [1.0, 1.0, 1.0], [np.nan, 0.5, np.inf])
    cross, star = ax.lines
    assert cross.get_xdata().tolist() == [1e-3, 1e-1]
    assert star.get_xdata().tolist() == [1e-2]
    assert ax.collections[0].get_array().tolist() == [0.5]


def test_equal_scores_get_markers_of_equal_size():
    ax = plots.search_results([1e-3, 1e-2], [1.0, 2.0], [0.5, 0.5])
    ax.figure.canvas.draw()
    assert len(set(ax.collections[0].get_sizes())) == 1


@pytest.mark.parametrize(
    ("x", "y", "scores", "message"),
    [
        ([1.0, 2.0], [1.0], [0.5, 0.5], r"y must have shape \(2,\)\. Got shape \(1,\)"),
        ([1.0, 2.0], [1.0, 2.0], [0.5], r"scores must have shape \(2,\)\. Got shape \(1,\)"),
        ([-3.0, -2.0], [1.0, 2.0], [0.5, 0.5], r"positive, for a log scale\. Got minimums of -3 and 1"),
        (
            [1.0, 2.0],
            [1.0, 2.0],
            [np.nan, np.nan],
            r"must hold at least one finite number\. Got none: every trial failed",
        ),
    ],
)
def test_invalid_search_results_raise(x, y, scores, message):
    with pytest.raises(ValueError, match=message):
        plots.search_results(x, y, scores)
