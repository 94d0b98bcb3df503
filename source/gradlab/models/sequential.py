"""Layers in sequence: forward through all of them, and back."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ..typing import Array, Params
from .layer import Layer


class Block(Protocol):
    """An entry in a model's list of layers: a single `Layer`, or several that act as one."""

    @property
    def parts(self) -> tuple[Layer, ...]:
        """The single layers that it consists of."""

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        """Output and cache."""

    def backprop(self, dout: Array, cache: Any, params: Params, needs_dx: bool) -> tuple[Array | None, Params]:
        """dx, or None if it is not needed, and the gradients of the parameters."""


def run(layers: Sequence[Block], x: Array, params: Params, mode: str) -> tuple[Array, list[Any]]:
    """The last output, and a list of the caches."""
    caches = []
    for layer in layers:
        x, cache = layer.run(x, params, mode)
        # Outside training there is no backward pass, so free the memory for the next layer.
        caches.append(cache if mode == "train" else None)
    return x, caches


def backprop(
    layers: Sequence[Block], dout: Array, caches: list[Any], params: Params, needs_dx: bool
) -> tuple[Array | None, Params]:
    """dx, or None if it is not needed, and the gradients of all parameters. Consumes the caches."""
    grads: Params = {}
    dx: Array | None = dout
    for layer in reversed(layers):
        assert dx is not None, "only the first layer may leave out dx"
        dx, gradients = layer.backprop(dx, caches.pop(), params, needs_dx or layer is not layers[0])
        grads |= gradients
    return dx, grads


class Chunked:
    """Layers that process a few examples at a time. They must treat every example independently.

    The intermediate arrays, often far larger than the final output, then take little memory and stay in the processor's
    cache: on 100 images, a convolution, ReLU and pooling take two thirds of the time.
    """

    def __init__(self, parts: Sequence[Layer], examples: int) -> None:
        self.parts = tuple(parts)
        self.examples = examples

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, list[list[Any]]]:
        """The concatenated outputs of all chunks, and the caches of each."""
        chunks = [run(self.parts, x[rows], params, mode) for rows in self._rows(x)]
        return np.concatenate([out for out, _ in chunks]), [caches for _, caches in chunks]

    def backprop(
        self, dout: Array, cache: list[list[Any]], params: Params, needs_dx: bool
    ) -> tuple[Array | None, Params]:
        """The concatenated dx of all chunks, or None, and the parameters' gradients, summed over the chunks."""
        chunks: list[Array | None] = []
        grads: Params = {}
        for rows, caches in zip(self._rows(dout), cache, strict=True):
            dx, gradients = backprop(self.parts, dout[rows], caches, params, needs_dx)
            chunks.append(dx)
            grads = {name: grads.get(name, 0) + gradient for name, gradient in gradients.items()}
        return np.concatenate([dx for dx in chunks if dx is not None]) if needs_dx else None, grads

    def _rows(self, x: Array) -> list[slice]:
        return [slice(first, first + self.examples) for first in range(0, len(x), self.examples)]
