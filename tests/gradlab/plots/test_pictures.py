"""Images: pixels are unchanged, scales are shared, and names are in the right places."""

import numpy as np
import pytest

from gradlab import plots

RNG = np.random.default_rng(0)
GRAY = RNG.normal(size=(3, 4, 5))
COLOR = RNG.random((3, 4, 5, 3))


def pixels(ax):
    return ax.images[0].get_array()


@pytest.mark.parametrize(
    "image", [GRAY[0], COLOR[0], (255 * COLOR[0]).astype(np.uint8)], ids=["gray", "float", "uint8"]
)
def test_pixels_are_drawn_unchanged(image):
    (ax,) = plots.images({"a digit": image}, title="digits").axes
    ax.figure.canvas.draw()
    np.testing.assert_array_equal(pixels(ax), image)
    assert ax.images[0].get_interpolation() == "nearest"
    assert (ax.get_title(), ax.figure.get_suptitle()) == ("a digit", "digits")
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


@pytest.mark.parametrize("limits", [None, (-1.0, 1.0)])
def test_grayscale_images_have_a_common_scale(limits):
    """Otherwise, a darkened image would look just like the original."""
    figure = plots.images({"given": GRAY[0], "darker": GRAY[0] - 1, "color": COLOR[0]}, limits=limits)
    expected = limits or (GRAY[0].min() - 1, GRAY[0].max())
    assert [ax.images[0].get_clim() for ax in figure.axes[:2]] == [expected, expected]


def test_images_may_have_different_sizes():
    figure = plots.images({"original": GRAY[0], "cropped": GRAY[0, 1:, 1:4]}, columns=1)
    figure.canvas.draw()
    assert [pixels(ax).shape for ax in figure.axes] == [(4, 5), (3, 3)]
    first, second = (ax.get_position() for ax in figure.axes)
    assert first.y0 > second.y1


def test_nonfinite_values_do_not_affect_the_scale():
    image = GRAY[0].copy()
    image[0, 0], image[1, 1] = np.nan, np.inf
    (ax,) = plots.images({"W1": image}).axes
    ax.figure.canvas.draw()
    assert ax.images[0].get_clim() == (image[np.isfinite(image)].min(), image[np.isfinite(image)].max())


def test_constant_image_is_gray():
    (ax,) = plots.images({"zeros": np.zeros((2, 2))}).axes
    assert ax.images[0].get_clim() == (-0.5, 0.5)


@pytest.mark.parametrize("stack", [GRAY, COLOR], ids=["gray", "color"])
def test_image_rows_are_labeled(stack):
    figure = plots.image_rows({"original": stack, "flipped": stack[:, :, ::-1]}, titles=["3", "1", "4"], title="digits")
    axes = figure.axes
    assert [ax.get_ylabel() for ax in axes] == ["original", "", "", "flipped", "", ""]
    assert [ax.get_title() for ax in axes] == ["3", "1", "4", "", "", ""]
    for number in range(3):
        np.testing.assert_array_equal(pixels(axes[number]), stack[number])
        np.testing.assert_array_equal(pixels(axes[3 + number]), stack[number, :, ::-1])


@pytest.mark.parametrize(
    ("draw", "argument", "error", "message"),
    [
        ("images", GRAY[0], TypeError, r"pictures must be a dict .*\. Got ndarray"),
        ("images", {"a": GRAY[0, 0]}, ValueError, r"'a' must have shape \(H, W\) or \(H, W, 3\)\. Got shape \(5,\)"),
        ("images", {"a": np.ones((4, 5, 2))}, ValueError, r"Got shape \(4, 5, 2\)"),
        ("images", {"a": 2 * COLOR[0]}, ValueError, r"0\.\.1, or uint8\. Got float64 from .*divide by the range"),
        ("images", {"a": np.full((4, 5), np.nan)}, ValueError, r"Gray images must hold at least one finite number"),
        (
            "image_rows",
            {"a": GRAY[0]},
            ValueError,
            r"'a' must have shape \(4, H, W\) or \(4, H, W, 3\)\. Got shape \(4, 5\)",
        ),
        (
            "image_rows",
            {"a": GRAY, "b": GRAY[:2]},
            ValueError,
            r"'b' must have shape \(3, H, W\).*Got shape \(2, 4, 5\)",
        ),
    ],
)
def test_invalid_images_raise(draw, argument, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        getattr(plots, draw)(argument)


def test_wrong_number_of_titles_raises():
    with pytest.raises(ValueError, match=r"titles must hold 3 titles, one per column\. Got 2 titles"):
        plots.image_rows({"a": GRAY}, titles=["3", "1"])
