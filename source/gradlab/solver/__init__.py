"""Training: `Solver` with minibatches, an update rule, and a record of how it went."""

from .training import Solver
from .watching import Step

__all__ = ["Solver", "Step"]
