"""Matrices: each number is in its cell, and each kept fraction is next to its row or column."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from gradlab import plots

MATRIX = np.array([[0.0, 0.125, 0.5], [0.25, 1.0, 0.75]])


def test_every_number_is_written_in_its_cell():
    ax = plots.heatmap(MATRIX, rows=["a", "b"], columns=[1, 2, 3], xlabel="x", ylabel="y", title="t", label="fraction")
    ax.figure.canvas.draw()
    np.testing.assert_array_equal(ax.images[0].get_array(), MATRIX)
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(c, r): f"{MATRIX[r, c]:.2f}" for r in range(2) for c in range(3)}
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("x", "y", "t")
    assert ax.images[0].colorbar.ax.get_ylabel() == "fraction"


@pytest.mark.parametrize("value", np.linspace(0, 1, 11))
def test_numbers_are_readable_on_their_background(value):
    """The contrast is at least 3.8, by the formula in version 2.1 of the Web Content Accessibility Guidelines."""

    def luminance(color):
        channels = np.array(to_rgb(color))
        linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722] + 0.05

    ax = plots.heatmap(np.array([[0.0, value, 1.0]]), rows="a", columns="abc")
    image, text = ax.images[0], luminance(ax.texts[1].get_color())
    background = luminance(image.cmap(image.norm(value)))
    assert max(text, background) / min(text, background) > 3.8


def test_matrices_with_the_same_limits_have_the_same_colors():
    first, second = (plots.heatmap(scale * MATRIX, rows="ab", columns="abc", limits=(0, 2)) for scale in (1, 2))
    assert first.images[0].get_clim() == second.images[0].get_clim() == (0, 2)
    assert plots.heatmap(MATRIX, rows="ab", columns="abc").images[0].get_clim() == (0, 1)


def test_large_matrices_are_drawn_without_numbers():
    names = range(16)
    assert len(plots.heatmap(np.eye(16), rows=names, columns=names).texts) == 0
    assert (
        plots.heatmap(np.eye(15), rows=names[:15], columns=names[:15], number_format=".0f").texts[0].get_text() == "1"
    )


def test_wrong_number_of_names_raises():
    with pytest.raises(ValueError, match=r"matrix must have shape \(2, 2\)\. Got shape \(2, 3\)"):
        plots.heatmap(MATRIX, rows="ab", columns="ab")


@pytest.mark.parametrize("kept", [True, 1.0, 2.0], ids=["bool", "float", "scaled by 1 / p"])
def test_masks_show_the_fraction_that_every_row_and_column_keeps(kept):
    mask = np.array([[1, 0, 0, 1], [1, 0, 1, 1]]) * kept
    figure = plots.masks({"p = 0.5": mask, "none": 0 * mask})
    figure.canvas.draw()
    ax = figure.axes[0]
    np.testing.assert_array_equal(ax.images[0].get_array(), mask != 0)
    assert ax.images[0].get_clim() == (0, 1)
    above, right = ax.child_axes
    assert [bar.get_height() for bar in above.patches] == [1, 0, 0.5, 1]
    assert [bar.get_width() for bar in right.patches] == [0.5, 0.75]
    np.testing.assert_allclose([bar.get_x() + bar.get_width() / 2 for bar in above.patches], range(4))
    np.testing.assert_allclose([bar.get_y() + bar.get_height() / 2 for bar in right.patches], range(2))
    assert above.get_title() == "p = 0.5: 62% kept"
    assert figure.axes[1].child_axes[0].get_title() == "none: 0% kept"


@pytest.mark.parametrize("mask", [np.ones(5), np.ones((2, 3, 4)), np.ones((0, 4))])
def test_mask_that_is_not_a_matrix_raises(mask):
    with pytest.raises(ValueError, match=r"(?i)the mask 'a' must have shape \(N, H\)\. Got"):
        plots.masks({"a": mask})
