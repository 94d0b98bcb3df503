"""A small convolutional network."""

import numpy as np

from ..layers import max_pool_backward, max_pool_forward, relu_backward, relu_forward
from ..losses import softmax_loss
from .custom_layers import ChannelNormalization, between
from .layer import Layer, affine, convolution
from .model import Model
from .sequential import Chunked

CHUNK = 1 << 20  # bytes of what the convolution makes of a few images: as much as a processor's second cache holds


class ConvNet(Model):
    """One convolution, and a fully connected network with one hidden layer on what it finds:

        conv - [normalization] - activation - 2x2 max pool
        - affine - [normalization] - activation - [dropout] - affine - loss

    The convolution pads with zeros so that an image keeps its size; pooling halves it.

    Parameters
    ----------
    input_dim : tuple of int
        (C, H, W): channels, height and width of an image, height and width even.
    num_filters : int
        F, the filters of the convolution.
    filter_size : int
        Their height and width, an odd number.
    hidden_dim : int
        M, the size of the hidden layer.
    num_classes : int
    reg, weight_scale, init, activation, normalization, dropout, dropout_param, loss_function, dtype, seed
        As for `FullyConnectedNet`. The first activation gets images; normalization always gets rows, after the
        convolution one for each pixel, with a feature for each filter (Ioffe and Szegedy 2015, section 3.2).

    Attributes
    ----------
    params : dict of str to ndarray
        W1 (F, C, filter_size, filter_size), b1 (F,); W2 (F · H/2 · W/2, M), b2 (M,); W3 (M, num_classes), b3
        (num_classes,); with normalization also gamma1, beta1 (F,) and gamma2, beta2 (M,).

    Raises
    ------
    TypeError, ValueError
        If an argument is none of the above.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998.

    Examples
    --------
    >>> model = ConvNet((1, 8, 8), num_filters=4, hidden_dim=6, num_classes=3, seed=0)
    >>> [f"{name} {out.shape}" for name, out in model.activations(np.ones((2, 1, 8, 8))).items()][:4]
    ['conv1 (2, 4, 8, 8)', 'activation1 (2, 4, 8, 8)', 'pool1 (2, 4, 4, 4)', 'affine2 (2, 6)']
    """

    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=3,
        hidden_dim=100,
        num_classes=10,
        *,
        reg=0.0,
        weight_scale=1e-2,
        init="normal",
        activation=(relu_forward, relu_backward),
        normalization=None,
        dropout=None,
        dropout_param=None,
        loss_function=softmax_loss,
        dtype=np.float32,
        seed=None,
    ):
        if np.shape(input_dim) != (3,) or input_dim[1] % 2 or input_dim[2] % 2:
            raise ValueError(f"input_dim must be (C, H, W), H and W even, as pooling halves them. Got {input_dim}.")
        if filter_size % 2 == 0:
            raise ValueError(f"filter_size must be odd, for an image to keep its size. Got {filter_size}.")
        channels, height, width = input_dim
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        front = [
            convolution(1, (num_filters, channels, filter_size, filter_size)),
            *between(1, num_filters, normalization, activation, kind=ChannelNormalization),
            Layer("pool1", max_pool_forward, max_pool_backward, settings=pool_param),
        ]
        if normalization is None:  # which would need the whole batch at once
            image = num_filters * height * width * np.dtype(dtype).itemsize
            front = [Chunked(front, max(1, CHUNK // image))]
        layers = [
            *front,
            affine(2, num_filters * (height // 2) * (width // 2), hidden_dim),
            *between(2, hidden_dim, normalization, activation, dropout, dropout_param),
            affine(3, hidden_dim, num_classes),
        ]
        settings = {"reg": reg, "init": init, "weight_scale": weight_scale, "dtype": dtype, "seed": seed}
        super().__init__(layers, loss_function, tuple(input_dim), **settings)
