"""Pictures: that they are drawn, show what they are given, and stay small."""

import base64
import html
import io
import re
import subprocess
import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from gradlab import plots, surfaces

plt.switch_backend("agg")

RNG = np.random.default_rng(0)
NAMES = ("sgd", "sgd_momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def paths(surface, steps=80, names=NAMES):
    """A straight way to the minimum for each name, with some jitter."""
    start, end = np.array(surface.start), np.array(surface.minimum)
    share = np.linspace(0, 1, steps + 1)[:, None]
    return {name: start + share * (end - start) + 0.1 * RNG.normal(size=(steps + 1, 2)) for name in names}


def trained(epochs=3, iterations=30):
    return SimpleNamespace(
        loss_history=RNG.uniform(0.1, 1, iterations).tolist(),
        val_acc_history=RNG.uniform(0.5, 1, epochs + 1).tolist(),
    )


@pytest.mark.parametrize("surface", [surfaces.ravine(), surfaces.saddle(), surfaces.beale()], ids=lambda s: s.name)
@pytest.mark.parametrize("count", [1, 2, 4, 6])
def test_trajectories_have_one_panel_a_rule(surface, count):
    figure = plots.trajectories(surface, paths(surface, names=NAMES[:count]))
    figure.canvas.draw()
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title().split(":")[0] for ax in shown] == list(NAMES[:count])
    for ax in shown:
        assert (*ax.get_xlim(), *ax.get_ylim()) == surface.bounds
    assert "80 steps" in figure.get_suptitle()
    assert (figure.get_supxlabel(), figure.get_supylabel()) == ("x", "y")


def test_the_title_says_how_low_each_rule_came():
    surface = surfaces.ravine(25)
    figure = plots.trajectories(surface, {"sgd": np.array([[-4.0, 1.0], [0.0, 2.0]])})
    assert figure.axes[0].get_title() == "sgd: height 2"


@pytest.mark.parametrize(("steps", "frames"), [(80, 60), (5, 6)])
def test_the_race_is_a_small_gif_with_a_text_for_those_who_cannot_see_it(steps, frames):
    surface = surfaces.beale()
    shown = plots.race(surface, paths(surface, steps)).data
    assert len(shown) < 1_000_000
    text, gif = re.fullmatch(r'<img alt="([^"]+)" src="data:image/gif;base64,([^"]+)">', shown).groups()
    assert html.unescape(text).endswith(f"adam on Beale's function, {steps} steps.")
    gif = base64.b64decode(gif)
    with Image.open(io.BytesIO(gif)) as picture:
        assert picture.n_frames == frames
        assert picture.info["loop"] == 0


def test_the_race_shows_each_rule_in_its_own_colour():
    surface = surfaces.saddle()
    shown = plots.race(surface, paths(surface, 10)).data
    gif = base64.b64decode(re.search(r'base64,([^"]+)', shown)[1])
    with Image.open(io.BytesIO(gif)) as picture:
        picture.seek(picture.n_frames - 1)
        seen = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
    wanted = {tuple(bytes.fromhex(colour[1:])) for colour in plots.COLOURS[: len(NAMES)]}
    assert wanted <= seen


@pytest.mark.parametrize("draw", [plots.trajectories, plots.race])
def test_paths_of_different_lengths_are_refused(draw):
    surface = surfaces.saddle()
    with pytest.raises(ValueError, match=r"same number of points\. Got \[3, 5\]"):
        draw(surface, {"a": np.zeros((3, 2)), "b": np.zeros((5, 2))})


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


def test_training_race_tells_the_rules_apart_by_colour_and_line():
    figure = plots.training_race({name: trained() for name in NAMES})
    looks = {(line.get_color(), line.get_marker()) for line in figure.axes[0].lines}
    assert len(looks) == len(NAMES)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(NAMES)


@pytest.mark.parametrize(("accuracies", "losses"), [([], []), ([0.1], []), ([0.1, 0.2, 0.3], [1.0])])
def test_an_untrained_run_is_refused(accuracies, losses):
    run = SimpleNamespace(loss_history=losses, val_acc_history=accuracies)
    with pytest.raises(ValueError, match=rf"adam must hold .* Got {len(accuracies)} .* train it first"):
        plots.training_race({"adam": run})


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_lines_takes_heights_or_pairs(scale):
    x = np.array([1.0, 10.0, 100.0])
    ax = plots.lines(
        {"heights": x, "pairs": (x, 2 * x), "many": np.ones(500)},
        xlabel="rate", ylabel="loss", title="title", xscale=scale, yscale=scale,
    )  # fmt: skip
    ax.figure.canvas.draw()
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [0, 1, 2])
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), x)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("rate", "loss", "title")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["heights", "pairs", "many"]


def test_importing_gradlab_leaves_matplotlib_alone():
    modules = "data, layers, losses, models, solver, surfaces"
    code = f"import sys; from gradlab import {modules}; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
