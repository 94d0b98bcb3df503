"""Layers of a model: each is a pair of functions, what these are called with, and the first parameters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..layers import affine_backward, affine_forward, conv_backward, conv_forward


@dataclass
class Layer:
    """``forward(x, *parameters, settings) -> (out, cache)`` and ``backward(dout, cache) -> (dx, *gradients)``.

    Attributes
    ----------
    name : str
        Unique in its model, such as "affine1".
    forward, backward : callable
        Without parameters, `backward` returns dx alone.
    params : tuple of str
        The keys of its parameters in the model's ``params``, in the order of `forward`'s arguments.
    settings : dict or None
        The last argument of `forward`, such as conv_param; None where it takes none.
    """

    name: str
    forward: Callable
    backward: Callable
    params: tuple[str, ...] = ()
    settings: dict | None = None

    @property
    def parts(self):
        """The layers that this one consists of."""
        return (self,)

    def first_params(self, draw, dtype):
        """The parameters to start from, weights by ``draw(shape)``."""
        return {}

    def seed(self, rng):
        """Take from a generator what chance the layer needs."""

    def run(self, x, params, mode):
        """Output and cache. `mode` is "train" or "test", for layers to which it makes a difference."""
        settings = () if self.settings is None else (self.settings,)
        return self.forward(x, *(params[name] for name in self.params), *settings)

    def pull_back(self, dout, cache, params, needs_dx):
        """dx and a dict of the parameters' gradients. Only a model's first layer does not need dx."""
        returned = self.backward(dout, cache)
        dx, *gradients = returned if self.params else (returned,)
        return dx, dict(zip(self.params, gradients, strict=True))

    def state(self):
        """What the layer remembers from call to call, as a dict of copies."""
        return {}

    def restore(self, state):
        """Go back to what `state` returned."""


class Weighted(Layer):
    """A layer with weights W of the given shape and a bias b for each unit: affine, or a convolution."""

    def __init__(self, kind, pair, number, shape, units, settings=None):
        super().__init__(f"{kind}{number}", *pair, (f"W{number}", f"b{number}"), settings)
        if not all(isinstance(size, (int, np.integer)) and size > 0 for size in shape):
            raise ValueError(f"Every layer must have at least one unit. Got weights of shape {shape} for {self.name}.")
        self.shape = shape
        self.units = units

    def first_params(self, draw, dtype):
        weights, biases = self.params
        return {weights: draw(self.shape), biases: np.zeros(self.units, dtype)}

    def pull_back(self, dout, cache, params, needs_dx):
        dx, *gradients = self.backward(dout, cache, needs_dx=needs_dx)
        return dx, dict(zip(self.params, gradients, strict=True))


def affine(number, features, units):
    """The affine layer of that number, from so many features to so many units."""
    return Weighted("affine", (affine_forward, affine_backward), number, (features, units), units)


def convolution(number, shape):
    """The convolution of that number, with weights (F, C, K, K), padded so that an image keeps its size."""
    conv_param = {"stride": 1, "pad": shape[-1] // 2}
    return Weighted("conv", (conv_forward, conv_backward), number, shape, shape[0], conv_param)
