"""Training: `Solver`, with minibatches, an update rule, and a record of how training went."""

from .callbacks import Step
from .training import Solver

__all__ = ["Solver", "Step"]
