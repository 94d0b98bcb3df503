"""Images: pixels as given, on one scale, each under its name."""

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
def test_an_image_is_drawn_as_it_is(image):
    (ax,) = plots.images({"a digit": image}, title="digits").axes
    ax.figure.canvas.draw()
    np.testing.assert_array_equal(pixels(ax), image)
    assert ax.images[0].get_interpolation() == "nearest"
    assert (ax.get_title(), ax.figure.get_suptitle()) == ("a digit", "digits")
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


@pytest.mark.parametrize("limits", [None, (-1.0, 1.0)])
def test_gray_images_are_on_one_scale(limits):
    """Or a picture made darker would look like the one it was made from."""
    figure = plots.images({"given": GRAY[0], "darker": GRAY[0] - 1, "color": COLOR[0]}, limits=limits)
    wanted = limits or (GRAY[0].min() - 1, GRAY[0].max())
    assert [ax.images[0].get_clim() for ax in figure.axes[:2]] == [wanted, wanted]


def test_images_of_different_sizes_stand_side_by_side():
    figure = plots.images({"original": GRAY[0], "cropped": GRAY[0, 1:, 1:4]}, columns=1)
    figure.canvas.draw()
    assert [pixels(ax).shape for ax in figure.axes] == [(4, 5), (3, 3)]
    first, second = (ax.get_position() for ax in figure.axes)
    assert first.y0 > second.y1


def test_weights_that_are_not_finite_do_not_spoil_the_scale():
    image = GRAY[0].copy()
    image[0, 0], image[1, 1] = np.nan, np.inf
    (ax,) = plots.images({"W1": image}).axes
    ax.figure.canvas.draw()
    assert ax.images[0].get_clim() == (image[np.isfinite(image)].min(), image[np.isfinite(image)].max())


def test_an_even_image_is_gray():
    (ax,) = plots.images({"zeros": np.zeros((2, 2))}).axes
    assert ax.images[0].get_clim() == (-0.5, 0.5)


@pytest.mark.parametrize("stack", [GRAY, COLOR], ids=["gray", "color"])
def test_rows_of_images_carry_their_names(stack):
    figure = plots.image_rows({"original": stack, "flipped": stack[:, :, ::-1]}, titles=["3", "1", "4"], title="digits")
    axes = figure.axes
    assert [ax.get_ylabel() for ax in axes] == ["original", "", "", "flipped", "", ""]
    assert [ax.get_title() for ax in axes] == ["3", "1", "4", "", "", ""]
    for number in range(3):
        np.testing.assert_array_equal(pixels(axes[number]), stack[number])
        np.testing.assert_array_equal(pixels(axes[3 + number]), stack[number, :, ::-1])


@pytest.mark.parametrize(
    ("draw", "given", "error", "message"),
    [
        ("images", GRAY[0], TypeError, r"pictures must be a dict .*\. Got ndarray"),
        ("images", {"a": GRAY[0, 0]}, ValueError, r"'a' must have shape \(H, W\) or \(H, W, 3\)\. Got \(5,\)"),
        ("images", {"a": np.ones((4, 5, 2))}, ValueError, r"Got \(4, 5, 2\)"),
        ("images", {"a": 2 * COLOR[0]}, ValueError, r"0\.\.1, or uint8\. Got float64 from .*divide by the range"),
        ("images", {"a": np.full((4, 5), np.nan)}, ValueError, r"Gray images must hold a finite number"),
        ("image_rows", {"a": GRAY[0]}, ValueError, r"'a' must have shape \(4, H, W\) or \(4, H, W, 3\)\. Got \(4, 5\)"),
        ("image_rows", {"a": GRAY, "b": GRAY[:2]}, ValueError, r"'b' must have shape \(3, H, W\).*Got \(2, 4, 5\)"),
    ],
)
def test_what_is_no_image_is_refused(draw, given, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        getattr(plots, draw)(given)


def test_titles_must_fit_the_columns():
    with pytest.raises(ValueError, match=r"titles must hold 3 names, one a column\. Got 2"):
        plots.image_rows({"a": GRAY}, titles=["3", "1"])
