"""Labeled records of made-up training runs, for practicing diagnoses before they are judged.

====================  ====================================================================
`loss_curves`         the losses of runs whose learning rate or batch size may be wrong
`accuracy_records`    training and validation accuracies of runs that may overfit
`layer_statistics`    activation statistics of networks that may be badly initialized
====================  ====================================================================

Each function returns records in random order, and the correct label for each. The judge draws its records in the same
way, from its own seeds.
"""

from .accuracies import GAPS, accuracy_record, accuracy_records
from .activations import STATES, layer_statistics, network
from .losses import CURVES, loss_curve, loss_curves
from .mixing import mixed

__all__ = [
    "CURVES",
    "GAPS",
    "STATES",
    "accuracy_record",
    "accuracy_records",
    "layer_statistics",
    "loss_curve",
    "loss_curves",
    "mixed",
    "network",
]
