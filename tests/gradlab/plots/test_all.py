"""What every picture must hold to, whatever it shows."""

import copy
import doctest
import importlib
import inspect
import pkgutil
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

PICTURES = {
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
UNLABELED = ("images", "image_rows", "heatmap")  # nothing to measure along their axes, or names


def drawn(name):
    """The figure of a picture in the table, laid out."""
    draw, args, kwargs = PICTURES[name]
    shown = draw(*args, **kwargs)
    figure = shown if isinstance(shown, Figure) else shown.figure
    figure.canvas.draw()
    return figure


def test_the_table_holds_every_picture():
    """`race` makes a GIF and no figure; it has tests of its own."""
    functions = {name for name in plots.__all__ if callable(getattr(plots, name))} - {"style", "race"}
    assert functions == {draw.__name__ for draw, _, _ in PICTURES.values()}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_fits_the_column_of_a_notebook(name):
    width, height = drawn(name).get_size_inches()
    assert 3 <= width <= 9.6
    assert 1.5 <= height <= 8


@pytest.mark.parametrize("name", [name for name in PICTURES if name not in UNLABELED])
def test_both_axes_say_what_they_show(name):
    figure = drawn(name)
    assert figure.get_supxlabel() or any(ax.get_xlabel() for ax in figure.axes)
    assert figure.get_supylabel() or all(ax.get_ylabel() for ax in figure.axes[:1])


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_is_written_over_a_legend(name):
    """Matplotlib puts a legend outside the panels where a label of the whole figure stands already."""
    figure = drawn(name)
    legends = [*figure.legends, *(ax.get_legend() for ax in figure.axes if ax.get_legend())]
    labels = [label for ax in figure.axes for label in (ax.xaxis.label, ax.title)]
    labels += [label for label in (figure._supxlabel, figure._suptitle) if label is not None]
    for legend in legends:
        box = legend.get_window_extent()
        assert not [
            label.get_text() for label in labels if label.get_text() and box.overlaps(label.get_window_extent())
        ]


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_given_is_not_changed(name):
    _, args, kwargs = PICTURES[name]
    if name == "trajectories":
        args = args[1:]
    before = copy.deepcopy((args, kwargs))
    drawn(name)
    np.testing.assert_equal((args, kwargs), before)


@pytest.mark.parametrize(
    "name", [name for name, (draw, _, _) in PICTURES.items() if "ax" in inspect.signature(draw).parameters]
)
def test_a_single_panel_can_stand_in_a_figure_of_yours(name):
    draw, args, kwargs = PICTURES[name]
    ax = plt.subplots(1, 2)[1][1]
    assert draw(*args, ax=ax, **kwargs) is ax
    assert isinstance(draw(*args, **kwargs), Axes)
    assert len(plt.get_fignums()) == 2


def test_any_two_of_many_curves_differ_without_colors():
    looks = {(str(look["linestyle"]), look["marker"]) for look in map(plots.style, range(49))}
    assert len(looks) == 49
    colors = [plots.style(number)["color"] for number in range(7)]
    assert len(set(colors)) == 7


MODULES = [name for _, name, _ in pkgutil.iter_modules(plots.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name):
    module = importlib.import_module(f"gradlab.plots.{name}")
    assert doctest.testmod(module).failed == 0


def test_every_family_has_an_example():
    """`_arguments` validates, and draws nothing."""
    modules = {name: importlib.import_module(f"gradlab.plots.{name}") for name in MODULES}
    without = {name for name, module in modules.items() if ">>>" not in inspect.getsource(module)}
    assert without == {"_arguments"}


def test_importing_gradlab_leaves_matplotlib_alone():
    modules = "data, layers, losses, models, solver, surfaces"
    code = f"import sys; from gradlab import {modules}; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
