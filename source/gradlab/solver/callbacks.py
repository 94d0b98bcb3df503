"""What a callback sees of each training step."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

from ..typing import Array, Integers, Params

if TYPE_CHECKING:
    from .training import Solver


class Model(Protocol):
    """What a solver needs of a model. It may also have ``state() -> dict`` and ``restore(state)``."""

    params: Params

    @overload
    def loss(self, X: Array, y: None = None) -> Any:
        """The scores (N, C)."""

    @overload
    def loss(self, X: Array, y: Integers) -> Any:
        """The loss and a dict of gradients."""


@dataclass(frozen=True, eq=False)
class Step:
    """One training step, after it was taken.

    Attributes
    ----------
    solver : Solver
    model : object
        With the parameters after the step.
    iteration : int
        Steps taken so far, including this one: the first is 1.
    epoch : float
        Epochs completed so far: 0.25 after a quarter of the first.
    loss : float
        The loss of this minibatch, before the update.
    learning_rate : float or None
        The learning rate of this step; None if the rule's config has none.
    X, y : ndarray
        The minibatch.
    grads : dict of str to ndarray
        The gradients by parameter.
    updates : dict of str to ndarray
        By how much each parameter changed, new - old; computed when first asked for.
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
