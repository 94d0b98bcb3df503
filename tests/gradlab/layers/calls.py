"""A table of calls to our layers and losses, all in the same form, with their inputs."""

from typing import NamedTuple

import numpy as np

from gradlab import layers, losses

PAIRS = {
    "affine": (layers.affine_forward, layers.affine_backward),
    "relu": (layers.relu_forward, layers.relu_backward),
    "leaky_relu": (layers.leaky_relu_forward, layers.leaky_relu_backward),
    "sigmoid": (layers.sigmoid_forward, layers.sigmoid_backward),
    "tanh": (layers.tanh_forward, layers.tanh_backward),
    "maxout": (layers.maxout_forward, layers.maxout_backward),
    "conv": (layers.conv_forward, layers.conv_backward),
    "max_pool": (layers.max_pool_forward, layers.max_pool_backward),
    "avg_pool": (layers.avg_pool_forward, layers.avg_pool_backward),
    "flatten": (layers.flatten_forward, layers.flatten_backward),
}
LOSSES = {"softmax_loss": losses.softmax_loss, "svm_loss": losses.svm_loss}


class Call(NamedTuple):
    """A call to one layer or loss with random arrays of the given shapes. `settings` is the last argument, if any.

    The arrays come from RandomState, which gives the same numbers in every version of NumPy, so a file stores
    only the expected values, not the inputs.
    """

    kind: str
    shapes: tuple
    settings: object = None
    seed: int = 0

    def arrays(self, dtype=np.float64):
        rng = np.random.RandomState(self.seed)
        return [rng.normal(size=shape).astype(dtype) for shape in self.shapes]

    def extra_arguments(self):
        """Return the arguments after the arrays: the settings for a layer, or the labels for a loss."""
        if self.kind in LOSSES:
            n, classes = self.shapes[0]
            return (np.random.RandomState(self.seed).randint(classes, size=n),)
        return () if self.settings is None else (self.settings,)

    def dout(self, shape, dtype=np.float64):
        return np.random.RandomState(self.seed + 1).normal(size=shape).astype(dtype)

    def outputs(self, arrays):
        """Return the output, followed by the gradient with respect to each array."""
        if self.kind in LOSSES:
            return list(LOSSES[self.kind](*arrays, *self.extra_arguments()))
        forward, backward = PAIRS[self.kind]
        out, cache = forward(*arrays, *self.extra_arguments())
        grads = backward(self.dout(out.shape, out.dtype), cache)
        return [out, *(grads if isinstance(grads, tuple) else (grads,))]


def conv(stride, pad):
    return {"stride": stride, "pad": pad}


def pool(height, width, stride):
    return {"pool_height": height, "pool_width": width, "stride": stride}


# The edge cases are sizes of 1, and windows that overlap, touch, leave gaps, or extend beyond the image.
CALLS = [
    Call("affine", ((4, 3), (3, 5), (5,))),
    Call("affine", ((2, 3, 2, 2), (12, 4), (4,))),
    Call("affine", ((1, 1), (1, 1), (1,))),
    Call("affine", ((3,), (1, 2), (2,))),
    Call("relu", ((4, 3),)),
    Call("relu", ((2, 3, 2, 2),)),
    Call("leaky_relu", ((4, 3),)),
    Call("leaky_relu", ((2, 3, 2, 2),), 0.3),
    Call("sigmoid", ((4, 3),)),
    Call("sigmoid", ((1,),)),
    Call("tanh", ((4, 3),)),
    Call("tanh", ((2, 1, 3),)),
    Call("maxout", ((4, 3), (5, 3, 2), (5, 2))),
    Call("maxout", ((2, 3, 2), (2, 6, 4), (2, 4))),
    Call("maxout", ((1, 1), (1, 1, 1), (1, 1))),
    Call("conv", ((2, 3, 5, 5), (4, 3, 3, 3), (4,)), conv(1, 1)),
    Call("conv", ((2, 2, 7, 6), (3, 2, 3, 2), (3,)), conv(2, 0)),
    Call("conv", ((2, 2, 4, 6), (3, 2, 2, 4), (3,)), conv(2, 1)),
    Call("conv", ((1, 2, 4, 7), (2, 2, 1, 4), (2,)), conv(3, 0)),
    Call("conv", ((2, 1, 3, 3), (2, 1, 2, 2), (2,)), conv(1, 3)),
    Call("conv", ((1, 2, 5, 5), (2, 2, 2, 2), (2,)), conv(3, 0)),
    Call("conv", ((1, 1, 1, 1), (1, 1, 1, 1), (1,)), conv(1, 0)),
    Call("conv", ((1, 1, 1, 1), (2, 1, 3, 3), (2,)), conv(2, 1)),
    Call("conv", ((2, 3, 4, 5), (2, 3, 4, 5), (2,)), conv(4, 0)),
    Call("max_pool", ((2, 3, 4, 6),), pool(2, 2, 2)),
    Call("max_pool", ((2, 2, 5, 4),), pool(3, 2, 1)),
    Call("max_pool", ((2, 2, 7, 5),), pool(1, 2, 3)),
    Call("max_pool", ((1, 1, 1, 1),), pool(1, 1, 1)),
    Call("avg_pool", ((2, 3, 4, 6),), pool(2, 2, 2)),
    Call("avg_pool", ((2, 2, 5, 4),), pool(3, 2, 1)),
    Call("avg_pool", ((2, 2, 7, 5),), pool(1, 2, 3)),
    Call("avg_pool", ((1, 1, 1, 1),), pool(1, 1, 1)),
    Call("flatten", ((2, 3, 4, 5),)),
    Call("flatten", ((3,),)),
    Call("softmax_loss", ((5, 10),)),
    Call("softmax_loss", ((1, 1),)),
    Call("softmax_loss", ((1, 3),)),
    Call("svm_loss", ((5, 10),)),
    Call("svm_loss", ((1, 1),)),
    Call("svm_loss", ((1, 3),)),
]


def random_call(kind, seed):
    """Return a call with random small shapes, which may include sizes of 1."""
    rng = np.random.default_rng(seed)
    n, c, f, m = (int(size) for size in rng.integers(1, 5, 4))
    if kind == "affine":
        return Call(kind, ((n, c, f), (c * f, m), (m,)), seed=seed)
    if kind == "maxout":
        return Call(kind, ((n, c), (f, c, m), (f, m)), seed=seed)
    if kind in LOSSES:
        return Call(kind, ((n, c * f),), seed=seed)
    stride, pad, *window = (int(size) for size in rng.integers((1, 0, 1, 1), (4, 4, 5, 5)))
    if kind == "conv":
        sides = [_side(rng, size, stride, pad) for size in window]
        return Call(kind, ((n, c, *sides), (f, c, *window), (f,)), conv(stride, pad), seed)
    if kind in ("max_pool", "avg_pool"):
        sides = [_side(rng, size, stride, 0) for size in window]
        return Call(kind, ((n, c, *sides),), pool(*window, stride), seed)
    return Call(kind, ((n, c, f, m),), 0.2 if kind == "leaky_relu" else None, seed)


def _side(rng, window, stride, pad):
    """Return a random height or width of at least 1 that the windows tile."""
    fewest = max(0, -((window - 2 * pad - 1) // stride))
    return window - 2 * pad + stride * (fewest + int(rng.integers(4)))
