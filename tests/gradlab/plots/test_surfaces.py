"""Update rules on a surface: the panels show the paths, and the animation is small."""

import base64
import html
import io
import re

import numpy as np
import pytest
from PIL import Image

from gradlab import plots, surfaces

RNG = np.random.default_rng(0)
NAMES = ("sgd", "sgd_momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam")


def paths(surface, steps=80, names=NAMES):
    """Return a path for each name: a straight line to the minimum, plus some random noise."""
    start, end = np.array(surface.start), np.array(surface.minimum)
    t = np.linspace(0, 1, steps + 1)[:, None]
    return {name: start + t * (end - start) + 0.1 * RNG.normal(size=(steps + 1, 2)) for name in names}


@pytest.mark.parametrize("surface", [surfaces.ravine(), surfaces.saddle(), surfaces.beale()], ids=lambda s: s.name)
@pytest.mark.parametrize("count", [1, 2, 4, 6])
def test_trajectories_have_one_panel_per_rule(surface, count):
    figure = plots.trajectories(surface, paths(surface, names=NAMES[:count]))
    figure.canvas.draw()
    visible = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title().split(":")[0] for ax in visible] == list(NAMES[:count])
    for ax in visible:
        assert (*ax.get_xlim(), *ax.get_ylim()) == surface.bounds
    assert "80 steps" in figure.get_suptitle()
    title = figure._suptitle.get_window_extent()
    assert 0 <= title.x0 < title.x1 <= figure.bbox.width
    assert (figure.get_supxlabel(), figure.get_supylabel()) == ("x", "y")


def test_title_states_the_final_height():
    surface = surfaces.ravine(25)
    figure = plots.trajectories(surface, {"sgd": np.array([[-4.0, 1.0], [0.0, 2.0]])})
    assert figure.axes[0].get_title() == "sgd: height 2"


@pytest.mark.parametrize(("steps", "frames"), [(80, 60), (5, 6)])
def test_race_is_a_small_gif_with_alt_text(steps, frames):
    surface = surfaces.beale()
    markup = plots.race(surface, paths(surface, steps)).data
    assert len(markup) < 1_000_000
    text, gif = re.fullmatch(r'<img alt="([^"]+)" src="data:image/gif;base64,([^"]+)">', markup).groups()
    assert html.unescape(text).endswith(f"adam on Beale's function, {steps} steps.")
    gif = base64.b64decode(gif)
    with Image.open(io.BytesIO(gif)) as picture:
        assert picture.n_frames == frames
        assert picture.info["loop"] == 1


def test_race_shows_each_rule_in_its_own_color():
    surface = surfaces.saddle()
    markup = plots.race(surface, paths(surface, 10)).data
    gif = base64.b64decode(re.search(r'base64,([^"]+)', markup)[1])
    with Image.open(io.BytesIO(gif)) as picture:
        picture.seek(picture.n_frames - 1)
        seen = {color for _, color in picture.convert("RGB").getcolors(1 << 20)}
    expected = {tuple(bytes.fromhex(color[1:])) for color in plots.COLORS[: len(NAMES)]}
    assert expected <= seen


@pytest.mark.parametrize("draw", [plots.trajectories, plots.race])
def test_paths_of_different_lengths_raise(draw):
    surface = surfaces.saddle()
    with pytest.raises(ValueError, match=r"same number of points\. Got lengths \[3, 5\]"):
        draw(surface, {"a": np.zeros((3, 2)), "b": np.zeros((5, 2))})


@pytest.mark.parametrize("draw", [plots.trajectories, plots.race])
def test_path_that_is_not_two_dimensional_raises(draw):
    with pytest.raises(ValueError, match=r"(?i)the path 'a' must have shape \(T, 2\)\. Got shape \(5, 3\)"):
        draw(surfaces.saddle(), {"a": np.zeros((5, 3))})
