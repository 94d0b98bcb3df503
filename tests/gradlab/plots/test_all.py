"""Rules that all plots follow."""

import copy
import inspect
import subprocess
import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradlab import plots, surfaces

RNG = np.random.default_rng(0)
EPOCHS = np.arange(60) / 10
LOSSES = {name: (EPOCHS, rate * np.exp(-EPOCHS) + 0.1) for name, rate in (("low", 1.0), ("right", 2.0), ("high", 3.0))}
BANDS = {"mean": np.stack([EPOCHS - 1, EPOCHS, EPOCHS + 1]), "quantiles": np.sort(RNG.normal(size=(5, 60)), axis=0)}
ACCURACIES = np.linspace(0.1, 0.9, 7)
RUN = SimpleNamespace(loss_history=[3.0, 2.0, 1.0, 0.5], val_acc_history=[0.1, 0.5, 0.8])
LAYERS = {f"layer {i}": RNG.normal(size=(20, 5)) for i in range(1, 5)}
IMAGES = RNG.random((4, 8, 6))
STEPS = 10.0 ** np.arange(-8, 0)
RAVINE = surfaces.ravine()
PATHS = {name: np.linspace(RAVINE.start, RAVINE.minimum, 9) for name in ("sgd", "adam", "rmsprop", "adagrad")}

PLOTS = {
    "lines": (plots.lines, (LOSSES,), {"xlabel": "epoch", "ylabel": "loss"}),
    "bands": (plots.lines, (BANDS,), {"xlabel": "epoch", "ylabel": "loss"}),
    "gallery": (plots.gallery, (LOSSES | {"all": LOSSES},), {"xlabel": "epoch", "ylabel": "loss"}),
    "loss_curves": (plots.loss_curves, (LOSSES,), {}),
    "training_race": (plots.training_race, ({"sgd": RUN, "adam": RUN},), {}),
    "accuracy_gaps": (plots.accuracy_gaps, ({"a": (ACCURACIES, ACCURACIES**2), "b": (ACCURACIES, ACCURACIES)},), {}),
    "update_ratios": (plots.update_ratios, ({"W1": 1e-3 * EPOCHS, "b1": 1e-2 * EPOCHS},), {}),
    "schedules": (plots.schedules, (LOSSES,), {}),
    "schedules and losses": (plots.schedules, (LOSSES, LOSSES), {"drops": [2, 4]}),
    "step_errors": (plots.step_errors, ({"forward": (STEPS, STEPS)},), {"slopes": {"forward": 1}}),
    "kink": (plots.kink, ((EPOCHS - 3, abs(EPOCHS - 3)), ([-1, 2], [1, 2]), (0.5, 0.5)), {"slope": 1}),
    "histograms": (plots.histograms, (LAYERS,), {}),
    "histograms in rows": (plots.histograms, ({"Xavier": LAYERS, "He": LAYERS},), {"limits": (-1, 1)}),
    "images": (plots.images, ({"noisy": IMAGES[0], "smooth": IMAGES[1]},), {"title": "weights"}),
    "image_rows": (plots.image_rows, ({"original": IMAGES, "flipped": IMAGES[:, :, ::-1]},), {"titles": "0123"}),
    "heatmap": (plots.heatmap, (RNG.random((3, 4)),), {"rows": "abc", "columns": "abcd"}),
    "masks": (plots.masks, ({"p = 0.5": RNG.random((10, 20)) < 0.5, "p = 0.1": RNG.random((10, 20)) < 0.1},), {}),
    "projections": (plots.projections, ({"grid": RNG.random((9, 2)), "random": RNG.random((9, 2))},), {}),
    "search_results": (plots.search_results, (STEPS, STEPS[::-1], STEPS), {"bounds": (1e-8, 1, 1e-8, 1)}),
    "trajectories": (plots.trajectories, (RAVINE, PATHS), {}),
}  # fmt: skip
UNLABELED = ("images", "image_rows", "heatmap")  # their axes have no ticks, or only names as ticks


def figure_of(name):
    """Draw a plot from the table, and return its figure after layout."""
    draw, args, kwargs = PLOTS[name]
    result = draw(*args, **kwargs)
    figure = result if isinstance(result, Figure) else result.figure
    figure.canvas.draw()
    return figure


def test_table_contains_every_plot():
    """`race` makes a GIF instead of a figure and is tested in test_surfaces.py, `show` in test_show.py."""
    functions = {name for name in plots.__all__ if callable(getattr(plots, name))} - {"style", "race", "show"}
    assert functions == {draw.__name__ for draw, _, _ in PLOTS.values()}


@pytest.mark.parametrize("name", PLOTS)
def test_figure_fits_a_notebook_column(name):
    width, height = figure_of(name).get_size_inches()
    assert 3 <= width <= 9.6
    assert 1.5 <= height <= 8


@pytest.mark.parametrize("name", [name for name in PLOTS if name not in UNLABELED])
def test_both_axes_are_labeled(name):
    figure = figure_of(name)
    assert figure.get_supxlabel() or any(ax.get_xlabel() for ax in figure.axes)
    assert figure.get_supylabel() or all(ax.get_ylabel() for ax in figure.axes[:1])


@pytest.mark.parametrize("name", PLOTS)
def test_legends_do_not_overlap_labels(name):
    """Matplotlib may put a legend outside the panels on top of a label for the whole figure."""
    figure = figure_of(name)
    legends = [*figure.legends, *(ax.get_legend() for ax in figure.axes if ax.get_legend())]
    labels = [label for ax in figure.axes for label in (ax.xaxis.label, ax.title)]
    labels += [label for label in (figure._supxlabel, figure._suptitle) if label is not None]
    for legend in legends:
        box = legend.get_window_extent()
        assert not [
            label.get_text() for label in labels if label.get_text() and box.overlaps(label.get_window_extent())
        ]


@pytest.mark.parametrize("name", PLOTS)
def test_arguments_are_not_modified(name):
    _, args, kwargs = PLOTS[name]
    if name == "trajectories":
        args = args[1:]
    before = copy.deepcopy((args, kwargs))
    figure_of(name)
    np.testing.assert_equal((args, kwargs), before)


@pytest.mark.parametrize(
    "name", [name for name, (draw, _, _) in PLOTS.items() if "ax" in inspect.signature(draw).parameters]
)
def test_single_panel_can_be_drawn_into_given_axes(name):
    draw, args, kwargs = PLOTS[name]
    ax = plt.subplots(1, 2)[1][1]
    assert draw(*args, ax=ax, **kwargs) is ax
    assert isinstance(draw(*args, **kwargs), Axes)
    assert len(plt.get_fignums()) == 2


def test_styles_differ_without_colors():
    styles = {(str(style["linestyle"]), style["marker"]) for style in map(plots.style, range(49))}
    assert len(styles) == 49
    colors = [plots.style(number)["color"] for number in range(7)]
    assert len(set(colors)) == 7


def test_importing_the_other_modules_does_not_import_matplotlib():
    modules = "data, layers, losses, models, solver, surfaces"
    code = f"import sys; from gradlab import {modules}; print('matplotlib' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"
