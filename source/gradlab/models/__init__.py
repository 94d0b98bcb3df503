"""Complete models: each has a dict of parameters, and a method that returns scores, or a loss and its gradients."""

from .convnet import ConvNet
from .fully_connected import FullyConnectedNet
from .initialize import initial_weights
from .linear import SoftmaxRegression, SvmRegression
from .parameters import load_parameters, save_parameters

__all__ = [
    "ConvNet",
    "FullyConnectedNet",
    "SoftmaxRegression",
    "SvmRegression",
    "initial_weights",
    "load_parameters",
    "save_parameters",
]
