"""Layers made of functions that were given as arguments, often a student's own: what they return is checked."""

import copy

import numpy as np

from .layer import Layer


class CustomLayer(Layer):
    """A pair (forward, backward) that leaves the shape of its input as it is.

    What it returns is brought to the dtype of what it was given: a mask in float64 is no reason to compute all that
    follows in float64.

    Raises
    ------
    TypeError, ValueError
        If `pair` is no pair of functions, or if they return another number or other shapes of arrays than they must.
    """

    def __init__(self, kind, pair, number, params=(), settings=None):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(callable(half) for half in pair):
            raise TypeError(f"The {kind} must be a pair of functions, (forward, backward). Got {pair!r}.")
        super().__init__(f"{kind}{number}", *pair, params, settings)

    def run(self, x, params, mode):
        returned = super().run(x, params, mode)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise TypeError(
                f"{self.name}: the forward function must return (out, cache). Got {type(returned).__name__}."
            )
        out, cache = returned
        return self._checked("forward", "out", out, x), cache

    def pull_back(self, dout, cache, params, needs_dx):
        returned = self.backward(dout, cache)
        names = ["dx", *(f"d{name.rstrip('0123456789')}" for name in self.params)]
        gradients = returned if self.params else (returned,)
        if not isinstance(gradients, tuple) or len(gradients) != len(names):
            raise TypeError(
                f"{self.name}: the backward function must return {', '.join(names)}. Got {type(returned).__name__}."
            )
        likes = [dout, *(params[name] for name in self.params)]
        dx, *gradients = map(self._checked, ["backward"] * len(names), names, gradients, likes)
        return dx, dict(zip(self.params, gradients, strict=True))

    def _checked(self, half, what, value, like):
        if np.shape(value) != like.shape:
            raise ValueError(
                f"{self.name}: the {half} function must return {what} of shape {like.shape}. Got {np.shape(value)}."
            )
        return np.asarray(value, like.dtype)


class Normalization(CustomLayer):
    """``forward(x, gamma, beta, bn_param)`` over rows of features; bn_param is kept from call to call."""

    def __init__(self, pair, number, features):
        super().__init__("normalization", pair, number, (f"gamma{number}", f"beta{number}"), {})
        self.features = features

    def first_params(self, draw, dtype):
        n, (gamma, beta) = self.features, self.params
        self.settings = {"running_mean": np.zeros(n, dtype), "running_var": np.zeros(n, dtype)}
        return {gamma: np.ones(n, dtype), beta: np.zeros(n, dtype)}

    def run(self, x, params, mode):
        self.settings["mode"] = mode
        return super().run(x, params, mode)

    def state(self):
        return copy.deepcopy(self.settings)

    def restore(self, state):
        self.settings = copy.deepcopy(state)


class ChannelNormalization(Normalization):
    """The same for images: a channel is one feature, at all places alike (Ioffe and Szegedy 2015, section 3.2)."""

    def run(self, x, params, mode):
        out, cache = super().run(_pixels(x), params, mode)
        return _images(out, x.shape), cache

    def pull_back(self, dout, cache, params, needs_dx):
        dx, gradients = super().pull_back(_pixels(dout), cache, params, needs_dx)
        return _images(dx, dout.shape), gradients


class Dropout(CustomLayer):
    """``forward(x, dropout_param)``, with a new seed in every training step unless dropout_param came with one."""

    def __init__(self, pair, number, dropout_param):
        super().__init__("dropout", pair, number, settings=dict(dropout_param))
        self.rng = None

    def seed(self, rng):
        # Its own generator: two layers with one seed would drop the same units.
        if "seed" not in self.settings:
            self.rng = np.random.default_rng(rng.integers(2**63))

    def run(self, x, params, mode):
        self.settings["mode"] = mode
        if mode == "train" and self.rng is not None:
            self.settings["seed"] = int(self.rng.integers(2**31))
        return super().run(x, params, mode)

    def state(self):
        return {} if self.rng is None else {"generator": self.rng.bit_generator.state}

    def restore(self, state):
        if self.rng is not None:
            self.rng.bit_generator.state = state["generator"]


def between(number, units, normalization, activation, dropout=None, dropout_param=None, kind=Normalization):
    """The layers between two with weights: [normalization] - activation - [dropout]; None stands for none."""
    if dropout is None and dropout_param is not None:
        raise ValueError("dropout_param is of no use without dropout=(dropout_forward, dropout_backward).")
    layers = [CustomLayer("activation", activation, number)]
    if normalization is not None:
        layers.insert(0, kind(normalization, number, units))
    if dropout is not None:
        layers.append(Dropout(dropout, number, dropout_param or {"p": 0.5}))
    return layers


def _pixels(images):
    """Images (N, C, H, W) as rows (N · H · W, C)."""
    return images.transpose(0, 2, 3, 1).reshape(-1, images.shape[1])


def _images(pixels, shape):
    n, channels, height, width = shape
    return pixels.reshape(n, height, width, channels).transpose(0, 3, 1, 2)
