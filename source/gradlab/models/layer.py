"""The layers of a model: each has a pair of functions, the arguments to call them with, and initial parameters."""

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
    """A pair of functions for one layer of a model.

    The functions are ``forward(x, *parameters, settings) -> (out, cache)`` and
    ``backward(dout, cache) -> (dx, *gradients)``.

    Attributes
    ----------
    name : str
        A name that is unique within the model, such as "affine1".
    forward, backward : callable
        The two functions. If the layer has no parameters, `backward` returns only dx.
    params : tuple of str
        The keys of the layer's parameters in the model's ``params``, in the order of `forward`'s arguments.
    settings : dict or None
        The last argument of `forward`, such as conv_param, or None if there is no such argument.
    """

    name: str
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    params: tuple[str, ...] = ()
    settings: Config | None = None

    @property
    def parts(self) -> "tuple[Layer, ...]":
        """A tuple that contains only this layer, so that the layer can be used as a `Block`."""
        return (self,)

    def initial_params(self, sample_weights: SampleWeights, dtype: npt.DTypeLike) -> Params:
        """Return the initial parameters. ``sample_weights(shape)`` must return random weights."""
        return {}

    def seed(self, rng: np.random.Generator) -> None:
        """Seed the layer's random generator, if it has one."""

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        """Return the output and the cache. `mode` is "train" or "test"; some layers ignore it."""
        settings = () if self.settings is None else (self.settings,)
        return self.forward(x, *(params[name] for name in self.params), *settings)

    def backprop(self, dout: Array, cache: Any, params: Params, needs_dx: bool) -> tuple[Array | None, Params]:
        """Return dx and a dict of the parameters' gradients. `needs_dx` is False only for a model's first layer."""
        returned = self.backward(dout, cache)
        dx, *gradients = returned if self.params else (returned,)
        return dx, dict(zip(self.params, gradients, strict=True))

    def state(self) -> dict[str, Any]:
        """Return a dict with copies of all values that the layer keeps between calls."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Restore the state that an earlier call to `state` returned."""


class Weighted(Layer):
    """An affine layer or a convolution, with weights W of the given shape and a bias b for each unit."""

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
    """Return an affine layer from `features` inputs to `units` outputs, with `number` in its name."""
    return Weighted("affine", (affine_forward, affine_backward), number, (features, units), units)


def convolution(number: int, shape: tuple[int, int, int, int]) -> Weighted:
    """Return a convolution with weights of shape (F, C, K, K) that keeps the size of the image.

    The layer's name contains `number`.
    """
    conv_param = {"stride": 1, "pad": shape[-1] // 2}
    return Weighted("conv", (conv_forward, conv_backward), number, shape, shape[0], conv_param)
