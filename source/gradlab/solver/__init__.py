"""Train models with `Solver`, which applies an update rule to minibatches and records how training goes."""

from .callbacks import Step
from .training import Solver

__all__ = ["Solver", "Step"]
