"""Datasets: digits shipped with the course, generated spirals and shapes, and CIFAR-10 and MNIST from official files.

Each dataset is a dict with X_train, y_train, X_val, y_val, X_test, and y_test. You can pass it to
`gradlab.solver.Solver`.
"""

from .cifar10 import CIFAR10_CLASSES, load_cifar10
from .digits import load_digits
from .mnist import load_mnist
from .shapes import SHAPES, make_shapes
from .spirals import make_spirals

__all__ = [
    "CIFAR10_CLASSES",
    "SHAPES",
    "load_cifar10",
    "load_digits",
    "load_mnist",
    "make_shapes",
    "make_spirals",
]
