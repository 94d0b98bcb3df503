"""Layers as pairs of functions. ``x_forward`` returns an output and a cache; ``x_backward`` returns gradients.

You can call, check, and time each half separately. A layer's arrays must all be float32 or all be float64, and its
results have the same dtype. No argument is ever modified. Layers don't check for NaN or infinity; the losses do.
"""

from .activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from .affine import affine_backward, affine_forward
from .conv import conv_backward, conv_forward
from .flatten import flatten_backward, flatten_forward
from .maxout import maxout_backward, maxout_forward
from .pooling import avg_pool_backward, avg_pool_forward, max_pool_backward, max_pool_forward

__all__ = [
    "affine_backward",
    "affine_forward",
    "avg_pool_backward",
    "avg_pool_forward",
    "conv_backward",
    "conv_forward",
    "flatten_backward",
    "flatten_forward",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "max_pool_backward",
    "max_pool_forward",
    "maxout_backward",
    "maxout_forward",
    "relu_backward",
    "relu_forward",
    "sigmoid_backward",
    "sigmoid_forward",
    "tanh_backward",
    "tanh_forward",
]
