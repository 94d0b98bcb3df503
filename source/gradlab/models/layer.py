"""The layers of a model: each is a pair of functions, the arguments they are called with, and initial parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..layers import affine_backward, affine_forward, conv_backward, conv_forward
from ..typing import Array, Config, Params

Pair = tuple[Callable[..., Any], Callable[..., Any]]
SampleWeights = Callable[[tuple[int, ...]], Array]


@dataclass
class Layer:
    """``forward(x, *parameters, settings) -> (out, cache)`` and ``backward(dout, cache) -> (dx, *gradients)``.

    Attributes
    ----------
    name : str
        Unique within its model, such as "affine1".
    forward, backward : callable
        Without parameters, `backward` returns dx alone.
    params : tuple of str
        The keys of its parameters in the model's ``params``, in the order of `forward`'s arguments.
    settings : dict or None
        The last argument of `forward`, such as conv_param; None if there is no such argument.
    """

    name: str
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    params: tuple[str, ...] = ()
    settings: Config | None = None

    @property
    def parts(self) -> "tuple[Layer, ...]":
        """The single layers that this one consists of."""
        return (self,)

    def initial_params(self, sample_weights: SampleWeights, dtype: npt.DTypeLike) -> Params:
        """The parameters to start from; ``sample_weights(shape)`` returns random weights."""
        return {}

    def seed(self, rng: np.random.Generator) -> None:
        """Set up the layer's own randomness, if it has any."""

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        """Output and cache. `mode` is "train" or "test", for layers that behave differently in the two."""
        settings = () if self.settings is None else (self.settings,)
        return self.forward(x, *(params[name] for name in self.params), *settings)

    def backprop(self, dout: Array, cache: Any, params: Params, needs_dx: bool) -> tuple[Array | None, Params]:
        """dx, and a dict of the parameters' gradients. Only a model's first layer does not need dx."""
        returned = self.backward(dout, cache)
        dx, *gradients = returned if self.params else (returned,)
        return dx, dict(zip(self.params, gradients, strict=True))

    def state(self) -> dict[str, Any]:
        """What the layer remembers between calls, as a dict of copies."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to what `state` returned."""


class Weighted(Layer):
    """A layer with weights W of the given shape and a bias b for each unit: affine or convolution."""

    def __init__(
        self, kind: str, pair: Pair, number: int, shape: tuple[int, ...], units: int, settings: Config | None = None
    ) -> None:
        forward, backward = pair
        super().__init__(f"{kind}{number}", forward, backward, (f"W{number}", f"b{number}"), settings)
        if not all(isinstance(size, (int, np.integer)) and size > 0 for size in shape):
            raise ValueError(f"Every layer must have at least one unit. Got weights of shape {shape} for {self.name}.")
        self.shape = shape
        self.units = units

    def initial_params(self, sample_weights: SampleWeights, dtype: npt.DTypeLike) -> Params:
        weights, biases = self.params
        return {weights: sample_weights(self.shape), biases: np.zeros(self.units, dtype)}

    def backprop(self, dout: Array, cache: Any, params: Params, needs_dx: bool) -> tuple[Array | None, Params]:
        dx, *gradients = self.backward(dout, cache, needs_dx=needs_dx)
        return dx, dict(zip(self.params, gradients, strict=True))


def affine(number: int, features: int, units: int) -> Weighted:
    """The affine layer with that number in its name, from `features` inputs to `units` outputs."""
    return Weighted("affine", (affine_forward, affine_backward), number, (features, units), units)


def convolution(number: int, shape: tuple[int, int, int, int]) -> Weighted:
    """The convolution with that number in its name, and weights (F, C, K, K); padding keeps the size of the image."""
    conv_param = {"stride": 1, "pad": shape[-1] // 2}
    return Weighted("conv", (conv_forward, conv_backward), number, shape, shape[0], conv_param)
