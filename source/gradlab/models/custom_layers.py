"""Layers made of functions that the caller passes in, often a student's. The functions' return values are checked."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..typing import Array, Config, Params
from .layer import Layer, Pair, SampleWeights


class CustomLayer(Layer):
    """A layer made of a pair (forward, backward) that preserves the shape of its input.

    The arrays that the functions return are converted to the dtype of their input, so a float64 mask does not promote
    all later computations to float64.

    Raises
    ------
    TypeError, ValueError
        If `pair` is not a pair of functions, or a function returns the wrong number of arrays or an array of the wrong
        shape.
    """

    settings: Config

    def __init__(
        self, kind: str, pair: Pair, number: int, params: tuple[str, ...] = (), settings: Config | None = None
    ) -> None:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(callable(half) for half in pair):
            raise TypeError(f"The {kind} must be a pair of functions, (forward, backward). Got {pair!r}.")
        forward, backward = pair
        super().__init__(f"{kind}{number}", forward, backward, params, settings)

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        returned = super().run(x, params, mode)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise TypeError(
                f"{self.name}: the forward function must return (out, cache). Got {type(returned).__name__}."
            )
        out, cache = returned
        return self._checked("forward", "out", out, x), cache

    def backprop(self, dout: Array, cache: Any, params: Params, needs_dx: bool) -> tuple[Array, Params]:
        returned = self.backward(dout, cache)
        names = ["dx", *(f"d{name.rstrip('0123456789')}" for name in self.params)]
        gradients = returned if self.params else (returned,)
        if not isinstance(gradients, tuple) or len(gradients) != len(names):
            raise TypeError(
                f"{self.name}: the backward function must return {', '.join(names)}. Got {type(returned).__name__}."
            )
        likes = [dout, *(params[name] for name in self.params)]
        dx, *checked = map(self._checked, ["backward"] * len(names), names, gradients, likes)
        return dx, dict(zip(self.params, checked, strict=True))

    def _checked(self, half: str, what: str, value: Any, like: Array) -> Array:
        if np.shape(value) != like.shape:
            raise ValueError(
                f"{self.name}: the {half} function must return {what} of shape {like.shape}. "
                f"Got shape {np.shape(value)}."
            )
        return np.asarray(value, like.dtype)


class Normalization(CustomLayer):
    """A layer with ``forward(x, gamma, beta, bn_param)``, for rows of features. bn_param persists between calls."""

    def __init__(self, pair: Pair, number: int, features: int) -> None:
        super().__init__("normalization", pair, number, (f"gamma{number}", f"beta{number}"), {})
        self.features = features

    def initial_params(self, sample_weights: SampleWeights, dtype: npt.DTypeLike) -> Params:
        n, (gamma, beta) = self.features, self.params
        self.settings = {"running_mean": np.zeros(n, dtype), "running_var": np.zeros(n, dtype)}
        return {gamma: np.ones(n, dtype), beta: np.zeros(n, dtype)}

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        self.settings["mode"] = mode
        return super().run(x, params, mode)

    def state(self) -> dict[str, Any]:
        return copy.deepcopy(self.settings)

    def restore(self, state: dict[str, Any]) -> None:
        self.settings = copy.deepcopy(state)


class ChannelNormalization(Normalization):
    """Normalization for images, where each channel is one feature (Ioffe and Szegedy 2015, section 3.2)."""

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        out, cache = super().run(_pixels(x), params, mode)
        return _images(out, x.shape), cache

    def backprop(self, dout: Array, cache: Any, params: Params, needs_dx: bool) -> tuple[Array, Params]:
        dx, gradients = super().backprop(_pixels(dout), cache, params, needs_dx)
        return _images(dx, dout.shape), gradients


class Dropout(CustomLayer):
    """A layer with ``forward(x, dropout_param)``. Each training step gets a new seed unless dropout_param has one."""

    def __init__(self, pair: Pair, number: int, dropout_param: Mapping[str, Any]) -> None:
        super().__init__("dropout", pair, number, settings=dict(dropout_param))
        self.rng: np.random.Generator | None = None

    def seed(self, rng: np.random.Generator) -> None:
        # Each layer gets its own generator, because two layers with the same seed would drop the same units.
        if "seed" not in self.settings:
            self.rng = np.random.default_rng(rng.integers(2**63))

    def run(self, x: Array, params: Params, mode: str) -> tuple[Array, Any]:
        self.settings["mode"] = mode
        if mode == "train" and self.rng is not None:
            self.settings["seed"] = int(self.rng.integers(2**31))
        return super().run(x, params, mode)

    def state(self) -> dict[str, Any]:
        return {} if self.rng is None else {"generator": self.rng.bit_generator.state}

    def restore(self, state: dict[str, Any]) -> None:
        if self.rng is not None:
            self.rng.bit_generator.state = state["generator"]


def activation_block(
    number: int,
    units: int,
    normalization: Pair | None,
    activation: Pair,
    dropout: Pair | None = None,
    dropout_param: Mapping[str, Any] | None = None,
    normalization_type: type[Normalization] = Normalization,
) -> list[Layer]:
    """Return the layers that follow a layer with weights: [normalization] - activation - [dropout].

    Layers in brackets are omitted if the corresponding argument is None.
    """
    if dropout is None and dropout_param is not None:
        raise ValueError("dropout_param must come with dropout=(dropout_forward, dropout_backward). Got dropout=None.")
    layers: list[Layer] = [CustomLayer("activation", activation, number)]
    if normalization is not None:
        layers.insert(0, normalization_type(normalization, number, units))
    if dropout is not None:
        layers.append(Dropout(dropout, number, dropout_param or {"p": 0.5}))
    return layers


def _pixels(images: Array) -> Array:
    """Return images of shape (N, C, H, W) as rows of shape (N · H · W, C)."""
    return images.transpose(0, 2, 3, 1).reshape(-1, images.shape[1])


def _images(pixels: Array, shape: tuple[int, ...]) -> Array:
    """Return rows of shape (N · H · W, C) as images of the given shape (N, C, H, W)."""
    n, channels, height, width = shape
    return pixels.reshape(n, height, width, channels).transpose(0, 3, 1, 2)
