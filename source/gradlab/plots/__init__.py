"""Pictures for the notebooks. Each draws arrays that were computed before; none runs a student's function itself.

========================  =======================================================================================
`lines`                   named curves and bands in one panel
`gallery`                 small panels of these, each with a name
`loss_curves`             losses on a linear and on a log scale
`training_race`           losses and accuracies of several solvers
`accuracy_gaps`           training and validation accuracy, the gap shaded
`update_ratios`           sizes of updates beside sizes of parameters
`schedules`               learning rates, and the losses below them
`step_errors`, `kink`     what goes wrong with numerical gradients
`histograms`              numbers in each layer
`images`, `image_rows`    weights and examples
`heatmap`, `masks`        matrices with numbers, and dropout masks
`projections`             samples of two hyperparameters, and what each axis sees
`search_results`          scores over two hyperparameters
`trajectories`, `race`    update rules on a surface, still and moving
========================  =======================================================================================

What draws one panel takes and returns matplotlib's ``Axes``, so that several can stand in one figure; what draws
several returns the ``Figure``. All can be told apart without colors.
"""

from .curves import gallery, lines
from .gradients import kink, step_errors
from .layers import histograms
from .matrices import heatmap, masks
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
    "step_errors",
    "style",
    "training_race",
    "trajectories",
    "update_ratios",
]
