"""Functions that a case may pass to a student's function, such as gradients to follow and losses to measure.

When you run a check in your notebook, these functions run in the notebook itself. When your submission is graded, your
function gets a stub that asks the judge, so the function behind the stub cannot be inspected.
"""

from .classifiers import predicted_probabilities
from .initial_losses import initial_loss
from .losses import hinge_loss, layer_output, logistic_loss, quadratic_loss
from .memorizers import train_and_predict
from .networks import network_gradient, network_loss
from .quadratics import quadratic_gradient
from .validation import hill, learning_curve

__all__ = [
    "hill",
    "hinge_loss",
    "initial_loss",
    "layer_output",
    "learning_curve",
    "logistic_loss",
    "network_gradient",
    "network_loss",
    "predicted_probabilities",
    "quadratic_gradient",
    "quadratic_loss",
    "train_and_predict",
]
