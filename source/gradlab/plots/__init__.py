"""Plots for the notebooks. They draw arrays that were computed beforehand, and never call students' functions.

========================  =======================================================================================
`lines`                   named curves and bands in one panel
`gallery`                 a grid of small panels with curves
`loss_curves`             losses on a linear and on a log scale
`training_race`           losses and accuracies of several solvers
`accuracy_gaps`           training and validation accuracies, with the gap between them shaded
`update_ratios`           sizes of updates relative to sizes of parameters
`schedules`               learning rates, with losses below them
`step_errors`, `kink`     problems with numerical gradients
`histograms`              the distribution of values in each layer
`images`, `image_rows`    images of weights and examples
`heatmap`, `masks`        matrices with numbers, and dropout masks
`projections`             samples of two hyperparameters, projected onto each axis
`search_results`          scores as a function of two hyperparameters
`trajectories`, `race`    update rules on a surface, as panels and as an animation
`show`                    shows the figures of a cell, sharp and with alternative text
========================  =======================================================================================

Functions that draw a single panel take and return matplotlib's ``Axes``, so you can combine several panels in one
figure. Functions that draw several panels return the ``Figure``. Curves can be told apart without colors.
"""

from .curves import gallery, lines
from .gradients import kink, step_errors
from .layers import histograms
from .matrices import heatmap, masks
from .notebook import show
from .pictures import image_rows, images
from .search import projections, search_results
from .style import COLORS, DASHES, MARKERS, style
from .surfaces import race, trajectories
from .training import accuracy_gaps, loss_curves, schedules, training_race, update_ratios

__all__ = [
    "COLORS",
    "DASHES",
    "MARKERS",
    "accuracy_gaps",
    "gallery",
    "heatmap",
    "histograms",
    "image_rows",
    "images",
    "kink",
    "lines",
    "loss_curves",
    "masks",
    "projections",
    "race",
    "schedules",
    "search_results",
    "show",
    "step_errors",
    "style",
    "training_race",
    "trajectories",
    "update_ratios",
]
