"""What a callback is shown of each training step."""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, eq=False)
class Step:
    """One training step, after it was taken.

    Attributes
    ----------
    solver : Solver
    model : object
        With the parameters that the step led to.
    iteration : int
        Steps taken so far, this one included: the first is 1.
    epoch : float
        Epochs gone through so far: 0.25 after a quarter of the first.
    loss : float
        Of this minibatch, before the update.
    learning_rate : float or None
        Of this step; None where the rule's config names none.
    X, y : ndarray
        The minibatch.
    grads : dict of str to ndarray
        The gradients by parameter.
    updates : dict of str to ndarray
        By how much each parameter changed: new - old, computed when first asked for.
    """

    solver: object
    model: object
    iteration: int
    epoch: float
    loss: float
    learning_rate: float | None
    X: object
    y: object
    grads: dict
    old: dict = field(repr=False)
    new: dict = field(repr=False)

    @cached_property
    def updates(self):
        return {name: w - self.old[name] for name, w in self.new.items()}
