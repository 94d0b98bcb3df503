"""Figures are shown in a notebook as sharp images with alternative text made from their data."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from gradlab import plots
from gradlab.plots.alt_text import describe
from gradlab.plots.notebook import image

X = np.arange(21)
CURVES = {
    "falls": (np.linspace(2, 0.5, 21), "from 2 down to 0.5"),
    "rises": (np.linspace(0.1, 0.9, 21), "from 0.1 up to 0.9"),
    "falls and rises": ((X - 10.0) ** 2, "from 100 to 100, lowest 0 at 10"),
    "has a peak": (1.0 - abs(X - 5) / 20, "from 0.75 down to 0.25, highest 1 at 5"),
    "does not move": (np.ones(21), "level at 1"),
    "has gaps": (np.where(X < 3, np.nan, X), "from 3 up to 20"),
}


@pytest.mark.parametrize(("heights", "path"), CURVES.values(), ids=CURVES)
def test_text_says_where_a_curve_goes(heights, path):
    ax = plots.lines({"the curve": heights}, xlabel="epoch", ylabel="loss", title="a run")
    assert describe(ax.figure) == f"a run. loss against epoch. the curve: {path}."


def test_text_names_panels_bars_points_images_and_histograms():
    figure, axes = plt.subplots(1, 5)
    axes[0].bar(["cat", "dog"], [0.25, 0.75])
    axes[1].scatter([1, 2, 3], [1, 2, 3])
    axes[2].imshow(np.zeros((8, 6)))
    axes[3].stairs(np.ones(100), np.linspace(0, 1, 101), fill=True)
    axes[4].set(xlabel="step", ylabel="error", xscale="log")
    figure.suptitle("Everything")
    assert describe(figure) == (
        "Everything. Panel 1: Bars: cat 0.25, dog 0.75. Panel 2: 3 points. "
        "Panel 3: An image of 8 by 6 pixels, with values from 0 to 0. "
        "Panel 4: A histogram: nine tenths of the values are between 0.05 and 0.95. "
        "Panel 5: error against step (log scale)."
    )


@pytest.mark.parametrize(("label", "text"), [(None, "1 point."), ("best", "best: 1 point.")])
def test_text_names_a_single_point(label, text):
    figure, ax = plt.subplots()
    ax.scatter([0.1], [0.2], label=label)
    assert describe(figure) == text


def test_text_for_many_panels_and_curves_stays_short():
    runs = {f"run {i}": {f"curve {j}": X for j in range(30)} for i in range(30)}
    text = describe(plots.gallery(runs, xlabel="epoch", ylabel="loss"))
    assert "Panels not described: 21." in text
    assert text.count("Curves not described: 20.") == 9


def test_shaded_band_is_not_a_bar():
    ax = plots.lines({"error": X}, xlabel="step", ylabel="error")
    ax.axvspan(1, 2)
    assert "bar" not in describe(ax.figure)


def test_text_describes_many_images_together():
    rows = {"original": np.zeros((3, 8, 6)), "flipped": np.ones((3, 8, 6))}
    text = describe(plots.image_rows(rows, titles="abc"))
    assert "6 images of 8 by 6 pixels: " in text
    assert {"original", "flipped", "a", "b", "c"} <= set(text.replace(",", " ").replace(".", " ").split())


def test_color_bar_is_not_a_panel():
    assert "Panel" not in describe(plots.heatmap(np.eye(3), rows="abc", columns="abc").figure)


def test_image_has_twice_the_resolution_and_fits_a_column_of_800_pixels():
    figure = plots.gallery({f"{i}": X for i in range(3)}, xlabel="epoch", ylabel="loss", title='<b> & "quotes"')
    tag = image(figure).data
    picture = Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", tag)[1])))
    width = int(re.search(r'width="(\d+)"', tag)[1])
    assert abs(picture.width - 2 * width) <= 2
    assert width <= 800
    assert 'alt="&lt;b&gt; &amp; &quot;quotes&quot;.' in tag


def test_show_displays_every_open_figure_once_and_closes_it(monkeypatch):
    shown = []
    monkeypatch.setattr("gradlab.plots.notebook.get_ipython", object)
    monkeypatch.setattr("gradlab.plots.notebook.display", lambda tag: shown.append(tag.data))
    for name in ("first", "second"):
        plots.lines({name: X}, xlabel="epoch", ylabel="loss")
    plots.show()
    plots.show()
    assert [("first:" in tag, "second:" in tag) for tag in shown] == [(True, False), (False, True)]
    assert plt.get_fignums() == []


def test_show_outside_a_notebook_calls_matplotlibs_show(monkeypatch):
    calls = []
    monkeypatch.setattr(plt, "show", lambda: calls.append("shown"))
    plots.show()
    assert calls == ["shown"]
