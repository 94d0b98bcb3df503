"""A small convolutional network."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..layers import max_pool_backward, max_pool_forward, relu_backward, relu_forward
from ..losses import softmax_loss
from .custom_layers import ChannelNormalization, activation_block
from .layer import Layer, Pair, affine, convolution
from .model import LossFunction, Model
from .sequential import Block, Chunked

CHUNK = 1 << 20  # bytes of convolution output per chunk of images, about the size of a CPU's L2 cache


class ConvNet(Model):
    """One convolution, followed by a fully connected network with one hidden layer:

        conv - [normalization] - activation - 2x2 max pool
        - affine - [normalization] - activation - [dropout] - affine - loss

    The convolution pads the image with zeros to keep its size. Pooling halves its height and width.

    Parameters
    ----------
    input_dim : tuple of int
        (C, H, W): the number of channels, the height, and the width of an image. H and W must be even.
    num_filters : int
        F, the number of filters in the convolution.
    filter_size : int
        The height and width of a filter, an odd number.
    hidden_dim : int
        M, the size of the hidden layer.
    num_classes : int
    reg, weight_scale, init, activation, normalization, dropout, dropout_param, loss_function, dtype, seed
        The same arguments as for `FullyConnectedNet`. The first activation receives images. Normalization always
        receives rows: after the convolution, there is one row per pixel, with one feature per filter (Ioffe and Szegedy
        2015, section 3.2).

    Attributes
    ----------
    params : dict of str to ndarray
        W1 (F, C, filter_size, filter_size), b1 (F,); W2 (F · H/2 · W/2, M), b2 (M,); W3 (M, num_classes), b3
        (num_classes,); with normalization also gamma1, beta1 (F,) and gamma2, beta2 (M,).

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described above.

    References
    ----------
    LeCun, Bottou, Bengio, and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998.

    Examples
    --------
    >>> model = ConvNet((1, 8, 8), num_filters=4, hidden_dim=6, num_classes=3, seed=0)
    >>> [f"{name} {out.shape}" for name, out in model.activations(np.ones((2, 1, 8, 8))).items()][:4]
    ['conv1 (2, 4, 8, 8)', 'activation1 (2, 4, 8, 8)', 'pool1 (2, 4, 4, 4)', 'affine2 (2, 6)']
    """

    def __init__(
        self,
        input_dim: tuple[int, int, int] = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 3,
        hidden_dim: int = 100,
        num_classes: int = 10,
        *,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        init: str = "normal",
        activation: Pair = (relu_forward, relu_backward),
        normalization: Pair | None = None,
        dropout: Pair | None = None,
        dropout_param: Mapping[str, Any] | None = None,
        loss_function: LossFunction = softmax_loss,
        dtype: npt.DTypeLike = np.float32,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        if np.shape(input_dim) != (3,) or input_dim[1] % 2 or input_dim[2] % 2:
            raise ValueError(
                f"input_dim must be (C, H, W) with even H and W, because pooling halves them. Got {input_dim}."
            )
        if filter_size % 2 == 0:
            raise ValueError(f"filter_size must be odd, so that images keep their size. Got {filter_size}.")
        channels, height, width = input_dim
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        front: list[Layer] = [
            convolution(1, (num_filters, channels, filter_size, filter_size)),
            *activation_block(1, num_filters, normalization, activation, normalization_type=ChannelNormalization),
            Layer("pool1", max_pool_forward, max_pool_backward, settings=pool_param),
        ]
        blocks: list[Block] = [*front]
        if normalization is None:  # normalization needs the whole batch at once
            image = num_filters * height * width * np.dtype(dtype).itemsize
            blocks = [Chunked(front, max(1, CHUNK // image))]
        blocks += [
            affine(2, num_filters * (height // 2) * (width // 2), hidden_dim),
            *activation_block(2, hidden_dim, normalization, activation, dropout, dropout_param),
            affine(3, hidden_dim, num_classes),
        ]
        super().__init__(
            blocks,
            loss_function,
            tuple(input_dim),
            reg=reg,
            init=init,
            weight_scale=weight_scale,
            dtype=dtype,
            seed=seed,
        )
