"""Forward and backward passes through a sequence of layers."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ..typing import Array, Params
from .layer import Layer


class Block(Protocol):
    """An entry in a model's list of layers: a single `Layer`, or several layers that act as one."""

    @property
    def parts(self) -> tuple[Layer, ...]:
        """The layers that the block consists of."""

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        """Return the output and the cache."""

    def backprop(self, dout: Array, cache: Any, params: Params, needs_dx: bool) -> tuple[Array | None, Params]:
        """Return dx (or None if it is not needed) and the gradients of the parameters."""


def run(layers: Sequence[Block], x: Array, params: Params, mode: str) -> tuple[Array, list[Any]]:
    """Return the output of the last layer, and a list of the layers' caches."""
    caches = []
    for layer in layers:
        x, cache = layer.run(x, params, mode)
        # Outside training there is no backward pass, so free the memory for the next layer.
        caches.append(cache if mode == "train" else None)
    return x, caches


def backprop(
    layers: Sequence[Block], dout: Array, caches: list[Any], params: Params, needs_dx: bool
) -> tuple[Array | None, Params]:
    """Return dx (or None if it is not needed) and the gradients of all parameters. The list of caches is emptied."""
    grads: Params = {}
    dx: Array | None = dout
    for layer in reversed(layers):
        assert dx is not None, "only the first layer may omit dx"
        dx, gradients = layer.backprop(dx, caches.pop(), params, needs_dx or layer is not layers[0])
        grads |= gradients
    return dx, grads


class Chunked:
    """Layers that process a few examples at a time. They must treat every example independently.

    The intermediate arrays, which are often far larger than the final output, then take little memory and stay in the
    CPU's cache. For 100 images, a convolution, ReLU, and pooling take two thirds of the time that they take
    without chunks.
    """

    def __init__(self, parts: Sequence[Layer], examples: int) -> None:
        self.parts = tuple(parts)
        self.examples = examples

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, list[list[Any]]]:
        """Return the concatenated outputs of all chunks, and a list of caches for each chunk."""
        chunks = [run(self.parts, x[rows], params, mode) for rows in self._rows(x)]
        return np.concatenate([out for out, _ in chunks]), [caches for _, caches in chunks]

    def backprop(
        self, dout: Array, cache: list[list[Any]], params: Params, needs_dx: bool
    ) -> tuple[Array | None, Params]:
        """Return the concatenated dx of all chunks (or None if it is not needed) and the summed parameter gradients."""
        chunks: list[Array | None] = []
        grads: Params = {}
        for rows, caches in zip(self._rows(dout), cache, strict=True):
            dx, gradients = backprop(self.parts, dout[rows], caches, params, needs_dx)
            chunks.append(dx)
            grads = {name: grads.get(name, 0) + gradient for name, gradient in gradients.items()}
        return np.concatenate([dx for dx in chunks if dx is not None]) if needs_dx else None, grads

    def _rows(self, x: Array) -> list[slice]:
        return [slice(first, first + self.examples) for first in range(0, len(x), self.examples)]
