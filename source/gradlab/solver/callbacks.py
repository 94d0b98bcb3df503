"""The information about each training step that a callback receives."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

from ..typing import Array, Integers, Params

if TYPE_CHECKING:
    from .training import Solver


class Model(Protocol):
    """The interface that a solver requires of a model. ``state() -> dict`` and ``restore(state)`` are optional."""

    params: Params

    @overload
    def loss(self, X: Array, y: None = None) -> Any:
        """Return the scores (N, C)."""

    @overload
    def loss(self, X: Array, y: Integers) -> Any:
        """Return the loss and a dict of gradients."""


@dataclass(frozen=True, eq=False)
class Step:
    """One completed training step.

    Attributes
    ----------
    solver : Solver
    model : object
        The model, with its parameters after the step.
    iteration : int
        The number of steps taken so far, including this step.
    epoch : float
        The number of epochs completed so far: 0.25 after a quarter of the first epoch.
    loss : float
        The loss on this minibatch before the update.
    learning_rate : float or None
        The learning rate of this step, or None if the rule's config has no learning rate.
    X, y : ndarray
        The minibatch.
    grads : dict of str to ndarray
        The gradients, keyed by parameter name.
    updates : dict of str to ndarray
        The change in each parameter, new - old, which is computed when first accessed.
    """

    solver: Solver
    model: Model
    iteration: int
    epoch: float
    loss: float
    learning_rate: float | None
    X: Array
    y: Array
    grads: Params
    old: Params = field(repr=False)
    new: Params = field(repr=False)

    @cached_property
    def updates(self) -> Params:
        return {name: w - self.old[name] for name, w in self.new.items()}
