"""A table of our models, with methods that build each model and its data, and a simple normalization pair."""

from typing import NamedTuple

import numpy as np

from gradlab import layers
from gradlab.models import ConvNet, FullyConnectedNet, SoftmaxRegression, SvmRegression


def center_forward(x, gamma, beta, bn_param):
    """Subtract the mean of the batch, or the running mean in test mode. This is a very simple normalization."""
    mean = x.mean(axis=0) if bn_param["mode"] == "train" else bn_param["running_mean"]
    bn_param["running_mean"] = 0.5 * bn_param["running_mean"] + 0.5 * mean
    return gamma * (x - mean) + beta, (x - mean, gamma)


def center_backward(dout, cache):
    centered, gamma = cache
    dx = gamma * dout
    return dx - dx.mean(axis=0), (dout * centered).sum(axis=0), dout.sum(axis=0)


CENTER = center_forward, center_backward
TANH = layers.tanh_forward, layers.tanh_backward
LEAKY_RELU = layers.leaky_relu_forward, layers.leaky_relu_backward


class Case(NamedTuple):
    """A model's class, arguments, and settings, and the shape of its batches.

    Parameters and data come from RandomState, which gives the same numbers in every version of NumPy, so a file stores
    only the expected values, not the inputs.
    """

    model: type
    args: tuple
    batch: tuple
    settings: dict

    def build(self, dtype=np.float64, **more):
        """Return the model with random parameters, including the biases."""
        model = self.model(*self.args, dtype=dtype, **self.settings, **more)
        rng = np.random.RandomState(0)
        model.params = {name: rng.normal(scale=0.5, size=w.shape).astype(dtype) for name, w in model.params.items()}
        return model

    def data(self, dtype=np.float64):
        rng = np.random.RandomState(1)
        return rng.normal(size=self.batch).astype(dtype), rng.randint(self.args[-1], size=self.batch[0])


def fully_connected(hidden, batch, **settings):
    return Case(FullyConnectedNet, (hidden, int(np.prod(batch[1:])), 3), batch, settings)


def convolutional(filters, size, batch, **settings):
    return Case(ConvNet, (batch[1:], filters, size, 5, 3), batch, settings)


CASES = {
    "softmax regression": Case(SoftmaxRegression, (6, 3), (5, 6), {"reg": 0.7}),
    "softmax regression, sizes of 1": Case(SoftmaxRegression, (1, 2), (1, 1), {}),
    "SVM regression": Case(SvmRegression, (6, 4), (5, 6), {"reg": 0.7}),
    "no hidden layer": fully_connected((), (5, 6)),
    "one hidden layer, images": fully_connected((4,), (5, 2, 3), reg=0.3),
    "three hidden layers": fully_connected((5, 1, 4), (5, 6), reg=0.1),
    "sizes of 1": fully_connected((1,), (1, 1), reg=0.1),
    "tanh": fully_connected((4, 4), (5, 6), activation=TANH),
    "leaky ReLU": fully_connected((4, 4), (5, 6), activation=LEAKY_RELU),
    "centered": fully_connected((4, 3), (5, 6), normalization=CENTER, reg=0.3),
    "convolution": convolutional(3, 3, (4, 2, 6, 4), reg=0.3),
    "convolution, sizes of 1": convolutional(1, 1, (1, 1, 2, 2)),
    "convolution, 5x5, tanh": convolutional(2, 5, (2, 1, 4, 6), activation=TANH),
    "convolution, centered": convolutional(2, 3, (3, 2, 4, 4), normalization=CENTER, reg=0.3),
}
